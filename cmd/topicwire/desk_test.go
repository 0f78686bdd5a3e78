package main

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/config"
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
