package storage

import (
	"reflect"
	"testing"
	"time"

	"topicwire/feed"
)

// A record of version 2 ends before what was over a bound, and is read as it is.
func TestASourceRecordOfVersion2(t *testing.T) {
	s := sourceRecord{SourceState: feed.SourceState{Body: 7, Visits: 3, Why: "w", SharedID: "N/A", Dropped: 2, Excess: feed.Excess{At: time.UnixMilli(5000).UTC(), New: 9, Past: 4}}}
	now := s.encode(nil)
	var got sourceRecord
	if err := got.decode(now); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("%+v, %v", got, err)
	}
	none := s
	none.Excess = feed.Excess{}
	old := none.encode(nil)
	empty := putTime(nil, time.Time{})
	old = old[:len(old)-len(empty)-2] // two counts
	old[0] = 2
	got = sourceRecord{}
	if err := got.decode(old); err != nil || !reflect.DeepEqual(got, none) {
		t.Errorf("of version 2: %+v, %v", got, err)
	}
}
