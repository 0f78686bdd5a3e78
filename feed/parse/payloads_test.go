package parse

import (
	"encoding/json"
	"fmt"
	stdhtml "html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"topicwire/feed/html"
)

// payloads are the hostile fragments that feed/html is tested with.
func payloads(t testing.TB) (list []string) {
	b, err := os.ReadFile(filepath.Join("..", "html", "testdata", "payloads.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		p, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, p)
	}
	return list
}

// hosts are feeds of all formats with a hole, %s, in each element and attribute
// that is read.
func hosts() (list []host) {
	const (
		rss = `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:cc="http://web.resource.org/cc/"
 xmlns:x="http://www.w3.org/1999/xhtml"><channel>%s<item><title>t</title>%s</item></channel></rss>`
		atom = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:x="http://www.w3.org/1999/xhtml">%s<entry><id>i</id>%s</entry></feed>`
	)
	both := func(document string, feedElements, entryElements []string) {
		for _, e := range feedElements {
			list = append(list, host{fmt.Sprintf(document, e, ""), false})
		}
		for _, e := range entryElements {
			list = append(list, host{fmt.Sprintf(document, "", e), false})
		}
	}
	both(rss,
		[]string{"<title>@</title>", "<link>@</link>", "<copyright>@</copyright>", "<managingEditor>@</managingEditor>", "<language>@</language>", "<author>@</author>", `<atom:link rel="self" href="@"/>`, "<cc:license>@</cc:license>"},
		[]string{"<title>@</title>", "<link>@</link>", "<guid>@</guid>", "<description>@</description>", "<content:encoded>@</content:encoded>", "<author>@</author>",
			`<category domain="@">@</category>`, `<enclosure url="@" type="@" length="@"/>`, `<source url="@">@</source>`, "<dc:creator>@</dc:creator>", "<dc:title>@</dc:title>",
			"<dc:description>@</dc:description>", "<dc:subject>@</dc:subject>", "<dc:rights>@</dc:rights>", "<dcterms:abstract>@</dcterms:abstract>", "<itunes:summary>@</itunes:summary>",
			"<itunes:author>@</itunes:author>", "<itunes:keywords>@</itunes:keywords>", "<media:group><media:title>@</media:title><media:description>@</media:description></media:group>",
			`<media:content url="@"/>`, `<media:category scheme="@" label="@">@</media:category>`, "<atom:summary>@</atom:summary>", "<atom:content>@</atom:content>",
			"<atom:author><atom:name>@</atom:name><atom:uri>@</atom:uri></atom:author>", "<atom:source><atom:id>@</atom:id><atom:title>@</atom:title></atom:source>",
			`<cc:license resource="@"/>`, "<body>@</body>", "<x:body>@</x:body>", "<fullitem>@</fullitem>"})
	both(atom,
		[]string{"<title>@</title>", `<title type="html">@</title>`, "<id>@</id>", "<rights>@</rights>", `<rights type="html">@</rights>`, `<link href="@"/>`, "<author><name>@</name><uri>@</uri></author>"},
		[]string{"<title>@</title>", `<title type="html">@</title>`, `<title type="text">@</title>`, "<id>@</id>", "<summary>@</summary>", `<summary type="html">@</summary>`, `<summary type="text">@</summary>`,
			`<content type="html">@</content>`, "<content>@</content>", `<content type="text">@</content>`, `<content type="text/html" mode="escaped">@</content>`, `<link href="@"/>`, `<link rel="license" href="@"/>`,
			`<link rel="enclosure" href="@" type="@"/>`, "<author><name>@</name><email>@</email><uri>@</uri></author>", `<category term="@" scheme="@" label="@"/>`, "<rights>@</rights>",
			"<source><title>@</title><id>@</id></source>", "<media:description>@</media:description>"})
	for _, e := range []string{`<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">@</div></content>`, `<summary type="xhtml"><x:div xml:base="http://b.example/"><x:p>@</x:p></x:div></summary>`,
		`<content type="application/xhtml+xml">@</content>`, `<title type="xhtml"><x:div>@</x:div></title>`} {
		list = append(list, host{fmt.Sprintf(atom, "", e), true})
	}
	for _, e := range []string{"<body xmlns='http://www.w3.org/1999/xhtml'>@</body>", "<x:body>@</x:body>", "<description>@</description>", "<content:encoded>@</content:encoded>"} {
		list = append(list, host{fmt.Sprintf(rss, "", e), true})
	}
	return list
}

// A host is a document in whose holes, @, a payload goes: escaped, or as it
// stands, as markup of the document.
type host struct {
	document string
	verbatim bool
}

func (h host) with(payload string) string {
	if !h.verbatim {
		payload = stdhtml.EscapeString(payload)
	}
	return strings.ReplaceAll(h.document, "@", payload)
}

const jsonHost = `{"version":"https://jsonfeed.org/version/1.1","title":@,"home_page_url":@,"language":@,"authors":[{"name":@,"url":@}],
"items":[{"id":@,"url":@,"title":@,"summary":@,"content_html":@,"tags":[@],"authors":[{"name":@,"url":@}],"attachments":[{"url":@,"mime_type":@}]},{"id":"2","content_text":@}]}`

// TestPayloads puts every hostile fragment into every field of every format, and
// looks at what comes out.
func TestPayloads(t *testing.T) {
	list, n := payloads(t), 0
	if len(list) < 100 {
		t.Fatalf("%d payloads", len(list))
	}
	for _, p := range list {
		quoted, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		documents := []string{strings.ReplaceAll(jsonHost, "@", string(quoted))}
		for _, h := range hosts() {
			documents = append(documents, h.with(p))
		}
		for _, doc := range documents {
			d, err := Feed([]byte(doc), Options{URL: "https://wire.example/feed"})
			if err != nil {
				t.Errorf("%v\n%s", err, doc)
				continue
			}
			n++
			checkDocument(t, p, d)
			checkSafe(t, doc, d)
		}
	}
	t.Logf("%d payloads, %d documents", len(list), n)
}

// checkSafe checks what readers are promised of a document's HTML and addresses.
func checkSafe(t testing.TB, doc string, d *Document) {
	t.Helper()
	addresses := []string{d.Meta.Link, d.Meta.Self, d.Meta.Hub}
	persons := slices.Clone(d.Meta.Authors)
	for _, e := range d.Entries {
		for _, fragment := range []string{e.Summary, e.Content, e.FullText} {
			if why := unsafe(fragment); why != "" {
				t.Errorf("%s in %q\n%s", why, fragment, doc)
			}
			if again := html.Sanitize(fragment, nil); again != fragment {
				t.Errorf("not clean: %q, then %q\n%s", fragment, again, doc)
			}
		}
		addresses = append(addresses, e.Link, e.Canonical, e.Image, e.Comments)
		for _, l := range e.Links {
			addresses = append(addresses, l.URL)
		}
		if p := e.Podcast; p != nil {
			for _, f := range p.Transcripts {
				addresses = append(addresses, f.URL)
			}
			if p.Chapters != nil {
				addresses = append(addresses, p.Chapters.URL)
			}
		}
		for _, f := range e.Enclosures {
			addresses = append(addresses, f.URL)
		}
		if e.Origin != nil {
			addresses = append(addresses, e.Origin.Link, e.Origin.Self)
		}
		persons = append(append(persons, e.Authors...), e.Contributors...)
	}
	for _, p := range persons {
		addresses = append(addresses, p.URI)
	}
	for _, a := range addresses {
		if a != "" && !webAddress.MatchString(a) {
			t.Errorf("address %q\n%s", a, doc)
		}
	}
}

var (
	contactAddress = regexp.MustCompile(`^(mailto|tel|tg):[!-~]+$`)
	webAddress     = regexp.MustCompile(`^https?://[^/\s"'<>\\]+(/[^\s"<>\\]*|[?#][^\s"<>\\]*)?$`)
	cleanTag       = regexp.MustCompile(`^<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*) ?/?>`)
	cleanAttr      = regexp.MustCompile(` ([a-z]+)="([^"<>]*)"`)
	cleanNames     = strings.Fields("a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr")
	cleanAttrs     = strings.Fields("href src alt title width height dir lang colspan rowspan datetime open start reversed value")
)

// unsafe parses clean HTML by a grammar as narrow as can be, and says what does
// not belong there: "" for nothing.
func unsafe(fragment string) string {
	var open []string
	for rest := fragment; ; {
		i := strings.IndexByte(rest, '<')
		if i < 0 {
			break
		}
		m := cleanTag.FindStringSubmatch(rest[i:])
		if m == nil {
			return "a bare delimiter"
		}
		name := m[2]
		if !slices.Contains(cleanNames, name) {
			return "element " + name
		}
		for _, a := range cleanAttr.FindAllStringSubmatch(m[3], -1) {
			value := stdhtml.UnescapeString(a[2])
			if !slices.Contains(cleanAttrs, a[1]) {
				return "attribute " + a[1]
			}
			if (a[1] == "href" || a[1] == "src") && !webAddress.MatchString(value) && !(a[1] == "href" && contactAddress.MatchString(value)) {
				return "address " + value
			}
		}
		rest = rest[i+len(m[0]):]
		switch {
		case m[1] != "":
			if len(open) == 0 || open[len(open)-1] != name {
				return "a stray end of " + name
			}
			open = open[:len(open)-1]
		case name != "br" && name != "hr" && name != "img" && name != "wbr":
			open = append(open, name)
		}
	}
	if len(open) > 0 {
		return "an open " + open[len(open)-1]
	}
	return ""
}

// TestUnsafe: the check above finds what it is for.
func TestUnsafe(t *testing.T) {
	for _, s := range []string{`<script>`, `<p onclick="x">y</p>`, `<a href="javascript:x">y</a>`, `<p>`, `</p>`, `<b><i></b></i>`, `a < b`, `<img src="data:x">`, `<a href='http://a.example/'>x</a>`} {
		if unsafe(s) == "" {
			t.Errorf("%q passes", s)
		}
	}
	if why := unsafe(`<p dir="ltr">a &lt; b<br/><img src="http://a.example/" alt=""></p>`); why != "" {
		t.Error(why)
	}
}
