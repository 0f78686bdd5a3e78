package config

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
	"topicwire/feed/opml"
)

var sourceKeys = keys{
	in:    "a source",
	known: []string{"url", "opml", "title", "tags", "language", "interval", "republish", "publisher", "headers"},
	later: []string{"user", "password"},
	synonyms: map[string]string{
		"link": "url", "href": "url", "feed": "url", "address": "url", "xmlurl": "url", "uri": "url", "file": "url", "list": "opml", "import": "opml", "include": "opml",
		"name": "title", "label": "title", "tag": "tags", "labels": "tags", "category": "tags", "categories": "tags", "folder": "tags",
		"house": "publisher", "owner": "publisher", "outlet": "publisher", "lang": "language", "license": "republish", "licence": "republish", "content": "republish", "refresh": "interval", "every": "interval", "ttl": "interval", "period": "interval",
		"header": "headers", "http_headers": "headers",
	},
}

// sources reads the list of sources. Those with an error are left out.
func (r *reader) sources(n *node) []feed.Source {
	if null(n) && n.Anchor == "" || n.Kind == yaml.SequenceNode && len(n.Content) == 0 {
		r.fail(n, "no sources", "add a list of feeds under sources:")
		return nil
	}
	items := r.items(n, "sources")
	out := make([]feed.Source, 0, len(items))
	seen := make(map[string]seenSource, len(items))
	var lists []opmlList
	for _, item := range items {
		l := opmlList{before: len(out)}
		switch s, ok := r.source(item, seen, &l); {
		case ok && l.at != nil:
			l.settings = s
			lists = append(lists, l)
		case ok:
			out = append(out, s)
		}
	}
	r.allSources = len(out)+len(lists) == len(items) && len(r.broken) == 0 && !r.cut["sources"]
	if len(lists) > 0 {
		all, complete := r.expand(out, lists, seen)
		r.allSources = r.allSources && complete
		return all
	}
	return out
}

// A seenSource is where a URL was, and how it was written.
type seenSource struct {
	id   feed.SourceID
	line int
}

// source reads an item of sources: a feed, or a list of them, for which l is
// filled in and the source holds what the item sets for each of its feeds.
func (r *reader) source(n *node, seen map[string]seenSource, l *opmlList) (feed.Source, bool) {
	s := feed.Source{Republish: r.republish}
	if n.Kind == yaml.ScalarNode && !null(n) && r.sound(n) {
		r.wrong(n, "a source", "keys with values", "write - url: "+strings.TrimSpace(n.Value))
		return s, false
	}
	var at, title, headers *node
	ok := r.each(n, &sourceKeys, func(key string, _, v *node) {
		switch key {
		case "opml":
			l.at = v
			l.name, _ = r.text(v, "opml")
		case "url":
			at = v
			if text, ok := r.text(v, "url"); ok {
				r.sourceURL(v, text, &s)
			}
		case "title":
			title = v
			s.Title, _ = r.text(v, "title")
		case "tags":
			for _, tag := range r.texts(v, "tags", "a tag") {
				if !slices.Contains(s.Tags, tag) {
					s.Tags = append(s.Tags, tag)
				}
			}
		case "language":
			s.Language = r.language(v, "language")
		case "interval":
			s.Interval, _ = r.duration(v, "interval", MinInterval, maxInterval)
		case "republish":
			if amount, ok := r.amount(v); ok {
				s.Republish = amount
			}
		case "publisher":
			s.Publisher, _ = r.text(v, "publisher")
		case "headers":
			headers = v
			s.Header = r.headers(v)
		}
	})
	if !ok {
		return s, false
	}
	if l.at != nil {
		return s, r.onlyLists(l, at, title, headers)
	}
	if at == nil {
		if !meansURL(n) {
			r.fail(n, "a source needs a url or an opml", "")
		}
		return s, false
	}
	if s.ID == "" {
		return s, false
	}
	if s.File != "" && headers != nil {
		r.warn(headers, "headers of a file: source are not used", "")
	}
	return s, r.unique(at, &s, seen)
}

// onlyLists reports what an item with opml cannot have, as it belongs to one feed.
func (r *reader) onlyLists(l *opmlList, at, title, headers *node) bool {
	if at != nil {
		r.fail(l.at, "a source has a url or an opml, not both", "make two items of them")
		return false
	}
	for name, n := range map[string]*node{"title": title, "headers": headers} {
		if n != nil {
			r.fail(n, name+" cannot be set for all feeds of an OPML file", "add an item with the url of the feed it is for; that one wins")
		}
	}
	return l.name != ""
}

// meansURL reports whether a source without url has another key for its address,
// which is reported already.
func meansURL(n *node) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i].Value; key == "url" || sourceKeys.synonyms[strings.ToLower(key)] == "url" || sourceKeys.synonyms[strings.ToLower(key)] == "opml" {
			return true
		}
	}
	return false
}

// sourceURL fills in what the address decides: ID, Pos and File.
func (r *reader) sourceURL(n *node, text string, s *feed.Source) {
	s.Pos = r.pos(n)
	if len(text) > 5 && strings.EqualFold(text[:5], "file:") {
		if path, ok := filePath(text[5:]); ok {
			s.ID, s.File = feed.SourceID(text), r.path(path)
			return
		}
		r.fail(n, fmt.Sprintf("source %s names no file of this machine", quote(text)), "file: and a path, as in file:samples/agency.xml")
		return
	}
	if text == "file:" {
		r.fail(n, "file: needs a path", "")
		return
	}
	if r.httpURL(n, text, "source") != nil {
		s.ID = feed.SourceID(text)
	}
}

// filePath is the path of a file: address. After file:// it is percent-encoded
// and absolute (RFC 8089 §2); otherwise it stands as it is.
func filePath(rest string) (string, bool) {
	if !strings.HasPrefix(rest, "//") {
		return rest, !strings.ContainsRune(rest, 0)
	}
	path, ok := strings.CutPrefix(rest[2:], "localhost/")
	if ok {
		path = "/" + path
	} else {
		path = rest[2:]
	}
	path, err := url.PathUnescape(path)
	return path, err == nil && strings.HasPrefix(path, "/") && !strings.ContainsRune(path, 0)
}

// unique refuses an address that is there already, and warns of one that
// differs from another in ways that seldom matter.
func (r *reader) unique(n *node, s *feed.Source, seen map[string]seenSource) bool {
	key := sameAddress(s)
	first, ok := seen[key]
	if !ok {
		seen[key] = seenSource{s.ID, n.Line}
		return true
	}
	where := fmt.Sprintf("the first is in line %d", first.line)
	if first.id == s.ID {
		r.fail(n, fmt.Sprintf("source %s is here a second time", quote(string(s.ID))), where)
		return false
	}
	// A third spelling may equal the second byte for byte.
	exact := "=" + string(s.ID)
	if second, ok := seen[exact]; ok {
		r.fail(n, fmt.Sprintf("source %s is here a second time", quote(string(s.ID))), fmt.Sprintf("the first is in line %d", second.line))
		return false
	}
	seen[exact] = seenSource{s.ID, n.Line}
	r.warn(n, fmt.Sprintf("source %s looks like %s", quote(string(s.ID)), quote(string(first.id))), where)
	return true
}

// sameAddress is equal for sources of one file, and for addresses that almost
// always name one feed.
func sameAddress(s *feed.Source) string {
	if s.File != "" {
		return "file:" + s.File
	}
	return opml.AddressKey(string(s.ID))
}
