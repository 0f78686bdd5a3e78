package feed

import (
	"testing"
	"time"
)

// What each kind is about, and which says that the service cannot do its work.
func TestAlarmKinds(t *testing.T) {
	const service, unready = 1, 2
	want := map[AlarmKind]int{
		AlarmStore: service | unready, AlarmDatabase: service | unready, AlarmPolling: service | unready, AlarmNetwork: service | unready,
		AlarmConfiguration: service | unready, AlarmBackup: service | unready, AlarmHeld: service,
		AlarmGone: 0, AlarmFailing: 0, AlarmSilent: 0, AlarmSurge: 0, AlarmTopicSilent: 0, AlarmTopicSurge: 0,
	}
	for _, k := range AlarmKinds() {
		w, known := want[k]
		delete(want, k)
		if !known || k.OfService() != (w&service > 0) || k.Unready() != (w&unready > 0) {
			t.Errorf("%s: of the service %v, unready %v", k, k.OfService(), k.Unready())
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the list: %v", want)
	}
}

// A source's newest entry is that of its rhythm, and of its document before it has one.
func TestNewest(t *testing.T) {
	at := time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		rhythm time.Time
		dates  []time.Time
		want   time.Time
	}{
		{},
		{dates: []time.Time{at, at.Add(-time.Hour)}, want: at},
		{rhythm: at.Add(time.Hour), dates: []time.Time{at}, want: at.Add(time.Hour)},
		{rhythm: at, want: at},
	} {
		s := SourceState{Rhythm: Rhythm{Newest: tt.rhythm}, Dates: tt.dates}
		if got := s.Newest(); !got.Equal(tt.want) {
			t.Errorf("%+v: %s", tt, got)
		}
	}
}
