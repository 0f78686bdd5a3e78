package edition

import (
	"cmp"
	"strings"

	"topicwire/feed"
	"topicwire/feed/html"
)

// titleLength is how many characters of its text stand for a missing title.
const titleLength = 80

// entryTitle is the title of an item as the topic writes titles. An entry
// without one has the first words of its text in its place; without either it
// has none.
func entryTitle(topic *feed.Topic, it *feed.Item) string {
	title := it.Entry.Title
	if topic.EntryTitle == "" {
		return title
	}
	for _, s := range [...]string{it.Entry.Summary, it.Entry.Content} {
		if title == "" && s != "" {
			title = html.Shorten(html.Text(s), titleLength)
		}
	}
	if title == "" {
		return ""
	}
	return cmp.Or(fill(topic.EntryTitle, map[string]string{
		"{title}": title, "{source}": it.Source.Title,
		"{language}": cmp.Or(it.Entry.Language, it.Source.Language), "{topic}": cmp.Or(topic.Title, string(topic.ID)),
	}), title)
}

// fill puts values in the places that a template names. A place without a value
// takes with it the brackets around it, or what separates it from the one
// before; at the beginning of a title or bracket, from the one after.
func fill(template string, values map[string]string) string {
	var (
		b   strings.Builder
		sep string // what stands since the last value
	)
	for {
		begin, name := place(template, values)
		if begin < 0 {
			b.WriteString(sep + template)
			return strings.TrimSpace(b.String())
		}
		sep += template[:begin]
		template = template[begin+len(name):]
		if v := values[name]; v != "" {
			b.WriteString(sep + v)
			sep = ""
			continue
		}
		sep, template = unwrap(sep, template)
		sep = strings.TrimRight(sep, separators)
		if opened := strings.HasSuffix(sep, "(") || strings.HasSuffix(sep, "["); opened || b.Len()+len(sep) == 0 {
			template = strings.TrimLeft(template, separators)
		}
	}
}

// separators are what stands between the parts of a title.
const separators = " \t\u00a0-–—―:;,.·•|/»›"

// place is where the first place of a template begins and its name; -1 for none.
func place(template string, values map[string]string) (int, string) {
	first, found := -1, ""
	for name := range values {
		if i := strings.Index(template, name); i >= 0 && (first < 0 || i < first) {
			first, found = i, name
		}
	}
	return first, found
}

// unwrap takes away a bracket that opens at the end of before and closes at the
// beginning of after.
func unwrap(before, after string) (string, string) {
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}, {"{", "}"}, {"<", ">"}, {"«", "»"}, {"“", "”"}, {"\"", "\""}} {
		b, opens := strings.CutSuffix(before, pair[0])
		a, closes := strings.CutPrefix(after, pair[1])
		if opens && closes {
			return b, a
		}
	}
	return before, after
}
