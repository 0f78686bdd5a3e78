package desk

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"topicwire/feed"
	topichtml "topicwire/feed/html"
	"topicwire/feed/link"
	"topicwire/feed/match"
	"topicwire/feed/text"
)

// A Labelled entry is one whose place is known: a line of the files that
// Evaluate reads.
type Labelled struct {
	ID    string // as written; the number of its line where the line has none
	Line  int
	Entry feed.Entry
	// Source names the entry's source; it need not be configured.
	Source feed.SourceID
	Labels
	// Story and Duplicate name the story and the group it belongs to; "" where
	// the line says nothing.
	Story, Duplicate string
}

// Labels are what a line says of its entry, but for its story and its group.
type Labels struct {
	// Topics are those it belongs to, of those that the file knows; nil where the
	// line says nothing about topics. Maybe are those that editors would not agree
	// on: with them it is neither a hit nor an error.
	Topics []string `json:"topics"`
	Maybe  []string `json:"maybe_topics"`
	Tags   []string `json:"tags"` // of its source
	Edit   string   `json:"edit"` // how a copy differs from its original
	// Noise says that it belongs to no story and is no copy: it is placed with
	// the others, and wrong wherever it meets one that is labelled.
	Noise bool `json:"noise"`
}

// A WrittenEntry is an entry as people and programs hand it to a command. Texts
// are plain; one with a closing tag in it is HTML.
type WrittenEntry struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Summary    string   `json:"summary"`
	Content    string   `json:"content"`
	Link       string   `json:"link"`
	Language   string   `json:"language"`
	Source     string   `json:"source"`
	Published  string   `json:"published"`
	Author     string   `json:"author"`
	Authors    []string `json:"authors"`
	Categories []string `json:"categories"`
}

// maxEntry is how long a line of labelled entries may be, and an entry handed to
// ReadEntry.
const maxEntry = 16 << 20

// readLabelled reads the lines of a file until ctx ends, in order. Empty lines are
// skipped; a line that cannot be read ends the reading with its number. short
// leaves of each entry what a headline and two lines of summary hold.
func readLabelled(ctx context.Context, r io.Reader, short bool) (out []*Labelled, err error) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxEntry)
	n := 1
	for ; s.Scan() && ctx.Err() == nil; n++ {
		text := bytes.TrimSpace(bytes.TrimPrefix(s.Bytes(), []byte("\ufeff")))
		if len(text) == 0 {
			continue
		}
		l, err := parseLabelled(text, n, short)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, l)
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return nil, fmt.Errorf("line %d: longer than %d MiB", n, maxEntry>>20)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return out, s.Err()
}

func parseLabelled(text []byte, n int, short bool) (*Labelled, error) {
	var raw struct {
		WrittenEntry
		Labels
		ID        any `json:"id"` // a number in some files
		Story     any `json:"story"`
		Duplicate any `json:"duplicate"`
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, jsonError(err)
	}
	w := raw.WrittenEntry
	w.ID = cmp.Or(label(raw.ID), fmt.Sprint("line ", n))
	e, err := w.Entry()
	if err != nil {
		return nil, err
	}
	if short {
		shorten(&e)
	}
	if raw.Noise { // whatever name a program gave it
		raw.Story, raw.Duplicate = nil, nil
	}
	return &Labelled{w.ID, n, e, feed.SourceID(w.Source), raw.Labels, label(raw.Story), label(raw.Duplicate)}, nil
}

// label is a JSON string or number as text; "" for none.
func label(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return fmt.Sprintf("%.15g", v)
	}
	return ""
}

// jsonError says what is wrong with a line without Go's names of types.
func jsonError(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return fmt.Errorf("%s where an object belongs", wrong.Value)
	case errors.As(err, &wrong):
		field := wrong.Field[strings.LastIndexByte(wrong.Field, '.')+1:]
		return fmt.Errorf("%s cannot be a %s", field, wrong.Value)
	case errors.As(err, &syntax):
		return fmt.Errorf("no JSON: %w", err)
	}
	return err
}

