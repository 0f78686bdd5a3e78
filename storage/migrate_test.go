package storage_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"topicwire/feed"
	"topicwire/storage"
)

// schema1 is a file that the last version with schema 1 wrote: reports in two
// languages, one of them merged, one split off by its first entry, hidden, included and
// taken away by rules, two whose first entries retention removed; with what it says of
// itself beside it.
func schema1(t *testing.T) (path string, was []byte) { return fileOf(t, "schema1") }

// fileOf is a database in testdata.
func fileOf(t *testing.T, name string) (path string, was []byte) {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if was, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "t.db")
	if err := os.WriteFile(path, was, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, was
}

// A filedThen is what a topic had, as the last version with schema 1 said.
type filedThen struct {
	Topic                            feed.TopicID
	ID                               string
	Filed, Changed                   time.Time
	Lead, Voice                      feed.EntryKey
	Past, Included                   bool
	Hidden, Entries, Reasons, Placed []feed.EntryKey
}

type decidedThen struct {
	Number, Undo uint64
	UndoneBy     uint64 `json:"undone_by"`
	At           time.Time
	Kind         feed.DecisionKind
	By, Note     string
	Topic        feed.TopicID
	Entries      []feed.EntryKey
}

func asThen(t *testing.T, db *storage.DB) (all []filedThen, decisions []decidedThen) {
	for _, topic := range []feed.TopicID{"security", "water"} {
		for _, f := range filed(t, db, topic) {
			x := filedThen{Topic: topic, ID: f.PublicID, Filed: f.Filed, Changed: f.Changed, Lead: f.Lead, Voice: f.Voice, Past: f.Past, Included: f.Included, Hidden: f.Hidden}
			for _, e := range f.Entries {
				x.Entries = append(x.Entries, e.Key)
			}
			for _, r := range f.Reasons {
				x.Reasons = append(x.Reasons, r.Entry)
			}
			for _, p := range f.Placed {
				x.Placed = append(x.Placed, p.Entry)
			}
			all = append(all, x)
		}
	}
	view(t, db, func(r *storage.Reader) error {
		return r.Decisions(func(d feed.Decided) bool {
			decisions = append(decisions, decidedThen{d.Number, d.Undo, d.UndoneBy, d.At, d.Kind, d.By, d.Note, d.Topic, d.Entries})
			return true
		})
	})
	return all, decisions
}

