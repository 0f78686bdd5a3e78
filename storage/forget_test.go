package storage_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

// forget runs a whole demand in steps of limit keys, and says what went and where it is
// logged.
func forget(t *testing.T, db *storage.DB, c feed.Forgetting, limit int) (removed, steps int, logged uint64) {
	t.Helper()
	if c.At.IsZero() {
		c.At = t0.Add(5 * day)
	}
	c.By, c.Limit = "A", limit
	for c.From = 1; c.From != 0; steps++ {
		step := c
		o := apply(t, db, &step).Outcomes[0]
		if err := db.Sound(); err != nil {
			t.Fatal(err)
		}
		removed, logged = removed+o.Removed, o.Decision
		c.Decision, c.From = o.Decision, o.Next
	}
	return removed, steps, logged
}

func keyOf(t *testing.T, db *storage.DB, source feed.SourceID, id string) []feed.EntryKey {
	t.Helper()
	return []feed.EntryKey{find(t, db, source, id).Key}
}

func decisions(t *testing.T, db *storage.DB) (all []feed.Decided) {
	t.Helper()
	view(t, db, func(r *storage.Reader) error {
		return r.Decisions(func(d feed.Decided) bool {
			all = append(all, d)
			return true
		})
	})
	return all
}

// secret is what a demand is about: it stands in all that an entry has.
const secret = "ivanova"

// leaked is a report that has the secret everywhere, in what it is placed and filed by too.
func leaked(at time.Time) *feed.Visit {
	e := entry("https://a.example/"+secret, "https://a.example/"+secret, "security of "+secret+" at the border water gas")
	e.Published, e.Summary, e.Authors = at, "<p>"+secret+" said</p>", []feed.Person{{Name: secret}}
	e.Categories, e.Image = []feed.Category{{Term: secret}}, "https://a.example/"+secret+".png"
	v := visit(srcA, at, e)
	v.Document.Entries[0].Terms = feed.Terms(e.Title)
	v.Document.Entries[0].Matches[0].Reason.Hits[0].Text = secret
	return v
}

func TestForgottenEntriesLeaveHashesAndNumbers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	all := &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}, {ID: feed.AllTopics, Hash: 1}}, Topics: []feed.Topic{{ID: "security"}}}
	apply(t, db, all, report(srcB, t0, "b", "security of ivanova at the border"), leaked(t0.Add(time.Hour)), report("https://c.example/feed", t0.Add(2*time.Hour), "c", "security water gas rail exercise"))
	k := keyOf(t, db, srcA, "https://a.example/"+secret)
	hide := decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: k, Note: "it names " + secret, By: "A"}).Outcomes[0].Decision
	decide(t, db, &feed.Decision{At: t0.Add(5 * day), Kind: feed.DecisionUndo, Undo: hide, Note: secret + " agrees", By: "A"})

	// What the first report says of it is its own, and stays.
	own := func(line string) bool {
		return strings.HasPrefix(line, "window 0000000000000001 ") || strings.HasPrefix(line, "entries 0000000000000001 ")
	}
	held := func() (lines []string) {
		for line := range strings.Lines(db.Dumped()) {
			if strings.Contains(line, hex.EncodeToString([]byte(secret))) && !own(line) {
				lines = append(lines, line)
			}
		}
		return lines
	}
	where := strings.Join(held(), "")
	for _, bucket := range []string{"window", "placements", "ties", "decisions"} {
		if !strings.Contains(where, bucket+" ") {
			t.Fatalf("the fixture has nothing of it in %s", bucket)
		}
	}
	c := find(t, db, "https://c.example/feed", "c").Key
	if p, _ := placed(t, db, c); p.Partner != k[0] || p.Why == nil {
		t.Fatalf("the fixture is not placed as it says: %+v", p)
	}
	if removed, _, _ := forget(t, db, feed.Forgetting{Entries: k, Note: "asked by letter"}, 10); removed != 1 {
		t.Fatalf("%d removed", removed)
	}
	if lines := held(); len(lines) > 0 {
		t.Errorf("the file has it still: %s", lines)
	}
	if p, ok := placed(t, db, c); !ok || p.Partner != k[0] || p.Why != nil {
		t.Errorf("the words that it shared with another are told still: %+v", p)
	}
	if n := len(filed(t, db, "security")) + len(filed(t, db, feed.AllTopics)); n != 4 {
		t.Errorf("%d filed, want the two others of its story, in both", n)
	}
	forget(t, db, feed.Forgetting{Entries: keyOf(t, db, srcB, "b")}, 10)

	// bbolt keeps what was overwritten until it needs the page; a file that is written
	// anew has none of it.
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	compacted := filepath.Join(t.TempDir(), "c.db")
	compact(t, path, compacted)
	if b, err := os.ReadFile(compacted); err != nil || bytes.Contains(b, []byte(secret)) {
		t.Errorf("the compacted file has it: %v", err)
	}
	if err := open(t, compacted).Sound(); err != nil {
		t.Error(err)
	}
}

