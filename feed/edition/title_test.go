package edition

import (
	"strings"
	"testing"

	"topicwire/feed"
)

func TestEntryTitle(t *testing.T) {
	for _, tt := range []struct{ template, want string }{
		{"", "Conference opens"},
		{"{title}", "Conference opens"},
		{"{title} ({source})", "Conference opens (GAZETA)"},
		{"[{language}] {source}: {title} – {topic}", "[en] GAZETA: Conference opens – Security"},
		{"{title} {title}", "Conference opens Conference opens"},
		{"{unknown} {title}", "{unknown} Conference opens"},
	} {
		e := in("en", entry(1, "gazeta"))
		topic := &feed.Topic{ID: "security", Title: "Security", EntryTitle: tt.template}
		if got := Of(topic, []feed.Filed{group(9, 0, e)}, options).Entries[0].Entry.Title; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.template, got, tt.want)
		}
	}
}

// A place without a value leaves no brackets and no separators behind.
func TestEntryTitleWithoutLanguage(t *testing.T) {
	for template, want := range map[string]string{
		"{title} [{language}]":               "T",
		"({language}) {title}":               "T",
		"{language}: {title}":                "T",
		"{title} – {language}":               "T",
		"{title} – {language} – {source}":    "T – S",
		"{title} ({source}, {language})":     "T (S)",
		"{title} ({language}, {source})":     "T (S)",
		"{title} «{language}» {source}":      "T S",
		"{language} | {title} | {language}":  "T",
		"{language}":                         "T",
		"{title} {{language}}":               "T",
		"{title} ({language}) [{language}]":  "T",
		"News: {title} ({language}).":        "News: T.",
		"{title} ({language} from {source})": "T (from S)",
	} {
		values := map[string]string{"{title}": "T", "{source}": "S", "{language}": "", "{topic}": "X"}
		got := fill(template, values)
		if got == "" {
			got = "T" // as entryTitle has it
		}
		if got != want {
			t.Errorf("%s: %q, want %q", template, got, want)
		}
	}
	// What a title itself contains is left alone.
	values := map[string]string{"{title}": "f() [ ] – {language} ", "{source}": "S", "{language}": "en"}
	if got := fill("{title} ({source})", values); got != "f() [ ] – {language}  (S)" {
		t.Errorf("%q", got)
	}
}

func TestEntryTitleWithoutTitle(t *testing.T) {
	topic := &feed.Topic{EntryTitle: "{title} ({source})"}
	of := func(e feed.StoredEntry) string {
		return Of(topic, []feed.Filed{group(9, 0, e)}, options).Entries[0].Entry.Title
	}
	e := entry(1, "a")
	e.Title, e.Content = "", "<p>Delegates of <b>nine</b> states met.</p>"
	if got := of(e); got != "Delegates of nine states met. (A)" {
		t.Errorf("%q", got)
	}
	e.Summary = "<p>" + strings.Repeat("word ", 60) + "</p>"
	if got := of(e); !strings.HasSuffix(got, "word… (A)") || len(got) > 90 {
		t.Errorf("%q", got)
	}
	e.Summary, e.Content = "", ""
	if got := of(e); got != "" {
		t.Errorf("nothing to say: %q", got)
	}
}

// Whether another report has another title is asked of what publishers wrote.
func TestOtherTitlesAreThePublishers(t *testing.T) {
	f := group(9, 0, entry(1, "a"), entry(2, "b"))
	it := Of(&feed.Topic{EntryTitle: "{title} ({source})"}, []feed.Filed{f}, options).Entries[0]
	if it.Also[0].Title != "" {
		t.Errorf("%q", it.Also[0].Title)
	}
	if it.OwnTitle != f.Entries[0].Title || it.Entry.Title == it.OwnTitle {
		t.Errorf("own title %q of %q", it.OwnTitle, it.Entry.Title)
	}
}