func TestAFileOfSchema1(t *testing.T) {
	b, err := os.ReadFile("testdata/schema1.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Filed     []filedThen
		Decisions []decidedThen
		Stories   map[feed.StoryKey][]feed.EntryKey
		Dropped   []filedThen
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	path, was := schema1(t)
	db := open(t, path)
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
	if kept, err := os.ReadFile(path + ".before-v2"); err != nil || !bytes.Equal(kept, was) {
		t.Errorf("the old file is not kept beside: %v, %d bytes of %d", err, len(kept), len(was))
	}
	all, decisions := asThen(t, db)
	// Of those that were filed at one time the order is that of other numbers now.
	byLead := cmpopts.SortSlices(func(a, b filedThen) bool { return a.Topic < b.Topic || a.Topic == b.Topic && a.Lead < b.Lead })
	if diff := cmp.Diff(want.Filed, all, byLead, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("filed: %s", diff)
	}
	if diff := cmp.Diff(want.Decisions, decisions, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("decisions: %s", diff)
	}
	view(t, db, func(r *storage.Reader) error {
		for k, entries := range want.Stories {
			if e := feed.EntryKey(k); k < 1<<50 && !slices.Contains(entries, e) {
				continue // the number is that of the entry's own story now, which was split off
			}
			now, ok, err := r.FindStory(k)
			if err != nil || !ok {
				t.Errorf("story %d leads nowhere: %v", k, err)
				continue
			}
			s, err := r.Story(now)
			if err != nil {
				return err
			}
			var in []feed.EntryKey
			for _, g := range s.Groups {
				g, err := r.Group(g)
				if err != nil {
					return err
				}
				in = append(in, g.Entries...)
			}
			if slices.Sort(in); !slices.Equal(in, entries) {
				t.Errorf("story %d has %d, had %d", k, in, entries)
			}
		}
		for _, m := range want.Dropped {
			e, err := r.Entry(m.Lead)
			if err != nil {
				return err
			}
			now, ok, err := r.Dropped("security", e.Group)
			if !ok || err != nil || now.PublicID != m.ID || !now.Filed.Equal(m.Filed) {
				t.Errorf("what the rules took away is %+v, was %+v (%v)", now, m, err)
			}
		}
		return nil
	})
}

// What was decided before can be taken back, or says that it cannot; whatever is done,
// what follows from the facts is what is stored.
func TestDecisionsOfSchema1(t *testing.T) {
	path, _ := schema1(t)
	db := open(t, path)
	undone := 0
	for n := uint64(7); n > 0; n-- {
		_, err := db.Apply([]feed.Change{&feed.Decision{At: t0.Add(9 * day), Kind: feed.DecisionUndo, Undo: n}})
		var refused *feed.Refusal
		if err != nil && !errors.As(err, &refused) {
			t.Fatalf("undo of %d: %v", n, err)
		}
		if err == nil {
			undone++
		}
		if err := db.Sound(); err != nil {
			t.Fatalf("undo of %d (%v): %v", n, refused, err)
		}
	}
	if undone < 4 { // the two that hide, the one that includes, and what moved only what is known
		t.Errorf("%d can be undone", undone)
	}
	apply(t, db, told("l", "en", t0.Add(9*day), "water border rail gas security"), &feed.Retention{At: t0.Add(99 * day), Before: t0.Add(50 * day), From: 1, Limit: 100})
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// A file that cannot be brought to the present schema stays where it is.
func TestAMigrationThatFails(t *testing.T) {
	path, was := schema1(t)
	if err := os.Mkdir(path+".migrating", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".migrating/x", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(path, storage.Options{Place: new(likeness), Timeout: time.Second})
	if err == nil {
		db.Close()
		t.Fatal("it was migrated")
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, was) {
		t.Errorf("%v, %d bytes", err, len(now))
	}
}

// Who goes back to the old file, and comes again with what the old version wrote since,
// has both; and a file can be opened as it is.
func TestEachOldFileIsKept(t *testing.T) {
	path, was := schema1(t)
	var kept []string
	o := storage.Options{Place: new(likeness), NoSync: true, AsIs: true, Migrated: func(name string) { kept = append(kept, name) }}
	if _, err := storage.Open(path, o); !errors.Is(err, storage.ErrOlder) {
		t.Errorf("as it is: %v", err)
	}
	o.AsIs = false
	for _, more := range []string{"", "what the old version wrote since"} {
		file := append(bytes.Clone(was), more...)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := storage.Open(path, o)
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
		if b, err := os.ReadFile(kept[len(kept)-1]); err != nil || !bytes.Equal(b, file) {
			t.Errorf("%s has %d bytes of %d: %v", kept[len(kept)-1], len(b), len(file), err)
		}
	}
	if want := []string{path + ".before-v2", path + ".before-v2.2"}; !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
}

// A decision of schema 1 may name entries that retention removed, next to one that is
// stored: to undo it notes nothing of those.
func TestADecisionOfSchema1AboutEntriesThatAreGone(t *testing.T) {
	path, _ := fileOf(t, "schema1-forgotten")
	db := open(t, path)
	apply(t, db, &feed.Decision{At: t0.Add(30 * day), Kind: feed.DecisionUndo, Undo: 1})
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// Where decisions of schema 1 cannot be taken over as facts, since an include took up
// what rules had taken away, a group that was hidden keeps out who joins it later.
func TestAHiddenGroupOfSchema1(t *testing.T) {
	path, _ := fileOf(t, "schema1-hidden")
	db := open(t, path)
	apply(t, db, visit("https://late.example/feed", t0.Add(16*day), entry("late", "https://x.example/7", "security")))
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
	hidden := 0
	for _, f := range filed(t, db, "security") {
		if f.Lead == 5 {
			if hidden = len(f.Hidden); len(f.Entries) != 2 || hidden != 2 {
				t.Errorf("%d of %d are hidden", hidden, len(f.Entries))
			}
		}
	}
	if hidden == 0 {
		t.Error("the group is not filed")
	}
	apply(t, db, &feed.Decision{At: t0.Add(17 * day), Kind: feed.DecisionUndo, Undo: 2})
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// A story of schema 1 whose number is no entry's, and that another took in, was found
// by the number of its group.
func TestTheNumberOfAStoryOfSchema1ThatWasMerged(t *testing.T) {
	path, _ := fileOf(t, "schema1-numbers")
	view(t, open(t, path), func(r *storage.Reader) error {
		k, ok, err := r.FindStory(1<<50 | 1<<12)
		if err == nil && ok {
			var s feed.Story
			if s, err = r.Story(k); len(s.Groups) != 2 {
				t.Errorf("it leads to a story of the groups %d", s.Groups)
			}
		}
		if !ok {
			t.Error("it leads nowhere")
		}
		return err
	})
}

// The file was written by the last version with schema 2: an entry by the address of
// its old site, one with neither id nor link, a page that two entries of a source name, a
// link that two sources have, and one that retention removed.
func TestAFileOfSchema2(t *testing.T) {
	path, was := fileOf(t, "schema2")
	db := open(t, path)
	if kept, err := os.ReadFile(path + ".before-v3"); err != nil || !bytes.Equal(kept, was) {
		t.Errorf("the old file is not kept beside: %v, %d bytes of %d", err, len(kept), len(was))
	}
	db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
	before := stored(t, db)
	again := entry("", "", "Notice")
	again.ID = again.HashID()
	apply(t, db,
		visit(srcA, t0.Add(3*time.Hour),
			entry("http://a.example/gone/?utm_source=x", "https://a.example/gone", "Gone"),
			entry("https://a.example/?p=1", "https://a.example/dam", "The dam security"),
			again,
			entry("i-1", "https://a.example/status", "Mail is late"),
			entry("i-3", "https://a.example/status", "Sessions expire")),
		visit(srcB, t0.Add(4*time.Hour), entry("b-2", "https://a.example/dam/", "The dam again")))
	if got, want := stored(t, db), before+"\n7 i-3 Sessions expire"; got != want {
		t.Errorf("stored\n%s\nwant\n%s", got, want)
	}
	if n := len(filed(t, db, "security")); n != 1 {
		t.Errorf("%d are filed under security, want the one that was", n)
	}
	db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
}
