package html

import (
	"bytes"
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// Bounds on what is read of a page's head.
const (
	maxHead  = 1 << 20 // bytes
	maxLinks = 200
	maxLabel = 500 // characters of a title
)

// A Link is a link element of a page (HTML §4.2.4).
type Link struct {
	Rel      []string // link types in lower case, in their order
	Type     string   // media type in lower case without parameters, or ""
	Href     string   // absolute http or https URL
	Title    string   // plain text, or ""
	Hreflang string   // or ""
}

// Has reports whether the link is of a type, given in lower case.
func (l *Link) Has(rel string) bool { return slices.Contains(l.Rel, rel) }

// Links are the link elements in the head of a page in UTF-8, in their order:
// what stands in its body, such as a reader's comment, speaks for nobody. base
// is the page's address; a base element in the head changes it (HTML §4.2.3).
// Links without an address that can be followed are left out. At most a
// megabyte is read and 200 links are returned.
func Links(page []byte, base *url.URL) []Link {
	if len(page) > maxHead {
		page = page[:maxHead]
	}
	h := head{z: html.NewTokenizer(bytes.NewReader(page))}
	for len(h.links) < maxLinks && h.next() {
	}
	if h.base != "" {
		if b, err := url.Parse(resolve(base, h.base)); err == nil && b.Host != "" {
			base = b
		}
	}
	kept := h.links[:0]
	for _, l := range h.links {
		// Only now: the base element may stand behind a link.
		if l.Href = resolve(base, l.Href); l.Href != "" && len(l.Rel) > 0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// UTF8 is a page in UTF-8: as it stands where that is UTF-8, whatever it
// declares; else by its byte order mark, the Content-Type header or a meta
// element (HTML §13.2.3.2). A page that was cut within a character loses it.
func UTF8(page []byte, contentType string) []byte {
	if p := wholeRunes(page); utf8.Valid(p) {
		return bytes.TrimPrefix(p, mark)
	}
	e, _, _ := charset.DetermineEncoding(page, contentType)
	out, err := e.NewDecoder().Bytes(page)
	if err != nil {
		return page
	}
	return bytes.TrimPrefix(out, mark)
}

var mark = []byte("\ufeff")

// wholeRunes is a page without the beginning of a character at its end.
func wholeRunes(page []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(page); i++ {
		if tail := page[len(page)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return page[:len(page)-i]
			}
			break
		}
	}
	return page
}

// A head is the head of a page while it is read.
type head struct {
	z     *html.Tokenizer
	inert int    // templates open
	base  string // of the first base element that has an address
	links []Link
}

// next reads a token and reports false where the head ends.
func (h *head) next() bool {
	switch tt := h.z.Next(); tt {
	case html.ErrorToken:
		return false
	case html.EndTagToken:
		name, _ := h.z.TagName()
		if string(name) == "template" && h.inert > 0 {
			h.inert--
		}
		return string(name) != "head"
	case html.StartTagToken, html.SelfClosingTagToken:
		return h.startTag(tt)
	}
	return true // text in a head is a mistake, and no reason to stop
}

func (h *head) startTag(tt html.TokenType) bool {
	name, more := h.z.TagName()
	switch tag := string(name); tag {
	case "template":
		if tt == html.StartTagToken {
			h.inert++
		}
	case "base":
		if h.inert == 0 {
			h.base = cmp.Or(h.base, h.attributes(more)["href"])
		}
	case "link":
		if l := linkOf(h.attributes(more)); h.inert == 0 && l.Href != "" {
			h.links = append(h.links, l)
		}
	case "body", "frameset":
		return false
	default:
		// An element with text for people begins the body, tag or no tag (HTML
		// §13.2.6.4.4).
		e := elements[tag]
		return e == nil || e.kind == skipped || h.inert > 0
	}
	return true
}

// attributes are those of the tag at hand; of two with one name the first counts.
func (h *head) attributes(more bool) map[string]string {
	m := make(map[string]string, 5)
	for more {
		var k, v []byte
		k, v, more = h.z.TagAttr()
		if _, given := m[string(k)]; !given {
			m[string(k)] = string(v)
		}
	}
	return m
}

func linkOf(attributes map[string]string) Link {
	l := Link{
		Rel:      strings.Fields(strings.ToLower(attributes["rel"])),
		Type:     mediaType(attributes["type"]),
		Href:     strings.TrimSpace(attributes["href"]),
		Title:    Shorten(collapse(CleanXML(attributes["title"])), maxLabel),
		Hreflang: strings.TrimSpace(attributes["hreflang"]),
	}
	if !languageLike(l.Hreflang) {
		l.Hreflang = ""
	}
	return l
}

// mediaType is a type without parameters, in lower case.
func mediaType(s string) string {
	media, _, _ := strings.Cut(s, ";")
	return strings.ToLower(strings.TrimSpace(media))
}