// Entry is the entry as one of a feed would be read. Where it has no title the
// other texts stay; a published time that cannot be read is an error.
func (w *WrittenEntry) Entry() (feed.Entry, error) {
	e := feed.Entry{
		ID: w.ID, Title: topichtml.Text(markup(w.Title)), Summary: markup(w.Summary), Content: markup(w.Content),
		Link: w.Link, Canonical: link.Canonical(w.Link), Language: strings.ToLower(w.Language),
	}
	if e.Summary == e.Content {
		e.Content = ""
	}
	for _, a := range slices.Concat([]string{w.Author}, w.Authors) {
		if a != "" {
			e.Authors = append(e.Authors, feed.Person{Name: a})
		}
	}
	for _, c := range w.Categories {
		e.Categories = append(e.Categories, feed.Category{Term: c})
	}
	if w.Published == "" {
		return e, nil
	}
	t, err := time.Parse(time.RFC3339, w.Published)
	if err != nil {
		return e, fmt.Errorf("published %q is no time such as 2024-09-04T08:00:00Z", w.Published)
	}
	e.Published = t.UTC().Truncate(time.Second)
	return e, nil
}

// ReadEntry reads one entry: a JSON object of the fields of WrittenEntry, or a
// text whose first line is the title. The source is the one that the object
// names, or "".
func ReadEntry(r io.Reader) (e feed.Entry, source feed.SourceID, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxEntry+1))
	if err != nil {
		return e, "", err
	}
	if len(data) > maxEntry {
		return e, "", fmt.Errorf("longer than %d MiB", maxEntry>>20)
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	var w WrittenEntry
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			return e, "", jsonError(err)
		}
	} else {
		w.Title, w.Summary, _ = strings.Cut(text, "\n")
	}
	if e, err = w.Entry(); err == nil && e.Title == "" && e.Summary == "" && e.Content == "" {
		err = errors.New("neither title nor text")
	}
	return e, feed.SourceID(w.Source), err
}

// markup is a text as HTML. Company tickers (<IBM>) and smaller-than signs are
// more frequent in plain texts than markup without any closing tag in HTML.
func markup(s string) string {
	if strings.Contains(s, "</") {
		return s
	}
	return html.EscapeString(strings.TrimSpace(s))
}

// shortText is how many characters of text a short entry keeps.
const shortText = 200

// shorten leaves the title and the first words of the text.
func shorten(e *feed.Entry) {
	text := topichtml.Shorten(topichtml.Text(cmp.Or(e.Summary, e.Content)), shortText+1)
	e.Summary, e.Content = html.EscapeString(strings.TrimSuffix(text, "…")), ""
}

// anywhere is a source for entries whose own does not matter.
func anywhere() *feed.Source { return &feed.Source{} }

// from is the source of a labelled entry, as far as its line tells: the name and
// the tags.
func (l *Labelled) from() *feed.Source {
	return &feed.Source{ID: l.Source, Title: string(l.Source), Tags: l.Tags}
}

// read gives a labelled entry's words as if a feed had brought it; alone as if
// nobody had named its language.
func (l *Labelled) read(alone bool) *text.Words {
	e := l.Entry
	if alone {
		e.Language = ""
	}
	return match.Read(anywhere(), &e, "")
}

// has reports whether an entry is labelled with a topic, and counts whether it
// tells right from wrong for one: not where editors would not agree.
func (l *Labelled) has(id feed.TopicID) bool    { return labelledAs(l.Topics, id) }
func (l *Labelled) counts(id feed.TopicID) bool { return l.has(id) || !labelledAs(l.Maybe, id) }

func labelledAs(labels []string, id feed.TopicID) bool {
	return slices.ContainsFunc(labels, func(t string) bool { return topicOf(t) == id })
}

// topicOf is the id that a label is: itself, or its words joined by hyphens.
func topicOf(label string) feed.TopicID {
	if id := feed.TopicID(label); id.Valid() {
		return id
	}
	words := strings.FieldsFunc(strings.ToLower(label), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return feed.TopicID(strings.Join(words, "-"))
}

// A LabelCount is how often a label stands in a file.
type LabelCount struct {
	Label   string `json:"label"`
	Entries int    `json:"entries"`
}

// labelCounts are the labels of topics of a file, the most frequent first.
func labelCounts(entries []*Labelled) []LabelCount {
	counts := make(map[string]int)
	for _, l := range entries {
		for _, t := range l.Topics {
			counts[t]++
		}
	}
	out := make([]LabelCount, 0, len(counts))
	for label, n := range counts {
		out = append(out, LabelCount{label, n})
	}
	feed.SortBy(out, func(a, b LabelCount) int { return cmp.Or(b.Entries-a.Entries, strings.Compare(a.Label, b.Label)) })
	return out
}
