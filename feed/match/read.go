package match

import (
	"cmp"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// Read settles an entry's language and cuts its texts into words, for rules and
// stories alike. src may name a source that is no longer configured; channel is
// the language that the whole feed declares, "" for none.
func Read(src *feed.Source, e *feed.Entry, channel string) *text.Words {
	parts := text.Parts{
		feed.FieldTitle:   {e.Title},
		feed.FieldSummary: {html.Text(e.Summary)},
		feed.FieldContent: {html.Text(e.Content)},
	}
	for _, c := range e.Categories {
		parts[feed.FieldCategory] = append(parts[feed.FieldCategory], c.Text())
	}
	e.Language = language(src.Language, e.Language, channel, &parts)
	return text.Cut(&parts, e.Language)
}

// language is the operator's word for the source, else the entry's own, else the
// feed's. English is what publishing software declares where nobody told it
// otherwise, so a feed's "en" counts only where the text does not speak against
// it.
func language(source, entry, channel string, parts *text.Parts) string {
	declared := cmp.Or(source, entry)
	if declared == "" && !text.OneOf(channel, []string{"en"}) {
		declared = channel
	}
	return cmp.Or(text.Language(declared, parts), channel)
}
