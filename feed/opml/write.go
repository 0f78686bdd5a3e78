package opml

import (
	"bufio"
	"io"
	"strings"
)

// Write writes a document as OPML 2.0 in UTF-8. A feed stands in the folder of
// its first tag and has the others as its category; feeds without tags come
// first, folders in the order in which their first feeds come. Tags that these
// cannot hold stand in an attribute of our own, too. What Read would
// leave out, as addresses that are not http or https and second occurrences, is
// left out, and so are comments: what was written, read and written again is the
// same bytes.
func Write(w io.Writer, d *Document) error {
	var c collection
	for i := range d.Feeds {
		if f, ok := tidy(&d.Feeds[i]); ok {
			c.add(f)
		}
	}
	var names []string
	folders := map[string][]*Feed{"": nil}
	exact := false
	for i := range c.feeds {
		f := &c.feeds[i]
		exact = exact || !f.plain()
		name := ""
		if len(f.Tags) > 0 {
			name = clean(f.Tags[0], maxTag)
		}
		if _, known := folders[name]; !known {
			names = append(names, name)
		}
		folders[name] = append(folders[name], f)
	}

	b := bufio.NewWriter(w)
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\"")
	if exact {
		attr(b, "xmlns:"+tagsPrefix, tagsNamespace)
	}
	b.WriteString(">\n  <head>\n")
	b.WriteString("    <title>" + escaper.Replace(clean(d.Title, maxTitle)) + "</title>\n")
	if t := d.Created.UTC(); datable(t) {
		b.WriteString("    <dateCreated>" + t.Format(rfc822) + "</dateCreated>\n")
	}
	b.WriteString("  </head>\n  <body>\n")
	if len(c.feeds) == 0 {
		b.WriteString("    <outline text=\"No feeds\"/>\n") // there has to be one
	}
	for _, f := range folders[""] {
		outline(b, "    ", f)
	}
	for _, name := range names {
		b.WriteString("    <outline")
		attr(b, "text", name)
		attr(b, "title", name)
		b.WriteString(">\n")
		for _, f := range folders[name] {
			outline(b, "      ", f)
		}
		b.WriteString("    </outline>\n")
	}
	b.WriteString("  </body>\n</opml>\n")
	return b.Flush()
}

// rfc822 is the form of dates in OPML 2.0: RFC 822's with four digits for the
// year.
const rfc822 = "Mon, 02 Jan 2006 15:04:05 GMT"

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// tidy is a feed as Read gives it.
func tidy(f *Feed) (Feed, bool) {
	addr, why := address(f.URL)
	if why != "" {
		return Feed{}, false
	}
	out := Feed{URL: addr, Title: clean(f.Title, maxTitle)}
	if out.Title == addr {
		out.Title = ""
	}
	if f.HTMLURL != "" {
		out.HTMLURL, _ = address(f.HTMLURL)
	}
	for _, tag := range f.Tags {
		out.tag(lawful(tag))
	}
	return out, true
}

func outline(b *bufio.Writer, indent string, f *Feed) {
	b.WriteString(indent + "<outline")
	attr(b, "text", f.Name())
	attr(b, "title", f.Name())
	attr(b, "type", "rss")
	attr(b, "xmlUrl", f.URL)
	attr(b, "htmlUrl", f.HTMLURL)
	attr(b, "category", strings.Join(f.categories(), ","))
	if !f.plain() {
		attr(b, tagsPrefix+":"+tagsName, joinTags(f.Tags))
	}
	b.WriteString("/>\n")
}

// attr writes an attribute that has a value.
func attr(b *bufio.Writer, name, value string) {
	if value != "" {
		b.WriteString(" " + name + `="` + escaper.Replace(value) + `"`)
	}
}
