package parse

import (
	"bytes"
	"strings"
)

// A prefix of the document, with what gofeed calls the vocabulary that it stands for: ""
// for one that nothing is read of, odd for one that only gofeed knows the name of.
type prefix struct{ written, read string }

const odd = "?"

// vocabularies are those that something is read of, by gofeed's names; and those of them,
// alike, that gofeed knows by the document's own prefix.
var vocabularies = map[string]string{
	nsAtom:  "atom",
	nsAtom3: "atom03",
	"http://purl.org/rss/1.0/modules/content/":                       "content",
	"http://purl.org/dc/elements/1.1/":                               "dc",
	"http://purl.org/dc/terms/":                                      "dcterms",
	"http://rssnamespace.org/feedburner/ext/1.0":                     "feedburner",
	"http://www.w3.org/2003/01/geo/wgs84_pos#":                       "geo",
	"http://www.georss.org/georss":                                   "georss",
	"http://search.yahoo.com/mrss":                                   "media",
	"http://search.yahoo.com/mrss/":                                  "media",
	"http://purl.org/rss/1.0/modules/syndication/":                   "sy",
	"http://wellformedweb.org/commentAPI/":                           "wfw",
	"http://prismstandard.org/namespaces/1.2/basic/":                 "prism",
	"http://www.itunes.com/DTDs/PodCast-1.0.dtd":                     "itunes",
	"http://example.com/DTDs/PodCast-1.0.dtd":                        "itunes",
	"http://creativecommons.org/ns#license":                          "cc",
	"http://web.resource.org/cc/":                                    "cc",
	"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html": "creativeCommons",
	"http://backend.userland.com/creativeCommonsRssModule":           "creativeCommons",

	"http://www.itunes.com/dtds/podcast-1.0.dtd":      "",
	"http://wellformedweb.org/CommentAPI/":            "",
	"https://podcastindex.org/namespace/1.0":          "",
	"http://www.google.com/schemas/play-podcasts/1.0": "",
	"http://news.yandex.ru":                           "",
	"http://turbo.yandex.ru":                          "",
	"http://news.rambler.ru":                          "",
	"http://prismstandard.org/namespaces/basic/2.0/":  "",
	"http://creativecommons.org/ns#":                  "",
}

// named are the names under which something is read of a vocabulary.
var named = map[string]bool{
	"atom": true, "atom10": true, "atom03": true, "content": true, "dc": true, "dcterms": true, "feedburner": true, "pheedo": true, "geo": true,
	"georss": true, "media": true, "sy": true, "wfw": true, "prism": true, "itunes": true, "googleplay": true, "podcast": true, "cc": true,
	"creativeCommons": true, "yandex": true, "turbo": true, "rambler": true,
}

// newEveryday reads which prefixes stand for what in the entries of a document, from the
// tags that they stand in, the outermost first.
func newEveryday(tags ...[]byte) *everyday {
	r := new(everyday)
	uris := make(map[string]string)
	for n, tag := range tags {
		r.text = tag
		r.start()
		for i := range r.attrs {
			name, ok := bytes.CutPrefix(r.attrs[i].name, []byte("xmlns:"))
			if !ok {
				continue
			}
			uri, plain := r.value(i)
			if !plain {
				uri = string(name) + odd
			}
			uris[string(name)] = strings.TrimSpace(uri)
			r.outer = r.outer || n > 0
		}
	}
	r.text = nil
	several := make(map[string]int, len(uris))
	for _, uri := range uris {
		several[uri]++
	}
	for written, uri := range uris {
		r.prefixes = append(r.prefixes, prefix{written, readAs(written, uri, several[uri] > 1)})
	}
	return r
}

// readAs is what gofeed calls a vocabulary that has a prefix in the document; several says
// that it has more than one.
func readAs(written, uri string, several bool) string {
	switch name, known := vocabularies[uri]; {
	case name != "":
		return name
	case several, !known && named[written], strings.HasSuffix(uri, odd):
		return odd
	case known:
		return written
	}
	switch uri {
	case "", "rss", "rdf", nsRDF, nsRSS, nsRSS9, nsRSS9b:
		return odd // the feed's own, under a prefix
	}
	return ""
}

// vocabulary is what gofeed calls the vocabulary of a prefix, as in prefix.
func (r *everyday) vocabulary(written []byte) string {
	for i := range r.prefixes {
		if p := &r.prefixes[i]; p.written == string(written) {
			return p.read
		}
	}
	switch string(written) {
	case "rss", "rdf", "xml", "xmlns":
		return odd
	}
	if named[string(written)] {
		return string(written) // one that was never declared stands for itself
	}
	return ""
}
