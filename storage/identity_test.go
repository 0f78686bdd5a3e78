package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

const (
	srcShop = "https://shop.example/feed"
	home    = "https://shop.example/"
)

// said is an item as a document has it: id, link and title, then what else is said.
func said(id, address, title string, more ...string) feed.Entry {
	e := feed.Entry{Link: address, Canonical: link.Canonical(address), Title: title, Published: t0}
	for _, m := range more {
		switch at, err := time.Parse(time.RFC3339, m); {
		case m == "undated":
			e.Published = time.Time{}
		case err == nil:
			e.Published = at
		default:
			e.Summary = m
		}
	}
	if e.ID = id; id == "" {
		if e.ID = e.Canonical; address == "" {
			e.ID = e.HashID()
		}
	}
	return e
}

// later is a date some days after the usual one.
func later(days int) string {
	return t0.Add(time.Duration(days)*24*time.Hour + 7*time.Minute).Format(time.RFC3339)
}

// document is a visit that brings a document: items that the one before had are named
// in it, and not read again.
func document(t *testing.T, db *storage.DB, at time.Time, items ...feed.Entry) *feed.Visit {
	t.Helper()
	known := make(map[feed.Raw]bool)
	view(t, db, func(r *storage.Reader) error {
		for _, raw := range r.Window(srcShop) {
			known[raw] = true
		}
		return nil
	})
	d := &feed.Reading{Body: uint64(at.UnixNano()), Meta: feed.Meta{Title: "Shop", Link: home}}
	for _, e := range items {
		e.Raw = feed.Raw(xxhash.Sum64String(fmt.Sprint(e)))
		if !known[e.Raw] && !slices.Contains(d.Window, e.Raw) {
			d.Entries = append(d.Entries, feed.Reported{Entry: e})
		}
		d.Window = append(d.Window, e.Raw)
	}
	return &feed.Visit{At: at, Source: srcShop, Next: at.Add(time.Hour), HTTP: 200, Document: d}
}

// stored is what the database has, one entry a line: key, id and title.
func stored(t *testing.T, db *storage.DB) string {
	t.Helper()
	var lines []string
	view(t, db, func(r *storage.Reader) error {
		return r.Entries(0, func(e feed.StoredEntry) bool {
			lines = append(lines, fmt.Sprintf("%d %s %s", e.Key, e.ID, e.Title))
			return true
		})
	})
	return strings.Join(lines, "\n")
}

