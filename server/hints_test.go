package server

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// Whatever was found ahead, and however long before, the same is stored: with hints that
// are fresh, stale, of a window that was dropped since or of another index, and with none.
func TestHintsChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := story.Balanced()
		o.Window = rapid.SampledFrom([]int{25, 90, 120_000}).Draw(t, "window")
		drawn := drawnNews(t)
		want := digestOf(t, o, drawn, func(*story.Index, int) {})
		lags := rapid.SliceOfN(rapid.IntRange(-1, 60), 5, 40).Draw(t, "lags")
		got := digestOf(t, o, drawn, func(x *story.Index, at int) {
			// What is due now of the hints: each is made some changes before its own.
			for i := at; i < min(len(drawn), at+61); i++ {
				lag := lags[i%len(lags)]
				if lag < 0 || i-lag != at && (at > 0 || i > lag) {
					continue
				}
				for _, r := range drawn[i].reported() {
					r.Hint = x.Ahead(r.Terms, r.Entry.Date(drawn[i].change.Time()))
				}
			}
		})
		if got != want {
			t.Fatalf("digest %x with hints, %x without", got, want)
		}
	})
}

// A drawnStep is a change, and what happens right before it.
type drawnStep struct {
	change feed.Change
	reopen bool // the process is restarted
	fail   bool // the change is first applied with another that is refused
}

func (s *drawnStep) reported() (all []*feed.Reported) {
	if v, ok := s.change.(*feed.Visit); ok {
		for i := range v.Document.Entries {
			all = append(all, &v.Document.Entries[i])
		}
	}
	return all
}

// drawnNews are visits with news that is alike, in two languages, with names and figures;
// entries that are late or undated, retention, other thresholds, restarts and failures.
func drawnNews(t *rapid.T) (steps []drawnStep) {
	n := func(most int, label string) int { return rapid.IntRange(0, most).Draw(t, label) }
	words := map[string][]string{
		"en": strings.Fields("security water border rail Tashkent Osh Almaty Rahmonov minister bank Russia China court drought 12 40 2024 arrested signed opened"),
		"ru": strings.Fields("вода граница поезд Ташкент Ош Алматы Рахмонов министр банк Россия Китай суд засуха 12 40 2024 арестован подписан открыт"),
	}
	at, raw := noon, feed.Raw(0)
	var texts [][]string
	for i := range 60 + n(60, "more") {
		at = at.Add(time.Duration(n(120, "minutes")) * time.Minute)
		s := drawnStep{reopen: n(40, "reopen") == 0, fail: n(25, "fail") == 0}
		switch n(24, "kind") {
		case 0:
			s.change = &feed.Retention{At: at, Before: at.Add(-time.Duration(n(100, "hours")) * time.Hour), From: 1, Limit: 50}
		case 1:
			o := story.Balanced()
			o.Best = rapid.SampledFrom([]float64{.1, .165, .3}).Draw(t, "best")
			s.change = &feed.ConfigChange{At: at, Generation: uint64(i + 1), Stories: &o}
		default:
			v := &feed.Visit{At: at, Source: feed.SourceID(fmt.Sprintf("https://s%d.example/f", n(7, "source"))), HTTP: 200, Document: &feed.Reading{Body: uint64(i + 1)}}
			for range 1 + n(5, "entries") {
				raw++
				language := rapid.SampledFrom([]string{"en", "en", "ru"}).Draw(t, "language")
				vocabulary := words[language]
				var text []string
				if k := len(texts); k > 0 && n(2, "alike") > 0 {
					text = append(text, texts[max(0, k-1-n(20, "like"))]...)
					text[n(len(text)-1, "place")] = vocabulary[n(len(vocabulary)-1, "word")]
				} else {
					for range 5 + n(6, "words") {
						text = append(text, vocabulary[n(len(vocabulary)-1, "word")])
					}
				}
				texts = append(texts, text)
				e := feed.Entry{ID: fmt.Sprint("e", raw), Title: strings.Join(text, " "), Language: language, Raw: raw}
				if n(3, "dated") > 0 {
					e.Published = at.Add(time.Duration(1-n(90, "age")) * time.Hour).Truncate(time.Second)
				}
				terms := story.Terms(match.Read(&feed.Source{}, &e, language), nil)
				v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Terms: terms})
				v.Document.Window = append(v.Document.Window, raw)
			}
			s.change = v
		}
		steps = append(steps, s)
	}
	return steps
}

// digestOf applies changes, each after ahead was told of it, and returns what is stored.
func digestOf(t *rapid.T, o story.Options, steps []drawnStep, ahead func(x *story.Index, at int)) uint64 {
	dir, err := os.MkdirTemp("", "hints")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var x *story.Index
	open := func() *storage.DB {
		x = story.New(o)
		db, err := storage.Open(filepath.Join(dir, "s.db"), storage.Options{Place: x, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open()
	defer func() { db.Close() }()
	for i := range steps {
		if steps[i].reopen {
			db.Close()
			db = open()
		}
		ahead(x, i)
		if steps[i].fail {
			var refused *feed.Refusal
			bad := &feed.Decision{At: steps[i].change.Time(), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 1}}
			if _, err := db.Apply([]feed.Change{steps[i].change, bad}); !errors.As(err, &refused) {
				t.Fatalf("a decision that cannot be done: %v", err)
			}
		}
		if _, err := db.Apply([]feed.Change{steps[i].change}); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := db.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// Hints are made while the writer places, by several goroutines.
func TestHintsBesideTheWriter(t *testing.T) {
	x := story.New(story.Options{})
	db, err := storage.Open(filepath.Join(t.TempDir(), "s.db"), storage.Options{Place: x, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const changes = 400
	queue := make(chan *feed.Visit)
	var readers sync.WaitGroup
	for r := range 3 {
		readers.Go(func() {
			for i := r; i < changes; i += 3 {
				v := bulletin(i, "Weather for all of the country", 7, forecast(i), false).(*feed.Visit)
				e := &v.Document.Entries[0]
				e.Hint = x.Ahead(e.Terms, e.Entry.Date(v.At))
				queue <- v
			}
		})
	}
	go func() { readers.Wait(); close(queue) }()
	stored := 0
	for v := range queue {
		res, err := db.Apply([]feed.Change{v})
		if err != nil {
			t.Fatal(err)
		}
		stored += res.Outcomes[0].New
		if stored%90 == 0 {
			x.Reset()
		}
	}
	if stored != changes {
		t.Errorf("%d entries, want %d", stored, changes)
	}
}
