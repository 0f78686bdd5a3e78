package parse

import (
	"strings"

	"github.com/mmcdole/gofeed/rss"
)

// item reads an item of RSS or RDF; nil for one that is not everyday.
func (r *everyday) item(text []byte) *rss.Item {
	item := new(rss.Item)
	if !r.whole(text, r.ownEntry, func(name []byte) bool { return r.itemElement(item, name) }) {
		return nil
	}
	return item
}

// declares reports whether the tag at hand declares a prefix, or the meaning of names
// without one.
func (r *everyday) declares() bool {
	for i := range r.attrs {
		if isDeclaration(r.attrs[i].name) {
			return true
		}
	}
	return false
}

// itemElement reads an element of an item, whose start tag was read.
func (r *everyday) itemElement(item *rss.Item, name []byte) (ok bool) {
	if p := prefixOf(name); len(p) > 0 {
		switch v := r.vocabulary(p); {
		case v == "content" && isName(localName(name), "encoded"):
			if !r.plainAttrs() {
				return false
			}
			item.Content, ok = r.words(name)
			return ok
		default:
			return r.foreign(&item.Extensions, name, v)
		}
	}
	if !r.plainAttrs() {
		return false
	}
	switch strings.ToLower(string(name)) {
	case "title":
		item.Title, ok = r.words(name)
	case "description":
		item.Description, ok = r.words(name)
	case "author":
		item.Author, ok = r.words(name)
	case "comments":
		item.Comments, ok = r.words(name)
	case "link":
		item.Link, ok = r.linkText(name)
		item.Links = append(item.Links, item.Link)
	case "pubdate":
		if item.PubDate, ok = r.words(name); ok && item.PubDate != "" {
			_, ok = parseDate(item.PubDate)
		}
	case "enclosure":
		return r.enclosure(item, name)
	case "guid":
		return r.guid(item, name)
	case "category":
		c := new(rss.Category)
		var plain bool
		c.Domain, plain = r.attr("domain")
		c.Value, ok = r.words(name)
		item.Categories = append(item.Categories, c)
		return ok && plain
	case "source":
		s := new(rss.Source)
		var plain bool
		s.URL, plain = r.attr("url")
		s.Title, ok = r.words(name)
		item.Source = s
		return ok && plain
	case "updated", "copyright", "rights", "date", "published", "encoded", "content", "fullitem":
		return false // of nobody's vocabulary, and read all the same
	default:
		return r.pass(name)
	}
	return ok
}

// linkText is the text of a link, or where it has none its href.
func (r *everyday) linkText(name []byte) (string, bool) {
	href, plain := r.address("href")
	text, ok := r.words(name)
	if text == "" {
		text = href
	}
	return text, ok && plain
}

func (r *everyday) guid(item *rss.Item, name []byte) bool {
	g := &rss.GUID{IsPermalink: "true"}
	for _, spelling := range [...]string{"isPermalink", "isPermaLink"} {
		says, plain := r.attr(spelling)
		if !plain {
			return false
		}
		if says != "" {
			g.IsPermalink = says
		}
	}
	var ok bool
	g.Value, ok = r.words(name)
	item.GUID = g
	return ok
}

func (r *everyday) enclosure(item *rss.Item, name []byte) bool {
	e := new(rss.Enclosure)
	var plain [3]bool
	e.URL, plain[0] = r.attr("url")
	e.Length, plain[1] = r.attr("length")
	e.Type, plain[2] = r.attr("type")
	item.Enclosure = e
	item.Enclosures = append(item.Enclosures, e)
	_, ok := r.content(name)
	return ok && plain == [3]bool{true, true, true}
}
