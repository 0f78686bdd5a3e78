package edition

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have no time zones

	"topicwire/feed"
)

// filedAt is a group of one entry of a source, filed, seen and published then.
func filedAt(key int, source string, at time.Time) feed.Filed {
	e := entry(key, source)
	e.Published, e.Seen = at, at
	f := group(0, 0, e)
	f.Filed, f.Changed = at, at
	return f
}

func keys(items []feed.Item) string {
	var s []string
	for _, it := range items {
		s = append(s, fmt.Sprint(it.Entry.Key))
	}
	return strings.Join(s, " ")
}

func TestPerSource(t *testing.T) {
	tashkent, err := time.LoadLocation("Asia/Tashkent") // UTC+5
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	filed := []feed.Filed{
		filedAt(1, "a", at("2024-08-31 12:00")), // a Saturday
		filedAt(2, "a", at("2024-09-01 12:00")), // a Sunday
		filedAt(3, "a", at("2024-09-02 12:00")), // a Monday
		filedAt(4, "a", at("2024-09-02 12:59")),
		filedAt(5, "b", at("2024-09-02 13:00")),
		filedAt(6, "a", at("2024-09-02 13:00")),
		filedAt(7, "a", at("2024-09-02 18:59")),
		filedAt(8, "a", at("2024-09-02 19:00")), // the next day in Tashkent
	}
	for _, tt := range []struct {
		cap  feed.Cap
		zone *time.Location
		want string
	}{
		{feed.Cap{}, nil, "8 7 6 5 4 3 2 1"},
		{feed.Cap{Entries: 1, Per: feed.PerHour}, nil, "8 7 6 5 3 2 1"},
		{feed.Cap{Entries: 1, Per: feed.PerDay}, nil, "5 3 2 1"},
		{feed.Cap{Entries: 3, Per: feed.PerDay}, nil, "6 5 4 3 2 1"},
		{feed.Cap{Entries: 1, Per: feed.PerDay}, tashkent, "8 5 3 2 1"},
		{feed.Cap{Entries: 1, Per: feed.PerWeek}, nil, "5 3 1"},
		{feed.Cap{Entries: 1, Per: feed.PerMonth}, nil, "5 2 1"},
	} {
		o := options
		o.Zone = tt.zone
		if got := keys(Of(&feed.Topic{PerSource: tt.cap}, filed, o).Entries); got != tt.want {
			t.Errorf("%d/%s in %v: %s, want %s", tt.cap.Entries, tt.cap.Per, tt.zone, got, tt.want)
		}
	}
	// What subscribers never get does not count, nor what an operator put there.
	topic := &feed.Topic{PerSource: feed.Cap{Entries: 1, Per: feed.PerDay}}
	filed[2].Past, filed[3].Included = true, true
	ed := Of(topic, filed, options)
	if got := keys(ed.Entries); got != "5 6 4 2 1" && got != "6 5 4 2 1" {
		t.Errorf("entries %s", got)
	}
	if got := keys(ed.Past); got != "3" {
		t.Errorf("past %s", got)
	}
	// The cap comes before the limit.
	topic.Limit = 2
	if got := keys(Of(topic, filed[4:], options).Entries); got != "6 5" {
		t.Errorf("limited %s", got)
	}
}

// What is published does not disappear because more of its source comes.
func TestACapNeverTakesBack(t *testing.T) {
	topic := &feed.Topic{PerSource: feed.Cap{Entries: 3, Per: feed.PerDay}}
	var filed []feed.Filed
	published := make(map[string]bool)
	for i := range 60 {
		filed = append(filed, filedAt(i+1, fmt.Sprint("s", i%2), minute(i*20)))
		now := make(map[string]bool)
		for _, it := range Of(topic, filed, options).Entries {
			now[it.PublicID] = true
		}
		for id := range published {
			if !now[id] {
				t.Fatalf("%s disappeared with entry %d", id, i+1)
			}
		}
		published = now
	}
	if len(published) != 6+6 { // two sources, two days in UTC
		t.Errorf("%d published", len(published))
	}
}