func TestIdentity(t *testing.T) {
	type doc = []feed.Entry
	// The items of a document are the newest first: the last one gets the lowest key.
	for _, tt := range []struct {
		name   string
		docs   []doc
		want   string
		shared string // the id that health names
	}{
		{"an id that a template repeats, in one document", []doc{
			{said("?p=", home+"water", "Lesson on water"), said("?p=", home+"bread", "Lesson on bread")},
			{said("?p=", home+"roads", "Lesson on roads", later(1)), said("?p=", home+"water", "Lesson on water")},
		}, "1 https://shop.example/bread Lesson on bread\n2 https://shop.example/water Lesson on water\n3 https://shop.example/roads Lesson on roads", "?p="},
		{"the same link and other titles under one id", []doc{
			{said("x1", home+"a", "Water is short"), said("x1", home+"a", "Bread is dear", later(1))},
		}, "1 " + hashOf("Bread is dear", later(1)) + " Bread is dear\n2 " + hashOf("Water is short") + " Water is short", "x1"},
		{"other links and the same title under one id", []doc{
			{said("x1", home+"1", "Daily briefing"), said("x1", home+"2", "Daily briefing", later(1))},
		}, "1 https://shop.example/2 Daily briefing\n2 https://shop.example/1 Daily briefing", "x1"},
		{"an id that returns with another link and title", []doc{
			{said("x1", home+"red", "Red river")},
			{said("x1", home+"gold", "Golden steppe", later(1)), said("x1", home+"red", "Red river")},
		}, "1 x1 Red river\n2 https://shop.example/gold Golden steppe", "x1"},
		{"and its own report is edited afterwards", []doc{
			{said("x1", home+"red", "Red river")},
			{said("x1", home+"gold", "Golden steppe", later(1))},
			{said("x1", home+"gold", "Golden steppes sold", later(1)), said("x1", home+"red", "Red river is white")},
		}, "1 x1 Red river is white\n2 https://shop.example/gold Golden steppes sold", "x1"},
		{"a third one under that id", []doc{
			{said("x1", home+"red", "Red river")},
			{said("x1", home+"gold", "Golden steppe", later(1))},
			{said("x1", home+"blue", "Blue sky", later(2))},
		}, "1 x1 Red river\n2 https://shop.example/gold Golden steppe\n3 https://shop.example/blue Blue sky", "x1"},
		{"a word for nothing as an id, and one link", []doc{
			{said("N/A", home, "Red river")},
			{said("N/A", home, "Golden steppe", later(1))},
		}, "1 N/A Red river\n2 " + hashOf("Golden steppe", later(1)) + " Golden steppe", "N/A"},
		{"no id, and the site's own address for a link", []doc{
			{said("", home, "Red river")},
			{said("", home, "Golden steppe", later(1)), said("", home, "Red river")},
			{said("", home, "Golden steppe", "with more text", later(1))},
		}, "1 " + hashOf("Red river") + " Red river\n2 " + hashOf("Golden steppe", later(1)) + " Golden steppe", ""},
		{"the same item twice", []doc{
			{said("x1", home+"1", "Release notes"), said("x1", home+"1", "Release notes (edited)", "new", later(1))},
			{said("x1", home+"1", "Release notes"), said("x1", home+"1", "Release notes (edited)", "newer", later(1))},
		}, "1 x1 Release notes", ""},
		{"neither id nor link, one title and date, other texts", []doc{
			{said("", "", "Notice", "The road is shut."), said("", "", "Notice", "The bridge is shut.")},
		}, "1 " + textHashOf("Notice", "The bridge is shut.") + " Notice\n2 " + hashOf("Notice") + " Notice", ""},
		{"a headline is edited", []doc{
			{said("x1", home+"talks", "Talks start")},
			{said("x1", home+"talks", "Nothing was agreed in the end", later(1))},
		}, "1 x1 Nothing was agreed in the end", ""},
		{"headline and address are edited", []doc{
			{said("x1", home+"talks", "Talks start", later(0))},
			{said("x1", home+"no-result", "Nothing was agreed in the end", later(0))},
		}, "1 x1 Nothing was agreed in the end", ""},
		{"http to https", []doc{
			{said("http://shop.example/dam", "http://shop.example/dam", "The dam"), said("http://shop.example/?p=12", "http://shop.example/fair", "The fair")},
			{said("https://shop.example/dam", "https://shop.example/dam", "The dam is done", later(1)), said("https://shop.example/?p=12", "https://shop.example/fair", "A fair", later(1))},
		}, "1 http://shop.example/?p=12 A fair\n2 http://shop.example/dam The dam is done", ""},
		{"a number behind the id counts on, with title and date", []doc{
			{said(home+"c4g#0", home+"c4g", "Glaciers shrink faster than thought")},
			{said(home+"c4g#1", home+"c4g?utm_source=x", "Glaciers shrink faster than thought (update)", later(1))},
			{said(home+"c4g#2", home+"c4g", "Glaciers shrink faster than thought (update 2)", later(2))},
		}, "1 https://shop.example/c4g#0 Glaciers shrink faster than thought (update 2)", ""},
		{"a version is counted on, in the link too", []doc{
			{said(home+"a?v=1", home+"a?v=1", "The dam")},
			{said(home+"a?v=2", home+"a?v=2", "The dam opens", later(1))},
		}, "1 https://shop.example/a?v=1 The dam opens", ""},
		{"tracking in the id, and a slash", []doc{
			{said(home+"a?utm_campaign=1", home+"a", "The dam")},
			{said(home+"a?utm_campaign=2", home+"a/", "It opens", later(1))},
		}, "1 https://shop.example/a?utm_campaign=1 It opens", ""},
		{"every build makes new ids", []doc{
			{said("b-1-1", home+"dam", "The dam nears completion"), said("b-1-2", home+"fair", "The fair opens")},
			{said("b-2-1", home+"dam", "The dam nears completion"), said("b-2-2", home+"fair", "The fair opens")},
			{said("b-3-1", home+"dam", "The dam nears completion"), said("b-3-2", home+"fair", "The fair opens")},
		}, "1 b-1-2 The fair opens\n2 b-1-1 The dam nears completion", ""},
		{"new ids and no telling links", []doc{
			{said("b-1-1", "https://news.google.com/rss/articles/CB1?oc=5", "The dam nears completion"), said("b-1-2", "", "The fair opens")},
			{said("b-2-1", "https://news.google.com/rss/articles/CB2?oc=5", "The dam nears completion"), said("b-2-2", "", "The fair opens")},
			{said("b-2-1", "https://news.google.com/rss/articles/CB3?oc=5", "The dam nears its completion"), said("b-2-2", "", "The fair is open")},
		}, "1 b-1-2 The fair is open\n2 b-1-1 The dam nears its completion", ""},
		{"new ids, no links, other dates", []doc{
			{said("w-1", "", "Weather")},
			{said("w-2", "", "Weather", later(1))},
			{said("w-3", "", "Weather", "undated")},
			{said("w-4", "", "Weather", "undated")},
		}, "1 w-1 Weather\n2 w-2 Weather\n3 w-3 Weather\n4 w-4 Weather", ""},
		{"undated, without id and link", []doc{
			{said("", "", "Weather", "undated", "Rain.")},
			{said("", "", "Weather", "undated", "Sun.")},
		}, "1 " + hashOf("Weather", "undated", "Rain.") + " Weather\n2 " + hashOf("Weather", "undated", "Sun.") + " Weather", ""},
		{"a page that many items name", []doc{
			{said("i-1", home+"status", "Mail is late"), said("i-2", home+"status", "Login fails")},
			{said("i-3", home+"status", "Mail is late", later(1)), said("i-1", home+"status", "Mail is late")},
			{said("i-4", home+"status", "Mail is late", later(2))},
		}, "1 i-2 Login fails\n2 i-1 Mail is late\n3 i-3 Mail is late\n4 i-4 Mail is late", ""},
		{"alerts at one address, one a document", []doc{
			{said("i-1", home+"alerts", "Wind in the north", "Gusts of seventy kilometres an hour until midnight.")},
			{said("i-2", home+"alerts", "Wind in the north", "Roofs may suffer; stay indoors if possible today.", later(1))},
		}, "1 i-1 Wind in the north\n2 i-2 Wind in the north", ""},
		{"parts of a live page", []doc{
			{said(home+"live#p1", home+"live", "Polls open across the country")},
			{said(home+"live#p2", home+"live", "First results are expected at nine", later(1)), said(home+"live#p1", home+"live", "Polls open across the country")},
			{said(home+"live#p3", home+"live", "The president speaks", later(1))},
		}, "1 https://shop.example/live#p1 Polls open across the country\n2 https://shop.example/live#p2 First results are expected at nine\n3 https://shop.example/live#p3 The president speaks", ""},
		{"new ids, one link and date, another headline", []doc{
			{said("b-1", home+"dam", "Dam opens today")},
			{said("b-2", home+"dam", "Dam closes today")},
		}, "1 b-1 Dam opens today\n2 b-2 Dam closes today", ""},
		{"new ids, one link and date, another figure", []doc{
			{said("b-1", home+"quake", "Quake of magnitude 4.1 near the town")},
			{said("b-2", home+"quake", "Quake of magnitude 4.7 near the town")},
		}, "1 b-1 Quake of magnitude 4.1 near the town\n2 b-2 Quake of magnitude 4.7 near the town", ""},
		{"the source begins to give ids", []doc{
			{said("", home+"dam", "The dam opens")},
			{said("x1", home+"dam", "The dam opens", "Text.")},
			{said("x1", home+"dam", "It is open", "Text.")},
		}, "1 https://shop.example/dam It is open", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newDB(t)
			at := t0
			for _, d := range tt.docs {
				at = at.Add(time.Hour)
				apply(t, db, document(t, db, at, d...))
				if res := apply(t, db, document(t, db, at.Add(time.Minute), d...)); res.Outcomes[0] != (storage.Outcome{}) {
					t.Errorf("the same document again: %+v", res.Outcomes[0])
				}
			}
			if got := stored(t, db); got != tt.want {
				t.Errorf("stored\n%s\nwant\n%s", got, tt.want)
			}
			if s := source(t, db, srcShop); s.SharedID != tt.shared {
				t.Errorf("health names the id %q, want %q", s.SharedID, tt.shared)
			}
			if err := db.Sound(); err != nil {
				t.Error(err)
			}
			db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
		})
	}
}

