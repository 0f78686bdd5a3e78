package publish

import (
	stdhtml "html"
	"strings"
)

// alsoHeading opens the list of other reports.
const alsoHeading = "Also reported by"

// alsoList is the list of other reports as HTML: for each its source, linked, its
// language where that is not the lead's, its time, and its title where that
// differs. "" for none.
func alsoList(also []other) string {
	if len(also) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<p>" + alsoHeading + ":</p><ul>")
	for _, o := range also {
		b.WriteString("<li>")
		if o.link != "" {
			b.WriteString(`<a href="` + stdhtml.EscapeString(o.link) + `">` + stdhtml.EscapeString(o.source) + "</a>")
		} else {
			b.WriteString(stdhtml.EscapeString(o.source))
		}
		if o.foreign != "" {
			b.WriteString(" (in " + stdhtml.EscapeString(o.foreign) + ")")
		}
		if !o.when.IsZero() {
			b.WriteString(", " + o.when.UTC().Format("2 Jan 2006 15:04") + " UTC")
		}
		if o.title != "" {
			b.WriteString(": " + stdhtml.EscapeString(o.title))
		}
		b.WriteString("</li>")
	}
	b.WriteString("</ul>")
	return b.String()
}
