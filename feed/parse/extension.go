package parse

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/extensions"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// The prefixes under which gofeed files Atom elements in RSS.
var atomPrefixes = []string{"atom", "atom10", "atom03"}

// value is the text of the first extension element of a name that has some.
func value(x ext.Extensions, prefix, name string) string {
	for _, e := range x[prefix][name] {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// dublin is value for Dublin Core's elements, in its first or its later
// namespace.
func dublin(x ext.Extensions, name string) string {
	return cmp.Or(value(x, "dc", name), value(x, "dcterms", name))
}

// atomValue is value for Atom's elements.
func atomValue(x ext.Extensions, name string) string {
	for _, prefix := range atomPrefixes {
		if s := value(x, prefix, name); s != "" {
			return s
		}
	}
	return ""
}

// atomLink is the address of the first atom:link with a relation.
func atomLink(x ext.Extensions, rel string) string {
	for _, prefix := range atomPrefixes {
		for _, l := range x[prefix]["link"] {
			if strings.EqualFold(l.Attrs["rel"], rel) && l.Attrs["href"] != "" {
				return strings.TrimSpace(l.Attrs["href"])
			}
		}
	}
	return ""
}

// originalLink is the page that a feed proxy names beside its own address, which
// leads there by way of a counter.
func originalLink(x ext.Extensions, base *url.URL) string {
	return link.Resolve(base, cmp.Or(value(x, "feedburner", "origLink"), value(x, "pheedo", "origLink")))
}

func child(e ext.Extension, name string) string {
	if list := e.Children[name]; len(list) > 0 {
		return list[0].Value
	}
	return ""
}

// bounded is as many elements as an entry may have of one kind.
func bounded(list []ext.Extension) []ext.Extension { return list[:min(len(list), maxList)] }

// mediaOf are the elements of a name that Media RSS has of an entry, by themselves or in
// a group: not what it says of one file.
func mediaOf(x ext.Extensions, name string) []ext.Extension {
	m := x["media"]
	if len(m) == 0 {
		return nil
	}
	list := bounded(m[name])
	for _, group := range bounded(m["group"]) {
		if more := group.Children[name]; len(list)+len(more) <= maxList {
			list = append(list[:len(list):len(list)], more...)
		}
	}
	return list
}

// mediaElements are the entry's elements of a name in Media RSS, where they may
// stand by themselves, in a group and in a file's content.
func mediaElements(x ext.Extensions, name string) []ext.Extension {
	m := x["media"]
	if len(m) == 0 {
		return nil
	}
	list := m[name]
	add := func(more []ext.Extension) {
		if len(list)+len(more) <= maxList {
			list = append(list[:len(list):len(list)], more...)
		}
	}
	for _, group := range bounded(m["group"]) {
		add(group.Children[name])
		for _, file := range bounded(group.Children["content"]) {
			add(file.Children[name])
		}
	}
	for _, file := range bounded(m["content"]) {
		add(file.Children[name])
	}
	return list
}

// media is the text of the first of mediaOf that has some.
func media(x ext.Extensions, name string) string {
	for _, e := range mediaOf(x, name) {
		if e.Value != "" {
			return e.Value
		}
	}
	return ""
}

// mediaAuthor is who is credited as author in Media RSS.
func mediaAuthor(x ext.Extensions) string {
	for _, e := range mediaOf(x, "credit") {
		if strings.EqualFold(e.Attrs["role"], "author") {
			return e.Value
		}
	}
	return ""
}

// mediaScheme is the scheme of a media:category that names none.
const mediaScheme = "http://search.yahoo.com/mrss/category_schema"

// addSubjects appends the categories that Dublin Core, Media RSS and the itunes
// module give.
func addSubjects(list []feed.Category, x ext.Extensions) []feed.Category {
	for _, c := range x["dc"]["subject"] {
		list = addCategory(list, c.Value, "", "")
	}
	for _, c := range x["dcterms"]["subject"] {
		list = addCategory(list, c.Value, "", "")
	}
	for _, c := range mediaElements(x, "category") {
		list = addCategory(list, c.Value, cmp.Or(c.Attrs["scheme"], mediaScheme), c.Attrs["label"])
	}
	list = addKeywords(list, media(x, "keywords"))
	return addKeywords(list, value(x, "itunes", "keywords"))
}

// addKeywords appends words that are separated by commas.
func addKeywords(list []feed.Category, words string) []feed.Category {
	for word := range strings.SplitSeq(words, ",") {
		list = addCategory(list, word, "", "")
	}
	return list
}

// rights is what may be done with a feed or entry: text, else what Dublin Core
// and Media RSS say, and the licence (an address, or the elements that name
// one) unless the text has it already.
func rights(text string, x ext.Extensions, licence string) string {
	if len(x) > 0 {
		text = cmp.Or(text, html.Plain(cmp.Or(dublin(x, "rights"), media(x, "copyright"))))
		licence = cmp.Or(licence, identifier(licenceOf(x)))
	}
	switch {
	case text == "":
		return licence
	case licence == "", strings.Contains(text, licence):
		return text
	}
	return text + "; " + licence
}

// licenceOf is the licence that an extension element names: by its text, or by
// an attribute.
func licenceOf(x ext.Extensions) string {
	for _, list := range [][]ext.Extension{
		x["creativeCommons"]["license"], x["cc"]["license"], x["dcterms"]["license"], mediaOf(x, "license"),
	} {
		for _, e := range list {
			for _, s := range []string{e.Attrs["resource"], e.Attrs["href"], e.Value} {
				if u := link.Resolve(nil, s); u != "" {
					return u
				}
			}
			if e.Value != "" {
				return html.Plain(e.Value)
			}
		}
	}
	return ""
}

// syndication reads the sy module of RSS 1.0. Period and frequency have
// defaults there, daily and 1, where the other is given.
func syndication(x ext.Extensions, h *feed.Hints) {
	sy := x["sy"]
	if len(sy["updatePeriod"]) > 0 || len(sy["updateFrequency"]) > 0 {
		period := 24 * time.Hour
		switch strings.ToLower(value(x, "sy", "updatePeriod")) {
		case "hourly":
			period = time.Hour
		case "weekly":
			period = 7 * 24 * time.Hour
		case "monthly":
			period = 30 * 24 * time.Hour
		case "yearly":
			period = 365 * 24 * time.Hour
		}
		h.UpdatePeriod = period / time.Duration(max(positive(value(x, "sy", "updateFrequency"), 1<<20), 1))
	}
	h.UpdateBase = firstDate(value(x, "sy", "updateBase"))
}

// positive is the number of a text, 0 where it is none, negative or over limit.
func positive(text string, limit int) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > limit {
		return 0
	}
	return n
}
