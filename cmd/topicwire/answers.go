package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"topicwire/config"
	"topicwire/feed"
)

// A reasonJSON is why an entry is in a topic, as programs read it.
type reasonJSON struct {
	Score     float64   `json:"score"`
	Threshold float64   `json:"threshold"`
	Hits      []hitJSON `json:"hits"`
}

type hitJSON struct {
	Pattern string  `json:"pattern"`
	List    string  `json:"list,omitempty"`
	Field   string  `json:"field"`
	Text    string  `json:"text"`
	Weight  float64 `json:"weight,omitempty"`
}

func newReasonJSON(r *feed.Reason) *reasonJSON {
	if r == nil {
		return nil
	}
	out := &reasonJSON{Score: r.Score, Threshold: r.Threshold, Hits: []hitJSON{}}
	for _, h := range r.Hits {
		out.Hits = append(out.Hits, hitJSON{h.Pattern, h.List, h.Field.String(), h.Text, h.Weight})
	}
	return out
}

// A likenessJSON is how near two entries are, as programs read it.
type likenessJSON struct {
	Score       float64      `json:"score"`
	Needed      float64      `json:"needed"`
	Mean        float64      `json:"mean,omitempty"`
	MeanNeeded  float64      `json:"mean_needed,omitempty"`
	Title       float64      `json:"title,omitempty"`
	TitleNeeded float64      `json:"title_needed,omitempty"`
	Rule        string       `json:"rule,omitempty"`
	Shared      []sharedJSON `json:"shared"`
	Numbers     []string     `json:"numbers,omitempty"`
	Apart       float64      `json:"apart_seconds"`
}

type sharedJSON struct {
	Word  string  `json:"word"`
	Share float64 `json:"share"`
}

func newLikenessJSON(w *feed.Likeness) *likenessJSON {
	if w == nil {
		return nil
	}
	out := &likenessJSON{
		Score: w.Score, Needed: w.Needed, Mean: w.Mean, MeanNeeded: w.MeanNeeded, Title: w.Title, TitleNeeded: w.TitleNeeded,
		Rule: w.Rule, Shared: []sharedJSON{}, Numbers: w.Numbers, Apart: w.Apart.Seconds(),
	}
	for _, s := range w.Shared {
		out.Shared = append(out.Shared, sharedJSON{s.Word, s.Share})
	}
	return out
}

// A decisionJSON is a decision as programs read it.
type decisionJSON struct {
	Number   uint64            `json:"number"`
	At       time.Time         `json:"at"`
	Kind     feed.DecisionKind `json:"kind"`
	Topic    feed.TopicID      `json:"topic,omitempty"`
	By       string            `json:"by"`
	Note     string            `json:"note"`
	Entries  []feed.EntryKey   `json:"entries,omitempty"`
	Groups   []feed.GroupKey   `json:"groups,omitempty"`
	Stories  []feed.StoryKey   `json:"stories,omitempty"`
	Undo     uint64            `json:"undo,omitempty"`      // the decision that this one took back
	UndoneBy uint64            `json:"undone_by,omitempty"` // the one that took this one back
	Titles   []string          `json:"titles,omitempty"`
	Text     string            `json:"text,omitempty"`
}

func newDecisionJSON(d *feed.Decided) decisionJSON {
	return decisionJSON{
		Number: d.Number, At: d.At, Kind: d.Kind, Topic: d.Topic, By: d.By, Note: d.Note,
		Entries: d.Entries, Groups: d.Groups, Stories: d.Stories, Undo: d.Undo, UndoneBy: d.UndoneBy,
	}
}

// encode writes an answer as one line of JSON.
func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// topicOf finds a topic of the configuration.
func (p *program) topicOf(cfg *config.Config, id string) (*feed.Topic, error) {
	ids := make([]string, len(cfg.Topics))
	for i := range cfg.Topics {
		if ids[i] = string(cfg.Topics[i].ID); ids[i] == id {
			return &cfg.Topics[i], nil
		}
	}
	return nil, &failure{exitUsage, fmt.Sprintf("no topic %q in %s", id, p.config), "topics: " + strings.Join(ids, ", ")}
}

// withoutHeaders are the sources of a configuration without what is secret, for
// questions that may leave the process.
func withoutHeaders(cfg *config.Config) []feed.Source {
	sources := slices.Clone(cfg.Sources)
	for i := range sources {
		sources[i].Header = nil
	}
	return sources
}

// clip cuts a text for one line of a terminal.
func clip(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