// An hour that the clocks repeat is two hours.
func TestPeriodsInSummerTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(&feed.Topic{PerSource: feed.Cap{Entries: 1, Per: feed.PerHour}}, nil, Options{Zone: berlin})
	first := time.Date(2024, 10, 27, 0, 30, 0, 0, time.UTC) // 2:30 twice
	if a, b := p.begin(first), p.begin(first.Add(time.Hour)); b.Sub(a) != time.Hour {
		t.Errorf("%v and %v", a, b)
	}
	p.topic.PerSource.Per = feed.PerDay
	if a, b := p.begin(first), p.begin(first.Add(24*time.Hour)); b.Sub(a) != 25*time.Hour {
		t.Errorf("%v and %v", a, b)
	}
}

func TestMaxAge(t *testing.T) {
	topic := &feed.Topic{MaxAge: 2 * time.Hour}
	filed := []feed.Filed{filedAt(1, "a", minute(0)), filedAt(2, "a", minute(60)), filedAt(3, "a", minute(90))}
	for at, want := range map[time.Time]string{
		minute(90):                        "3 2 1",
		minute(119):                       "3 2 1",
		minute(120).Add(-time.Nanosecond): "3 2 1",
		minute(120):                       "3 2",
		minute(120).Add(59 * time.Second): "3 2",
		minute(180):                       "3",
		minute(210):                       "",
	} {
		ed := Of(topic, filed, Options{Source: info, At: at})
		if got := keys(ed.Entries); got != want {
			t.Errorf("at %v: %s, want %s", at, got, want)
		}
		// The feed changes when an entry leaves, and says so in advance.
		switch want {
		case "3 2 1":
			if !ed.Updated.Equal(minute(90)) || !Expires(ed).Equal(minute(120)) {
				t.Errorf("at %v: updated %v, expires %v", at, ed.Updated, Expires(ed))
			}
		case "3 2":
			if !ed.Updated.Equal(minute(120)) || !Expires(ed).Equal(minute(180)) {
				t.Errorf("at %v: updated %v, expires %v", at, ed.Updated, Expires(ed))
			}
		case "":
			if !ed.Updated.Equal(minute(210)) || !Expires(ed).IsZero() {
				t.Errorf("at %v: updated %v, expires %v", at, ed.Updated, Expires(ed))
			}
		}
	}
	// All nodes agree on the minute in which an entry leaves.
	filed[0].Filed = filed[0].Filed.Add(time.Second)
	if ed := Of(topic, filed, Options{Source: info, At: minute(120).Add(30 * time.Second)}); keys(ed.Entries) != "3 2 1" {
		t.Errorf("half a minute after two hours: %s", keys(ed.Entries))
	}
	if ed := Of(topic, filed, Options{Source: info, At: minute(100)}); !Expires(ed).Equal(minute(121)) {
		t.Errorf("expires %v, not at a whole minute", Expires(ed))
	}
	if ed := Of(&feed.Topic{}, filed, options); !Expires(ed).IsZero() {
		t.Error("expires without an age")
	}
	// One that is behind the limit already leaves nothing.
	topic.Limit = 1
	if ed := Of(topic, filed, Options{Source: info, At: minute(200)}); keys(ed.Entries) != "3" || !ed.Updated.Equal(minute(90)) {
		t.Errorf("%s, updated %v", keys(ed.Entries), ed.Updated)
	}
}

func TestPast(t *testing.T) {
	var filed []feed.Filed
	for i := range 10 {
		f := filedAt(i+1, "a", minute(i))
		f.Past = i%2 == 0
		filed = append(filed, f)
	}
	ed := Of(&feed.Topic{Limit: 3, MaxAge: time.Hour}, filed, Options{Source: info, At: minute(9)})
	if keys(ed.Entries) != "10 8 6" || keys(ed.Past) != "9 7 5" {
		t.Errorf("entries %s, past %s", keys(ed.Entries), keys(ed.Past))
	}
	for _, it := range ed.Entries {
		if it.Past {
			t.Errorf("%d is past", it.Entry.Key)
		}
	}
	for _, it := range ed.Past {
		if !it.Past {
			t.Errorf("%d is not past", it.Entry.Key)
		}
	}
}
