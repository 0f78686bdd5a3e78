package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// news and past are the ids of the entries that a topic filed, each in ascending order.
func newsAndPast(t *testing.T, db *storage.DB, topic feed.TopicID) (news, past []string) {
	t.Helper()
	view(t, db, func(r *storage.Reader) error {
		return r.EachFiled(topic, time.Time{}, func(f feed.Filed) (bool, error) {
			to := &news
			if f.Past {
				to = &past
			}
			*to = append(*to, f.Entries[0].ID)
			return true, nil
		})
	})
	slices.Sort(news)
	slices.Sort(past)
	return news, past
}

// numbered are entries of a topic, their ids from one number to another, each dated an hour
// after the one before.
func numbered(from, to int) (all []feed.Entry) {
	for n := from; n <= to; n++ {
		e := entry(fmt.Sprintf("e%02d", n), fmt.Sprintf("https://x.example/%d", n), fmt.Sprintf("security %d", n))
		e.Published = t0.Add(time.Duration(n-100) * time.Hour)
		all = append(all, e)
	}
	return all
}

func excess(t *testing.T, db *storage.DB, source string) feed.Excess {
	t.Helper()
	var s feed.SourceState
	view(t, db, func(r *storage.Reader) (err error) {
		s, err = r.Source(feed.SourceID(source))
		return err
	})
	return s.Excess
}

func check(t *testing.T, what string, db *storage.DB, wantNews, wantPast []string) {
	t.Helper()
	if news, past := newsAndPast(t, db, "security"); !slices.Equal(news, wantNews) || !slices.Equal(past, wantPast) {
		t.Errorf("%s: news %v, past %v; want %v and %v", what, news, past, wantNews, wantPast)
	}
	if err := db.Verify(t.Context(), func(s string) { t.Errorf("%s: %s", what, s) }); err != nil {
		t.Error(err)
	}
}

func TestOneDocumentBringsSoManyAsNews(t *testing.T) {
	bounded := func(v *feed.Visit, most int) *feed.Visit {
		v.Document.MaxNew = most
		return v
	}
	db := newDB(t)
	// The backlog of a source is bounded as any other document; what no topic takes is not
	// counted.
	first := append(numbered(1, 5), feed.Entry{ID: "o", Link: "https://x.example/o", Canonical: "https://x.example/o", Title: "other", Published: t0})
	res := apply(t, db, bounded(visit(srcA, t0, first...), 3))
	check(t, "a first document", db, []string{"e03", "e04", "e05"}, []string{"e01", "e02"})
	if o := res.Outcomes[0]; o.New != 6 || o.Past != 2 {
		t.Errorf("outcome %+v", o)
	}
	if x := excess(t, db, srcA); x != (feed.Excess{At: t0, New: 5, Past: 2}) {
		t.Errorf("noted %+v", x)
	}
	// Later ones: the newest by their dates are filed at the visit, others at their own
	// dates; of one date the first in the document.
	same := numbered(11, 14)
	for i := range same {
		same[i].Published = t0
	}
	apply(t, db, bounded(visit(srcA, t0.Add(day), slices.Concat(same, numbered(6, 7))...), 3))
	check(t, "a later document", db, []string{"e03", "e04", "e05", "e11", "e12", "e13"}, []string{"e01", "e02", "e06", "e07", "e14"})
	view(t, db, func(r *storage.Reader) error {
		return r.EachFiled("security", time.Time{}, func(f feed.Filed) (bool, error) {
			want := f.Entries[0].Published
			if slices.Contains([]string{"e11", "e12", "e13"}, f.Entries[0].ID) {
				want = t0.Add(day)
			}
			if !f.Filed.Equal(want) {
				t.Errorf("%s is filed at %v, want %v", f.Entries[0].ID, f.Filed, want)
			}
			return true, nil
		})
	})
	// What is filed already is no news again, however much of it changes.
	changed := numbered(1, 7)
	for i := range changed {
		changed[i].Title += ", corrected"
	}
	res = apply(t, db, bounded(visit(srcA, t0.Add(2*day), append(changed, numbered(21, 23)...)...), 3))
	if o := res.Outcomes[0]; o.New != 3 || o.Updated != 7 || o.Past != 0 {
		t.Errorf("corrections: %+v", o)
	}
	if x := excess(t, db, srcA); !x.At.Equal(t0.Add(day)) {
		t.Errorf("noted %+v", x)
	}
	// Nor does it take the places of what is older and new.
	changed = append(numbered(21, 23), numbered(8, 10)...)
	for i := range changed[:3] {
		changed[i].Title += ", corrected"
	}
	res = apply(t, db, bounded(visit(srcA, t0.Add(2*day+time.Hour), changed...), 3))
	if o := res.Outcomes[0]; o.New != 3 || o.Updated != 3 || o.Past != 0 {
		t.Errorf("corrections beside older news: %+v", o)
	}
	// But a change by which entries join a topic brings them there.
	joined := numbered(31, 35)
	for i := range joined {
		joined[i].Title = fmt.Sprint("other ", i)
	}
	apply(t, db, bounded(visit(srcA, t0.Add(3*day), joined...), 3))
	res = apply(t, db, bounded(visit(srcA, t0.Add(4*day), numbered(31, 35)...), 3))
	if o := res.Outcomes[0]; o.New != 0 || o.Updated != 5 || o.Past != 2 {
		t.Errorf("entries that join: %+v", o)
	}
	// Without a bound all are news.
	apply(t, db, visit(srcB, t0.Add(5*day)), visit(srcB, t0.Add(6*day), entry("b", "https://b.example/", "security b")))
	if news, _ := newsAndPast(t, db, "security"); !slices.Contains(news, "b") {
		t.Errorf("news %v", news)
	}
}

// What a hub pushes is bounded as what is fetched, and a copy of what another source
// brought stays where that is.
func TestAPushBringsSoManyAsNews(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0), visit(srcB, t0))
	pushed := visit(srcA, t0.Add(day), numbered(1, 5)...)
	pushed.Document.MaxNew = 3
	res := apply(t, db, &feed.Push{At: pushed.At, Source: srcA, Document: *pushed.Document})
	check(t, "a push", db, []string{"e03", "e04", "e05"}, []string{"e01", "e02"})
	if o := res.Outcomes[0]; o.Past != 2 || excess(t, db, srcA).Past != 2 {
		t.Errorf("outcome %+v, noted %+v", o, excess(t, db, srcA))
	}
}

// The feed of all topics has as past what its topics have so.
func TestWhatIsOverTheBoundIsNoNewsAnywhere(t *testing.T) {
	db := newDB(t)
	apply(t, db, &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}, {ID: feed.AllTopics, Hash: 1}}, Topics: []feed.Topic{{ID: "security"}}})
	v := visit(srcA, t0.Add(time.Hour), numbered(1, 5)...)
	v.Document.MaxNew, v.Document.Generation = 2, 1
	apply(t, db, v)
	if news, past := newsAndPast(t, db, feed.AllTopics); len(news) != 2 || len(past) != 3 {
		t.Errorf("news %v, past %v", news, past)
	}
}