func hashOf(title string, more ...string) string {
	e := said("x", "", title, more...)
	return e.HashID()
}

func textHashOf(title string, more ...string) string {
	e := said("x", "", title, more...)
	return e.TextHashID()
}

// An entry that went does not come back as news, under whatever id.
func TestOneThatWentDoesNotReturnUnderAnotherID(t *testing.T) {
	for _, tt := range []struct{ name, id, again, address string }{
		{"a build makes new ids", "b-1", "b-4", home + "dam"},
		{"a later id", "b-1", "b-2", home + "dam"},
		{"https", "http://shop.example/dam", "https://shop.example/dam/", home + "dam"},
		{"no telling link", "b-1", "b-4", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newDB(t)
			apply(t, db, document(t, db, t0, said(tt.id, tt.address, "The dam")))
			apply(t, db, document(t, db, t0.Add(time.Hour), said("b-2", tt.address, "The dam", "More.")))
			apply(t, db, document(t, db, t0.Add(2*time.Hour), said("other", home+"fair", "The fair")))
			retain(t, db, t0.Add(100*day), t0.Add(90*time.Minute), 100)
			if got := stored(t, db); got != "2 other The fair" {
				t.Fatalf("stored %s", got)
			}
			apply(t, db, document(t, db, t0.Add(101*day), said(tt.again, tt.address, "The dam")))
			if got := stored(t, db); got != "2 other The fair" {
				t.Errorf("stored %s", got)
			}
			db.Verify(t.Context(), func(wrong string) { t.Error(wrong) })
		})
	}
}