func compact(t *testing.T, from, to string) {
	t.Helper()
	src, err := bolt.Open(from, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	dst, err := bolt.Open(to, 0o600, nil)
	if err == nil {
		err = bolt.Compact(dst, src, 0)
	}
	if err := errors.Join(err, src.Close(), dst.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestForgottenEntriesDoNotComeBack(t *testing.T) {
	db := newDB(t)
	e := entry("guid-1", "https://a.example/news/report-1", "security report")
	plain := entry("guid-2", "https://a.example/", "security at the door") // the link tells nothing
	apply(t, db, visit(srcA, t0, e, plain))
	removed, _, _ := forget(t, db, feed.Forgetting{Entries: append(keyOf(t, db, srcA, "guid-1"), keyOf(t, db, srcA, "guid-2")...)}, 10)
	if removed != 2 {
		t.Fatalf("%d removed", removed)
	}
	at := t0.Add(6 * day)
	for what, back := range map[string]feed.Entry{
		"as it was":          e,
		"with another text":  entry("guid-1", "https://a.example/news/report-1", "security report, corrected"),
		"under another id":   entry("guid-9", "https://a.example/news/report-1", "security report"),
		"under another link": entry("guid-1", "https://a.example/news/report-one", "security report"),
		"with another title": entry("guid-8", "https://a.example/news/report-1", "something else"),
		"without its link":   entry("guid-6", "https://a.example/", "security report"),
		"by its title":       entry("guid-7", "https://a.example/", "security at the door"),
	} {
		at = at.Add(time.Hour)
		for _, c := range []feed.Change{visit(srcA, at, back), &feed.Push{At: at, Source: srcA, Document: *visit(srcA, at, back).Document}} {
			if res := apply(t, db, c); res.Outcomes[0].New != 0 || res.Outcomes[0].Updated != 0 || len(res.Topics) != 0 {
				t.Errorf("%s: came back: %+v", what, res)
			}
		}
	}
	// Another source's copy is another entry.
	if res := apply(t, db, visit(srcB, at, entry("b", "https://a.example/news/report-1", "security report"))); res.Outcomes[0].New != 1 {
		t.Errorf("another source: %+v", res)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// A document that has not changed is not read again for what was forgotten of it, and
// names nobody in its place.
func TestForgottenEntriesStayKnownInTheirDocument(t *testing.T) {
	db := newDB(t)
	v := visit(srcA, t0, entry("1", "https://a.example/1", "one"), entry("2", "https://a.example/2", "two"))
	apply(t, db, v)
	forget(t, db, feed.Forgetting{Entries: keyOf(t, db, srcA, "1")}, 10)
	view(t, db, func(r *storage.Reader) error {
		if w := r.Window(srcA); len(w) != 2 || w[0] != v.Document.Window[0] {
			t.Errorf("window %v, was %v", w, v.Document.Window)
		}
		return nil
	})
	if keys := db.WindowKeys(1); keys[0] != 0 || keys[1] == 0 {
		t.Errorf("the document names %d", keys)
	}
}

func TestTheNextLeadsInThePlaceOfTheForgotten(t *testing.T) {
	for _, stays := range []string{"a", "b"} {
		db := newDB(t)
		apply(t, db, &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}, {ID: feed.AllTopics, Hash: 1}}, Topics: []feed.Topic{{ID: "security"}}})
		apply(t, db, visit(srcA, t0, entry("https://x.example/a", "https://x.example/1", "security a")))
		apply(t, db, visit(srcB, t0.Add(time.Hour), entry("https://x.example/b", "https://x.example/1", "security b")))
		apply(t, db, visit("https://c.example/feed", t0.Add(2*time.Hour), entry("https://x.example/c", "https://x.example/9", "security c")))
		before, other := filed(t, db, "security")[1], filed(t, db, "security")[0]
		if len(before.Entries) != 2 || before.PublicID != "https://x.example/a" {
			t.Fatal("the fixture is not filed as it says")
		}
		gone, source := "https://x.example/a", feed.SourceID(srcA)
		if stays == "a" {
			gone, source = "https://x.example/b", srcB
		}
		forget(t, db, feed.Forgetting{Entries: keyOf(t, db, source, gone)}, 10)
		all := filed(t, db, "security")
		if len(all) != 2 || all[0].PublicID != other.PublicID || !all[0].Filed.Equal(other.Filed) || !all[0].Changed.Equal(other.Changed) {
			t.Fatalf("filed %+v", all)
		}
		after := all[1]
		if after.PublicID != "https://x.example/"+stays || len(after.Entries) != 1 || after.Lead != after.Entries[0].Key {
			t.Errorf("led by %d under %s: %+v", after.Lead, after.PublicID, after.Entries)
		}
		if after.Group != before.Group || after.Story != before.Story || !after.Filed.Equal(before.Filed) || after.Past != before.Past {
			t.Errorf("group %d of story %d filed %s, was %d of %d filed %s", after.Group, after.Story, after.Filed, before.Group, before.Story, before.Filed)
		}
		if f := filed(t, db, feed.AllTopics); len(f) != 2 || f[1].PublicID != after.PublicID || !f[1].Filed.Equal(after.Filed) {
			t.Errorf("among all %+v", f)
		}
	}
}

// Who is hidden does not lead, though it comes next: its id is not to be the group's.
func TestTheHiddenDoNotFollowTheForgotten(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1))
	for i, s := range []string{"a", "b", "c"} {
		apply(t, db, visit("https://"+s+".example/feed", t0.Add(time.Duration(i)*time.Hour), entry("https://x.example/"+s, "https://x.example/1", "security "+s)))
	}
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: keyOf(t, db, "https://b.example/feed", "https://x.example/b"), By: "A"})
	forget(t, db, feed.Forgetting{Entries: keyOf(t, db, srcA, "https://x.example/a")}, 10)
	if f := filed(t, db, "security")[0]; f.PublicID != "https://x.example/c" {
		t.Errorf("published as %s", f.PublicID)
	}
}

