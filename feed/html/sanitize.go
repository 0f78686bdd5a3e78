package html

import (
	"net/url"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// Sanitize returns the fragment as HTML that is safe to show and to republish
// anywhere:
//
//   - elements and attributes of a short list only: text structure, links,
//     images, tables; no script, style, form control, embedded page or object,
//     no id, class, style or event attribute;
//   - a link in the place of an embedded page, film, sound or object that can be
//     seen, under its title or host; of YouTube's and Vimeo's players to the page;
//   - balanced and nested as the parser nests, at most 64 deep;
//   - links and image addresses are absolute http or https URLs, relative ones
//     resolved against base, and links may be mailto:, tel: and tg: as well; where
//     base is nil, or the scheme is another (javascript:), the link goes and its
//     text stays;
//   - no image that cannot be seen (one pixel or none, hidden by its style), and
//     what a script would load later at the address that it would load;
//   - text of XML 1.0 characters, without white space around it;
//   - about 1 MiB at most; what is longer is cut and closed.
//
// The result is "" where a reader would see nothing. Sanitize of its own result
// is that result.
func Sanitize(fragment string, base *url.URL) string { return sanitized(fragment, base, nil) }

// SanitizeText is Sanitize, and Text of its result, in one walk.
func SanitizeText(fragment string, base *url.URL) (clean, text string) {
	words, _ := walks.Get().(*plainText)
	if words == nil {
		words = new(plainText)
	}
	words.b, words.gap = words.b[:0], false
	clean = sanitized(fragment, base, words)
	if text = string(words.b); len(words.b) == 0 {
		text = Text(clean) // nothing is in it; or the walk did not go through
	}
	if cap(words.b) <= maxWalk {
		walks.Put(words)
	}
	return clean, text
}

// walks are what plain texts are written to on the way.
var walks sync.Pool // of *plainText

// maxWalk is how many bytes of one are kept for the next fragment.
const maxWalk = 1 << 17

func sanitized(fragment string, base *url.URL, words *plainText) string {
	fragment = strings.TrimSpace(fragment)
	if fragment == "" {
		return ""
	}
	if ok, seen := proven(fragment, words); ok {
		if !seen {
			words.forget()
			return ""
		}
		return fragment
	}
	words.forget()
	out := rewrite(fragment, base)
	if out == "" {
		return ""
	}
	if ok, _ := proven(out, words); ok {
		return out
	}
	words.forget()
	return vetted(out)
}

// vetted lets the policy look at what the rewriter wrote. It has nothing to
// remove: if it does, the fragment was one that the rewriter misread, and the
// plain text is all that is kept of it.
func vetted(out string) string {
	if unquote(policy().Sanitize(out)) == unquote(out) {
		return out
	}
	return string(appendAttrText(nil, Text(out)))
}

// unquote makes quotation marks equal however they are written: the policy
// writes them as references in text too.
func unquote(s string) string {
	return quotes.Replace(s)
}

var quotes = strings.NewReplacer("&#34;", `"`, "&#39;", "'")

// policy is the list of elements in bluemonday's terms, made on first use.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowURLSchemes("http", "https", "mailto", "tel", "tg")
	p.RequireParseableURLs(true)
	for _, e := range elements {
		if e.kind == skipped {
			continue
		}
		p.AllowElements(e.write)
		p.AllowNoAttrs().OnElements(e.write)
		for _, a := range e.attrs {
			p.AllowAttrs(a.name).OnElements(e.write)
		}
	}
	return p
})
