package story

import (
	"slices"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// TestInCommon shows what two reports of one event in two alphabets share, as
// each has it.
func TestInCommon(t *testing.T) {
	cut := func(title, summary, language string) *text.Words {
		return text.Cut(&text.Parts{feed.FieldTitle: {title}, feed.FieldSummary: {summary}}, language)
	}
	en := cut("Earthquake near Karshi", "The magnitude was 5.3, Mirziyoyev said on 3 March in the town of Karshi.", "en")
	ru := cut("Землетрясение под Карши", "Магнитуда 5,3, сообщил Мирзиёеву 3 марта глава области.", "ru")
	quake := func(w *text.Words) []feed.ConceptHit {
		return []feed.ConceptHit{{Concept: "c-earthquake", Kind: feed.ConceptEvent, First: 0, End: 1}}
	}
	got := InCommon(en, ru, quake(en), quake(ru))
	want := []feed.Common{
		{Kind: "event", Concept: "c-earthquake", First: "Earthquake", Second: "Землетрясение"},
		{Kind: "name", First: "Karshi", Second: "Карши"},
		{Kind: "name", First: "Mirziyoyev", Second: "Мирзиёеву"},
		{Kind: "figure", First: "5.3", Second: "5,3"},
		{Kind: "date", First: "3 March", Second: "3 марта"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	// Within a language words count too, and nothing is shared with another text.
	if got := InCommon(en, cut("Strong earthquake", "", "en"), nil, nil); !slices.Equal(got, []feed.Common{{Kind: "word", First: "Earthquake", Second: "earthquake"}}) {
		t.Errorf("within a language: %+v", got)
	}
	if got := InCommon(en, cut("Футбол", "", "ru"), quake(en), nil); len(got) != 0 {
		t.Errorf("of two events: %+v", got)
	}
}