func TestForgetAHost(t *testing.T) {
	db := newDB(t)
	agg := feed.SourceID("https://agg.example/feed")
	spam := feed.SourceID("https://feeds.spam.example/rss")
	// Retention left of one only what it was published under.
	apply(t, db, visit(srcA, t0, entry("https://spam.example/old", "https://spam.example/old", "security old")))
	apply(t, db, visit(string(spam), t0.Add(time.Hour), entry("1", "https://spam.example/1", "security 1"), entry("2", "https://elsewhere.example/2", "security 2")),
		visit(string(agg), t0.Add(time.Hour), entry("3", "https://www.spam.example/3", "security 3"), entry("4", "https://good.example/4", "security 4"), entry("5", "https://notspam.example/5", "security 5")))
	apply(t, db, visit(srcB, t0.Add(2*time.Hour), entry("b", "https://spam.example/old", "security copy")))
	apply(t, db, visit(srcA, t0.Add(3*time.Hour), entry("new", "https://a.example/new", "x")))
	if removed, _ := retain(t, db, t0.Add(4*time.Hour), t0.Add(time.Minute), 100); removed != 1 {
		t.Fatalf("retention removed %d", removed)
	}
	apply(t, db, &feed.Claim{At: t0.Add(4 * time.Hour), Sources: []feed.SourceID{spam}, Next: []time.Time{t0.Add(9 * day)}, Hold: true})
	before := source(t, db, spam)
	removed, steps, n := forget(t, db, feed.Forgetting{Host: "spam.example", Note: "spam"}, 2)
	if removed != 5 || steps < 4 { // 1, 2, 3, the copy, and what was left of the old one
		t.Errorf("%d removed in %d steps", removed, steps)
	}
	all := filed(t, db, "security")
	if len(all) != 2 {
		t.Errorf("filed %+v", all)
	}
	for _, f := range all {
		if l := f.Entries[0].Link; l != "https://good.example/4" && l != "https://notspam.example/5" {
			t.Errorf("%s is there still", l)
		}
	}
	s := source(t, db, spam)
	if s.Meta.Title != "" || s.Validators != (feed.Validators{}) || s.Body != 0 || s.New != 0 {
		t.Errorf("the source is known still: %+v", s)
	}
	if !s.Next.Equal(before.Next) || before.Hold.IsZero() || !s.Hold.Equal(before.Hold) {
		t.Errorf("due %s, was %s, held until %s, was %s: it may not be asked earlier", s.Next, before.Next, s.Hold, before.Hold)
	}
	view(t, db, func(r *storage.Reader) error {
		if rhythm, err := r.Rhythm(spam); err != nil || !rhythm.Newest.IsZero() {
			t.Errorf("its rhythm is known still: %+v, %v", rhythm, err)
		}
		return nil
	})
	if s := source(t, db, agg); s.Meta.Title == "" {
		t.Error("the aggregator was forgotten, too")
	}
	log := decisions(t, db)
	if len(log) != 1 || log[0].Number != n || log[0].Kind != feed.DecisionForget || log[0].Note != "spam" || log[0].By != "A" ||
		*log[0].Forgot != (feed.Forgot{Host: "spam.example", Entries: 5, Sources: 1}) {
		t.Errorf("logged %+v", log)
	}
	if _, err := db.Apply([]feed.Change{&feed.Decision{At: t0.Add(6 * day), Kind: feed.DecisionUndo, Undo: n}}); err == nil || !strings.Contains(err.Error(), "away for good") {
		t.Errorf("undone: %v", err)
	}
	// A second time there is nothing to do, nor to log.
	if removed, _, n := forget(t, db, feed.Forgetting{Host: "spam.example"}, 2); removed != 0 || n != 0 || len(decisions(t, db)) != 1 {
		t.Errorf("%d removed again, logged as %d", removed, n)
	}
	// Its document, read anew, brings nothing that was there.
	if res := apply(t, db, visit(string(spam), t0.Add(7*day), entry("1", "https://spam.example/1", "security 1"), entry("2", "https://elsewhere.example/2", "security 2"))); res.Outcomes[0].New != 0 {
		t.Errorf("came back: %+v", res)
	}
}

