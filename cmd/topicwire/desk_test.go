package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/config"
	"topicwire/server"
	"topicwire/server/desk"
)

// The shipped topics find what editors filed, in every language that the desk
// reads, and little else.
func TestTheDeskFindsWhatEditorsFiled(t *testing.T) {
	path := filepath.Join(cmp.Or(os.Getenv("TOPICWIRE_SHARED"), "../../../shared"), "labelled", "desk.jsonl")
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("no labelled entries: %v", err)
	}
	defer f.Close()
	cfg, problems := config.Load("../../config.yaml")
	if cfg == nil {
		t.Fatal(problems)
	}
	got, err := desk.Evaluate(t.Context(), f, desk.EvaluateOptions{Topics: cfg.Topics})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Topics) != len(cfg.Topics) {
		t.Errorf("%d of %d topics are measured", len(got.Topics), len(cfg.Topics))
	}
	for _, s := range got.Topics {
		if s.Topic == "regional-security" {
			if s.Precision < .90 || s.Recall < .85 {
				t.Errorf("%s: precision %.3f, recall %.3f", s.Topic, s.Precision, s.Recall)
			}
		} else if s.F1 < .80 {
			t.Errorf("%s: F1 %.3f", s.Topic, s.F1)
		}
	}
	for _, l := range got.Languages {
		if l.Recall < .75 {
			t.Errorf("%s, all topics: recall %.3f", l.Name, l.Recall)
		}
		for _, s := range l.Topics {
			// The other languages have a handful of entries each.
			main := l.Name == "en" || l.Name == "ru" || strings.HasPrefix(l.Name, "uz")
			if main && s.Topic == "regional-security" && s.Recall < .75 {
				t.Errorf("%s, %s: recall %.3f", l.Name, s.Topic, s.Recall)
			}
		}
	}
	if told := got.LanguagesTold; float64(told.Right) < .97*float64(told.Entries) {
		t.Errorf("the language of %d of %d entries is told right", told.Right, told.Entries)
	}
}

// Events that are told in several languages are one story each, and unrelated news
// stays out of all of them.
func TestOneEventIsToldOnce(t *testing.T) {
	cfg, problems := config.Load("../../config.yaml")
	if cfg == nil {
		t.Fatal(problems)
	}
	for _, tt := range []struct {
		file                 string
		f1, pairs, across    float64
		noise                float64 // share of it in labelled stories
		largest, ofOneSource int     // entries of a story of noise; of one source in a story of any
	}{
		{"desk.jsonl", .90, .80, .82, 1, 0, 3},
		{"noise-ecb.jsonl", .84, 0, 0, .035, 70, 5},
		{"noise-uci.jsonl", .68, 0, 0, .085, 60, 0},
	} {
		path := filepath.Join(cmp.Or(os.Getenv("TOPICWIRE_SHARED"), "../../../shared"), "labelled", tt.file)
		f, err := os.Open(path)
		if err != nil {
			t.Skipf("no labelled entries: %v", err)
		}
		defer f.Close()
		got, err := desk.Evaluate(t.Context(), f, desk.EvaluateOptions{Concepts: cfg.Concepts, Stories: server.StoryOptions(&cfg.Stories)})
		if err != nil {
			t.Fatal(err)
		}
		s := got.Stories
		if s.BCubed.F1 < tt.f1 || s.Pairwise.F1 < tt.pairs || tt.across > 0 && s.Across.Pairwise.F1 < tt.across {
			t.Errorf("%s: F1 of B-cubed %.3f, of pairs %.3f", tt.file, s.BCubed.F1, s.Pairwise.F1)
		}
		if n := s.Noise; n != nil && (n.Share > tt.noise || n.LargestAlone.Entries > tt.largest) {
			t.Errorf("%s: noise %+v, %+v", tt.file, *n, n.LargestAlone)
		}
		if o := s.OneSided; tt.ofOneSource > 0 && o.OfSource > tt.ofOneSource {
			t.Errorf("%s: %d entries of one source in a story", tt.file, o.OfSource)
		}
	}
}
