package parse

import (
	stdhtml "html"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed/chars"
)

// bare is text without two mistakes of publishers: that of mend, and the CDATA
// section that was escaped, so that its marks became part of the text.
func bare(text string) string {
	text = mend(text)
	inner := strings.TrimSpace(text)
	if !strings.HasPrefix(inner, "<![CDATA[") || !strings.HasSuffix(inner, "]]>") {
		return text
	}
	return strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(inner)
}

// paragraphs is plain text as HTML: paragraphs at blank lines, and a break at the
// end of every other line. Where nobody said that the text is such (sure), or its
// lines are indented as the document around it, many lines end for no reason but
// its width; those go on in the next.
func paragraphs(text string, sure bool) string {
	if text = strings.TrimSpace(text); strings.IndexByte(text, '\n') < 0 && strings.IndexByte(text, '\r') < 0 {
		return stdhtml.EscapeString(text)
	}
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	wrapped := (!sure || indented(lines)) && continues(lines)
	longest := 0
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
		longest = max(longest, utf8.RuneCountInString(lines[i]))
	}
	var b strings.Builder
	last := lines[0]
	b.WriteString(stdhtml.EscapeString(last))
	blank, parts := false, false
	for _, line := range lines[1:] {
		switch {
		case line == "":
			blank = true
			continue
		case blank:
			b.WriteString("</p><p>")
			parts = true
		case wrapped && !deliberate(last, line, longest):
			b.WriteByte('\n')
		default:
			b.WriteString("<br>")
			parts = true
		}
		b.WriteString(stdhtml.EscapeString(line))
		last, blank = line, false
	}
	if parts {
		return "<p>" + b.String() + "</p>"
	}
	return b.String()
}

// indented reports whether every line but the first that has text begins with
// white space.
func indented(lines []string) bool {
	for _, line := range lines[1:] {
		if line != "" && line[0] != ' ' && line[0] != '\t' {
			return false
		}
	}
	return true
}

// continues reports whether some line goes on with the sentence of the one before,
// as no line does whose author ended it on purpose: the text is wrapped.
func continues(lines []string) bool {
	blank := true
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line != "" && !blank && !begins(line) {
			return true
		}
		blank = line == ""
	}
	return false
}

// deliberate reports whether a line of wrapped text was ended on purpose: at the
// end of a sentence, before the beginning of another whose first word would have
// fitted.
func deliberate(line, next string, longest int) bool {
	word, _, _ := strings.Cut(next, " ")
	fits := utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= longest
	end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, `"'»”’)]`))
	return fits && strings.ContainsRune(".!?…:;", end) && begins(next)
}

// begins reports whether a line begins as a sentence or an item of a list may:
// with a capital, a digit, a bullet, a dash, a quotation mark, or a letter that has
// no case.
func begins(line string) bool {
	r, _ := utf8.DecodeRuneInString(line)
	return !unicode.IsLower(r) && !strings.ContainsRune(",.;:)]»”", r)
}

// asHTML is text that nobody gave a type as HTML: it is HTML where it looks like it,
// for most publishers that name none mean it so. Where all its markup are
// references, its line breaks count.
func asHTML(text string) string {
	switch {
	case !markup.MatchString(text):
		return paragraphs(text, false)
	case strings.IndexByte(text, '\n') >= 0 && !tag.MatchString(text):
		return paragraphs(chars.Unescape(text), false)
	}
	return text
}
