package parse

import (
	"fmt"
	"strings"
	"testing"
)

// A reference that stands for its base takes nothing secret of it along, whatever
// the base is: the document's address, the feed's own link, or an xml:base.
func TestBasesHaveNoSecrets(t *testing.T) {
	const own = "https://paid.example/feed?token=query-secret"
	for name, doc := range map[string]string{
		"document":       `<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>a:1</id><title>t</title><link href="#1"/></entry></feed>`,
		"link of RSS":    `<rss version="2.0"><channel><title>x</title><link>` + own + `</link><item><title>t</title><link>#1</link></item></channel></rss>`,
		"xml:base":       `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="` + own + `"><title>x</title><entry><id>a:1</id><title>t</title><link href="#1"/></entry></feed>`,
		"link of a JSON": `{"version": "https://jsonfeed.org/version/1.1", "title": "x", "home_page_url": "` + own + `", "items": [{"id": "1", "url": "#1", "title": "t"}]}`,
	} {
		d, err := Feed([]byte(doc), Options{URL: own})
		if err != nil || len(d.Entries) != 1 {
			t.Errorf("%s: %v, %+v", name, err, d)
			continue
		}
		if e := d.Entries[0]; e.Link != "https://paid.example/feed?token=xxxxx#1" || strings.Contains(fmt.Sprint(e), "secret") {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
