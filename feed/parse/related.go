package parse

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/extensions"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// addLink appends a link of a relation that entries keep, unless it is there already.
func addLink(list []feed.Link, base *url.URL, rel string, l feed.Link) []feed.Link {
	if l.URL == "" || rel == "" {
		return list
	}
	if rel = relation(rel); !slices.Contains(relations, rel) {
		return list
	}
	l.Rel, l.URL, l.Type = rel, link.Resolve(base, l.URL), mediaType(l.Type)
	l.Title, l.Language = html.Plain(l.Title), languageTag(l.Language)
	there := func(m feed.Link) bool { return m.Rel == l.Rel && m.URL == l.URL }
	if l.URL == "" || len(list) == maxList || slices.ContainsFunc(list, there) {
		return list
	}
	return append(list, l)
}

var relations = feed.Relations()

// extensionLinks are the links that elements of other name spaces give an entry.
func extensionLinks(x ext.Extensions, base *url.URL) (list []feed.Link) {
	if len(x) == 0 {
		return nil
	}
	for _, prefix := range atomPrefixes {
		for _, l := range bounded(x[prefix]["link"]) {
			list = addLink(list, base, l.Attrs["rel"], feed.Link{URL: l.Attrs["href"], Type: l.Attrs["type"], Title: l.Attrs["title"], Language: l.Attrs["hreflang"]})
		}
	}
	list = addLink(list, base, "replies", feed.Link{URL: value(x, "wfw", "commentRss"), Type: "application/rss+xml"})
	list = addLink(list, base, "replies", feed.Link{URL: value(x, "wfw", "commentRSS"), Type: "application/rss+xml"})
	return addLink(list, base, "license", feed.Link{URL: licenceOf(x)})
}

// contributors are those that atom:contributor and Dublin Core name.
func contributors(x ext.Extensions) (list []feed.Person) {
	for _, prefix := range atomPrefixes {
		for _, a := range bounded(x[prefix]["contributor"]) {
			list = addPerson(list, extensionPerson(a))
		}
	}
	for _, prefix := range []string{"dc", "dcterms"} {
		for _, c := range bounded(x[prefix]["contributor"]) {
			list = addPerson(list, person(c.Value))
		}
	}
	return list
}

// places are where the georss, W3C geo and GML modules say that an entry happens.
func places(x ext.Extensions) (list []feed.Place) {
	if len(x["georss"]) == 0 && len(x["geo"]) == 0 {
		return nil
	}
	for shape, corners := range map[string]int{"point": 1, "box": 2, "line": 2, "polygon": 4} {
		for _, p := range bounded(x["georss"][shape]) {
			list = addPlace(list, shape, p.Value, corners)
		}
	}
	for _, where := range bounded(x["georss"]["where"]) {
		for _, p := range where.Children["Point"] {
			list = addPlace(list, "point", child(p, "pos"), 1)
		}
	}
	list = addPlace(list, "point", value(x, "geo", "lat")+" "+value(x, "geo", "long"), 1)
	for _, p := range x["geo"]["Point"] {
		list = addPlace(list, "point", child(p, "lat")+" "+child(p, "long"), 1)
	}
	slices.SortFunc(list, func(a, b feed.Place) int { return strings.Compare(a.Shape+a.Coordinates, b.Shape+b.Coordinates) })
	return list
}

// addPlace appends a place whose coordinates are ones, with at least some corners.
func addPlace(list []feed.Place, shape, coordinates string, corners int) []feed.Place {
	numbers := strings.FieldsFunc(coordinates, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' || r == '\r' })
	if len(numbers) < 2*corners || len(numbers)%2 != 0 || corners == 1 && len(numbers) != 2 || len(numbers) > 2*maxList || len(list) == maxList {
		return list
	}
	for i, n := range numbers {
		f, err := strconv.ParseFloat(n, 64)
		if limit := 90 * float64(1+i%2); err != nil || !(f >= -limit && f <= limit) {
			return list
		}
	}
	p := feed.Place{Shape: shape, Coordinates: strings.Join(numbers, " ")}
	if slices.Contains(list, p) {
		return list
	}
	return append(list, p)
}
