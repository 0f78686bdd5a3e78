package parse

import (
	"fmt"
	"strings"
	"testing"

	"topicwire/feed"
)

// titles are those of a document's entries, and how many its window names.
func titles(t *testing.T, doc string, o Options) string {
	t.Helper()
	d, err := Feed([]byte(doc), o)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range d.Entries {
		list = append(list, e.Title)
	}
	return fmt.Sprintf("%s of %d", strings.Join(list, " "), len(d.Window))
}

// Every item is an entry, whatever id it carries; only the same bytes are read once.
func TestEveryItemIsAnEntry(t *testing.T) {
	for _, tt := range []struct{ name, doc, want string }{
		{"RSS", `<rss><channel><item><guid>a&amp;b</guid><title>one</title></item><item><guid>a&amp;b</guid><title>two</title></item></channel></rss>`, "one two of 2"},
		{"Atom", `<feed><entry><id>a&amp;b</id><title>one</title></entry><entry><id><![CDATA[a&b]]></id><title>two</title></entry></feed>`, "one two of 2"},
		{"a link for an id", `<rss><channel><item><link>https://w.example/1?utm_source=x</link><title>one</title></item><item><link>https://w.example/1</link><title>two</title></item></channel></rss>`, "one two of 2"},
		{"beside the channel", `<rdf><item><guid>a</guid><title>one</title></item><channel><item><guid>&#97;</guid><title>two</title></item></channel></rdf>`, "one two of 2"},
		{"JSON", `{"items":[{"id":"a","title":"one"},{"id":"\u0061","title":"two"}]}`, "one two of 2"},
		{"the same bytes", `<rss><channel><item><guid>a</guid><title>one</title></item><item><guid>a</guid><title>one</title></item></channel></rss>`, "one of 2"},
	} {
		if got := titles(t, tt.doc, Options{}); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// What is known is not read again; what shares its id is.
func TestWhatSharesAKnownID(t *testing.T) {
	const doc = `<rss><channel><item><guid> a </guid><title>one</title></item><item><guid>a</guid><title>two</title></item><item><guid>c</guid><title>three</title></item></channel></rss>`
	d, err := Feed([]byte(doc), Options{})
	if err != nil {
		t.Fatal(err)
	}
	known := func(r feed.Raw) bool { return r == d.Window[0] }
	if got := titles(t, doc, Options{Known: known}); got != "two three of 3" {
		t.Errorf("%s, want two three of 3", got)
	}
}