func TestForgetASource(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("1", "https://x.example/1", "security")), visit(srcB, t0.Add(time.Hour), entry("2", "https://x.example/2", "security")))
	if removed, _, n := forget(t, db, feed.Forgetting{Source: srcA}, 500); removed != 1 || n != 1 {
		t.Errorf("%d removed, logged as %d", removed, n)
	}
	if has(t, db, srcA, "1") || !has(t, db, srcB, "2") {
		t.Error("another source's entry went")
	}
	if d := decisions(t, db)[0]; *d.Forgot != (feed.Forgot{Entries: 1, Sources: 1}) {
		t.Errorf("logged %+v", *d.Forgot)
	}
	if removed, _, n := forget(t, db, feed.Forgetting{Source: "https://nobody.example/feed"}, 500); removed != 0 || n != 0 {
		t.Errorf("%d removed of a source that is not known, logged as %d", removed, n)
	}
}

// What comes after is not compared with what was forgotten.
func TestForgottenEntriesHaveNoCopies(t *testing.T) {
	db := newDB(t)
	apply(t, db, report(srcA, t0, "a", "water border rail gas"))
	forget(t, db, feed.Forgetting{Entries: keyOf(t, db, srcA, "a")}, 10)
	apply(t, db, report(srcB, t0.Add(time.Hour), "b", "water border rail gas"))
	if p, ok := placed(t, db, find(t, db, srcB, "b").Key); ok {
		t.Errorf("placed with %d", p.Partner)
	}
	if n := db.WindowRows(); n != 1 {
		t.Errorf("%d rows in the window", n)
	}
}
