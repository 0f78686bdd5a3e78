package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

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
	var (
		b     = make([]byte, 0, len(fragment))
		z     = html.NewTokenizer(strings.NewReader(fragment))
		skip  string
		depth int
	)
	for {
		switch tt := z.Next(); tt {
		case html.ErrorToken:
			return collapse(CleanXML(string(b)))
		case html.TextToken:
			if skip == "" {
				b = append(b, z.Text()...)
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			e := elements[string(name)]
			if tt == html.SelfClosingTagToken || tt == html.StartTagToken && string(name) == "noscript" {
				z.NextIsNotRawText()
			}
			switch {
			case skip == "" && e != nil && e.kind == skipped && tt == html.StartTagToken:
				skip, depth = string(name), 1
			case skip != "" && string(name) == skip && tt == html.StartTagToken:
				depth++
			case skip != "" && string(name) == skip && tt == html.EndTagToken:
				if depth--; depth == 0 {
					skip = ""
				}
			case skip != "" && endsForeign(skip, e) && tt != html.EndTagToken:
				skip = ""
			}
			if skip == "" && e != nil && e.separates() {
				b = append(b, ' ')
			}
		}
	}
}

// collapse makes every run of white space one space and drops it at the ends.
func collapse(s string) string {
	if collapsed(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	gap := false
	for i, r := range s {
		if unicode.IsSpace(r) {
			gap = len(b) > 0
			continue
		}
		if gap {
			b = append(b, ' ')
			gap = false
		}
		if r < utf8.RuneSelf {
			b = append(b, byte(r))
		} else {
			b = append(b, s[i:i+utf8.RuneLen(r)]...)
		}
	}
	return string(b)
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
