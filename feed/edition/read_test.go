package edition

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"topicwire/feed"
)

// newest is a store of memberships, as Read asks one.
type newest struct {
	filed []feed.Filed // oldest first
	calls int
	read  int
}

func (s *newest) older(ask Ask) (p Portion, err error) {
	s.calls++
	for len(s.filed) > 0 && p.N < ask.N {
		f := s.filed[len(s.filed)-1]
		s.filed = s.filed[:len(s.filed)-1]
		if f.Past && !ask.Past {
			continue
		}
		p.N++
		p.Last = f.Filed
		if !ask.But[f.Entries[0].Source] {
			p.Filed = append(p.Filed, f)
		}
	}
	s.read += len(p.Filed)
	return p, nil
}

// What is read in part gives the edition of the whole.
func TestReadIsOf(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(3, seed))
		few := []int{3, 12}[seed%2] // sources
		var filed []feed.Filed
		for i := range 400 {
			f := filedAt(i+1, fmt.Sprint("s", r.IntN(1+r.IntN(few))), minute(i/3*17))
			f.Past = r.IntN(8) == 0
			if r.IntN(5) == 0 {
				f.Hidden = []feed.EntryKey{f.Lead}
			}
			f.Story = feed.StoryKey(r.IntN(300))
			filed = append(filed, f)
		}
		topic := &feed.Topic{Limit: 1 + r.IntN(40), Group: []feed.Grouping{"", feed.GroupStory, feed.GroupNone}[r.IntN(3)]}
		if r.IntN(2) == 0 {
			topic.PerSource = feed.Cap{Entries: 1 + r.IntN(8), Per: []feed.Period{feed.PerHour, feed.PerDay, feed.PerWeek}[r.IntN(3)]}
		}
		if r.IntN(3) == 0 {
			topic.MaxAge = time.Duration(1+r.IntN(r.IntN(40)+1)) * time.Hour
		}
		o := Options{Source: info, At: minute(400 / 3 * 17)}
		stories := make(map[feed.StoryKey][]feed.Filed)
		for _, f := range filed {
			stories[f.Story] = append(stories[f.Story], f)
		}
		o.Story = func(k feed.StoryKey) []feed.Filed { return stories[k] }
		s := &newest{filed: filed}
		got, err := Read(topic, o, s.older)
		if err != nil {
			t.Fatal(err)
		}
		want := Of(topic, filed, o)
		for _, ed := range []*feed.Edition{got, want} {
			for i := range ed.Entries {
				ed.Entries[i].Reports = 0 // as far as it was read
			}
		}
		if !reflect.DeepEqual(got.Entries, want.Entries) || topic.MaxAge > 0 && s.read == 400 && !got.Updated.Equal(want.Updated) {
			t.Fatalf("seed %d: read %d of 400 in %d calls for %+v\n got %s\nwant %s", seed, s.read, s.calls, topic, keys(got.Entries), keys(want.Entries))
		}
	}
}

// A plain topic is read at once, and little more than its document.
func TestReadPlain(t *testing.T) {
	s := &newest{}
	for i := range 1000 {
		s.filed = append(s.filed, filedAt(i+1, fmt.Sprint("s", i%3), minute(i)))
	}
	ed, err := Read(&feed.Topic{}, options, s.older)
	if err != nil || len(ed.Entries) != 100 || s.calls != 1 || s.read > 120 {
		t.Errorf("%d entries of %d in %d calls: %v", len(ed.Entries), s.read, s.calls, err)
	}
}

// Where others are looked for and there are none, nothing more is read.
func TestReadOfOneSource(t *testing.T) {
	s := &newest{}
	for i := range 1000 {
		s.filed = append(s.filed, filedAt(i+1, "a", minute(i)))
	}
	ed, err := Read(&feed.Topic{}, options, s.older)
	if err != nil || len(ed.Entries) != 100 || s.read > 120 || len(s.filed) != 600 {
		t.Errorf("%d entries of %d, %d not looked at: %v", len(ed.Entries), s.read, len(s.filed), err)
	}
}

// A cap that leaves out nearly everything ends the search some time, with a
// shorter document and with whole days only.
func TestReadEnds(t *testing.T) {
	s := &newest{}
	for i := range 12_000 {
		s.filed = append(s.filed, filedAt(i+1, "a", minute(5*i)))
	}
	topic := &feed.Topic{Limit: 60, PerSource: feed.Cap{Entries: 1, Per: feed.PerDay}}
	ed, err := Read(topic, options, s.older)
	if err != nil || len(ed.Entries) < 15 || len(ed.Entries) > 40 || s.read > 10_000 {
		t.Errorf("%d entries of %d: %v", len(ed.Entries), s.read, err)
	}
	for _, it := range ed.Entries {
		if it.Filed.Hour() != 0 || it.Filed.Minute() != 0 {
			t.Errorf("%d is not the first of its day: %v", it.Entry.Key, it.Filed)
		}
	}
}

// A topic with a long past and little news does not carry the past along.
func TestReadLeavesThePast(t *testing.T) {
	s := &newest{filed: []feed.Filed{filedAt(1, "a", minute(0))}}
	for i := range 5000 {
		f := filedAt(i+2, "a", minute(i+1))
		f.Past = true
		s.filed = append(s.filed, f)
	}
	ed, err := Read(&feed.Topic{Limit: 10}, options, s.older)
	if err != nil || keys(ed.Entries) != "1" || len(ed.Past) != 10 || s.read > 20 {
		t.Errorf("entries %s, %d past of %d: %v", keys(ed.Entries), len(ed.Past), s.read, err)
	}
}

func TestReadFails(t *testing.T) {
	broken := errors.New("broken")
	if _, err := Read(&feed.Topic{}, options, func(Ask) (Portion, error) { return Portion{}, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
}
