package html

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// Text is the plain text of a fragment: character references decoded, block
// elements and line breaks as word boundaries, scripts, styles and whatever
// else Sanitize drops with its content left out, white space collapsed to
// single spaces and none around.
func Text(fragment string) string {
	if len(fragment) > maxInput {
		fragment = fragment[:maxInput]
	}
	fragment = CleanXML(fragment)
	if !strings.ContainsAny(fragment, "<&") {
		return collapse(fragment)
	}
	if s, ok := simpleText(fragment); ok {
		return s
	}
	return parsedText(fragment)
}

// parsedText reads any markup whatever.
func parsedText(fragment string) string {
	b := make([]byte, 0, len(fragment))
	z := html.NewTokenizer(strings.NewReader(fragment))
	var d dropper
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			return collapse(CleanXML(string(b)))
		case html.TextToken:
			if !d.dropping() {
				b = append(b, z.Text()...)
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			e := elements[string(name)]
			if tt == html.SelfClosingTagToken || tt == html.StartTagToken && string(name) == "noscript" {
				z.NextIsNotRawText()
			}
			if !d.over(tt, name, e) && e != nil && e.separates() {
				b = append(b, ' ')
			}
		}
	}
}

// A dropper follows the tags of content that is dropped.
type dropper struct {
	name  string // of the element that is being dropped
	depth int    // how many of that name are open
}

func (d *dropper) dropping() bool { return d.name != "" }

// over reports whether a tag, of a known element or nil, belongs to what is
// dropped.
func (d *dropper) over(tt html.TokenType, name []byte, e *element) bool {
	switch {
	case !d.dropping():
		if e != nil && e.kind == skipped && tt == html.StartTagToken && string(name) != "embed" { // which has no content
			d.name, d.depth = string(name), 1
		}
		return d.dropping()
	case tt != html.EndTagToken && endsForeign(d.name, e):
		d.name = ""
		return false
	case string(name) != d.name || tt == html.SelfClosingTagToken:
	case tt == html.StartTagToken:
		d.depth++
	default:
		if d.depth--; d.depth == 0 {
			d.name = ""
		}
	}
	return true
}

// endsForeign reports whether a start tag ends the drawing or formula it stands
// in, as HTML elements do for a browser.
func endsForeign(skip string, e *element) bool {
	return (skip == "svg" || skip == "math") && e != nil && e.kind != skipped && e != elements["a"] && e != elements["image"]
}

// collapse makes every run of white space one space and drops it at the ends.
func collapse(s string) string {
	if collapsed(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func collapsed(s string) bool {
	after := true // a space here would be one too many
	for _, r := range s {
		if !unicode.IsSpace(r) {
			after = false
			continue
		}
		if r != ' ' || after {
			return false
		}
		after = true
	}
	return s == "" || !after
}