// However often an id moves, an entry stays one, and what is kept of its ids is bounded.
func TestIDsMoveWithoutEnd(t *testing.T) {
	db := newDB(t)
	for n := range 40 {
		apply(t, db, document(t, db, t0.Add(time.Duration(n)*time.Hour), said(fmt.Sprintf("build-%d", n), home+"dam", "The dam")))
	}
	if got := stored(t, db); got != "1 build-0 The dam" {
		t.Errorf("stored %s", got)
	}
	for id, want := range map[string]bool{"build-0": true, "build-39": true, "build-32": true, "build-31": false} {
		view(t, db, func(r *storage.Reader) error {
			if _, ok, err := r.EntryOf(srcShop, id); err != nil || ok != want {
				t.Errorf("%s is found: %v, %v; want %v", id, ok, err, want)
			}
			return nil
		})
	}
}

// A document of nothing but one id costs no more than others: every item is compared
// with a few.
func TestManyItemsOfOneID(t *testing.T) {
	db := newDB(t)
	var items []feed.Entry
	for n := range 3000 {
		items = append(items, said("N/A", home, fmt.Sprintf("Report %d on water, borders and the railway", n), later(n%300)))
	}
	apply(t, db, document(t, db, t0, items...))
	if n := strings.Count(stored(t, db), "\n") + 1; n != len(items) {
		t.Errorf("%d entries of %d items", n, len(items))
	}
	if res := apply(t, db, document(t, db, t0.Add(time.Hour), items...)); res.Outcomes[0] != (storage.Outcome{}) {
		t.Errorf("again: %+v", res.Outcomes[0])
	}
}

// An id that is none stays so when the first entry that had it goes: the next report is
// not taken for one that was removed.
func TestAVoidIDOutlivesItsFirstEntry(t *testing.T) {
	db := newDB(t)
	apply(t, db, document(t, db, t0, said("N/A", home+"red", "Red river")))
	apply(t, db, document(t, db, t0.Add(time.Hour), said("N/A", home+"gold", "Golden steppe", later(1))))
	retain(t, db, t0.Add(100*day), t0.Add(30*time.Minute), 100)
	apply(t, db, document(t, db, t0.Add(101*day), said("N/A", home+"blue", "Blue sky", later(2)), said("N/A", home+"gold", "Golden steppe", later(1))))
	if got, want := stored(t, db), "2 https://shop.example/gold Golden steppe\n3 https://shop.example/blue Blue sky"; got != want {
		t.Errorf("stored\n%s\nwant\n%s", got, want)
	}
}
