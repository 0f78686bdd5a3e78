package parse

import (
	stdhtml "html"
	"regexp"
	"strings"
	"testing"

	"topicwire/feed/html"
)

var (
	tagForm       = regexp.MustCompile(`<([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>`)
	attributeForm = regexp.MustCompile(`([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')`)
)

// renamed are the elements that stand for others after sanitising.
var renamed = map[string]string{
	"address": "div", "article": "div", "aside": "div", "center": "div", "fieldset": "div", "footer": "div", "form": "div",
	"header": "div", "legend": "div", "nav": "div", "section": "div", "dir": "ul", "menu": "ul", "strike": "s", "tt": "code",
}

// anatomy lists the elements, the attributes with their values, and the words of
// a fragment of well-formed HTML.
func anatomy(fragment string) map[string]bool {
	set := map[string]bool{}
	for _, m := range tagForm.FindAllStringSubmatch(fragment, -1) {
		name := strings.ToLower(m[1])
		if other := renamed[name]; other != "" {
			name = other
		}
		set["<"+name+">"] = true
		for _, a := range attributeForm.FindAllStringSubmatch(m[2], -1) {
			set[name+" "+strings.ToLower(a[1])+"="+stdhtml.UnescapeString(a[2]+a[3])] = true
		}
	}
	for _, word := range strings.Fields(html.Text(fragment)) {
		set[word] = true
	}
	return set
}

// implied are the parts of a table that sanitising adds.
var implied = map[string]bool{"<tbody>": true, "<tr>": true, "<td>": true}

// In the place of what is embedded we leave a link, feedparser nothing.
var (
	embedding = regexp.MustCompile(`_(embed|iframe)\.xml$`)
	leftLink  = regexp.MustCompile(`<a href="http://example\.com/?">example\.com</a>`)
)

// checkSanitized: no element, attribute, address or word comes out but those
// that feedparser's sanitiser leaves in.
func checkSanitized(t *testing.T, file string, d *Document, c *condition) {
	t.Helper()
	var list []string
	switch name := c.name(); {
	case len(d.Entries) > 0 && (name == "entries.N.description" || name == "entries.N.summary" || name == "entries.N.content.N.value"):
		list = []string{d.Entries[0].Summary, d.Entries[0].Content}
	default:
		list = []string{stdhtml.EscapeString(find(d, c).text)}
	}
	want, words := anatomy(c.wanted()), html.Text(c.wanted())
	for _, fragment := range list {
		if embedding.MatchString(file) {
			fragment = leftLink.ReplaceAllString(fragment, "")
		}
		for part := range anatomy(fragment) {
			if !want[part] && !strings.Contains(words, part) && !(implied[part] && strings.Contains(c.wanted(), "<t")) {
				t.Errorf("%s: %s survives in %q; feedparser has %q", file, part, fragment, c.wanted())
			}
		}
	}
}
