package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A glob is a pattern over links: * is any run of characters, ? is any one. It
// is compared with the whole link; without a slash it may also be the host
// alone. The host is compared in any case, http and https are the same unless
// the pattern names one.
type glob struct {
	scheme string // "http", "https" or ""
	host   string // lower case
	path   string // from its slash on, "" for none
}

func parseGlob(written string) (*glob, *flaw) {
	s := strings.TrimSpace(written)
	g := &glob{}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		if g.scheme = strings.ToLower(scheme); g.scheme != "http" && g.scheme != "https" && g.scheme != "*" {
			return nil, flawed("links begin with http:// or https://; leave it out to mean both", "link %q begins with %s://, which no link does", written, scheme)
		}
		g.scheme = strings.Trim(g.scheme, "*")
		s = rest
	}
	switch {
	case strings.Trim(s, "*?/") == "":
		return nil, flawed("write a part of the address, as in example.org/politics/*", "link %q fits every link", written)
	case strings.ContainsFunc(s, unicode.IsSpace):
		return nil, flawed("write %20, or ? for any one character", "link %q has white space, which no link has", written)
	}
	end := strings.IndexByte(s, '/')
	if end < 0 {
		end = len(s)
	}
	g.host, g.path = strings.ToLower(s[:end]), s[end:]
	if g.path == "" && strings.Contains(g.host, "*") {
		g.host = s // may stand for more than a host
	}
	return g, nil
}

func (g *glob) key() string { return g.scheme + "://" + g.host + g.path }

// literalHost is the only host whose links the glob can fit, "" for many.
func (g *glob) literalHost() string {
	if strings.ContainsAny(g.host, "*?") {
		return ""
	}
	return g.host
}

func (g *glob) matches(l address) bool {
	if g.scheme != "" && g.scheme != l.scheme {
		return false
	}
	if g.path == "" {
		return fits(strings.ToLower(g.host), l.host) || fits(g.host, l.host+l.path)
	}
	return fits(g.host+g.path, l.host+l.path)
}

// An address is a link in the parts by which it is compared.
type address struct{ scheme, host, path string }

func addressOf(link string) address {
	scheme, rest, _ := strings.Cut(link, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	a := address{strings.ToLower(scheme), strings.ToLower(rest[:end]), rest[end:]}
	if !strings.HasPrefix(a.path, "/") {
		a.path = "/" + a.path
	}
	return a
}

// fits compares a string with a glob. Only the last star is ever tried anew,
// which is enough and takes at most len(glob) × len(s) steps.
func fits(glob, s string) bool {
	star, again := -1, 0 // the last star of glob, and what of s it does not stand for
	i, j := 0, 0         // in glob, in s
	for j < len(s) {
		_, size := utf8.DecodeRuneInString(s[j:])
		switch {
		case i < len(glob) && glob[i] == '*':
			star, again = i, j
			i++
		case i < len(glob) && glob[i] == '?':
			i++
			j += size
		case i < len(glob) && glob[i] == s[j]:
			i++
			j++
		case star >= 0:
			again++
			i, j = star+1, again
		default:
			return false
		}
	}
	return strings.Trim(glob[i:], "*") == ""
}

// A linkIndex finds the globs that a link fits: by the only host that a glob can
// fit, "" for those that fit many.
type linkIndex map[string][]linkPattern

type linkPattern struct {
	id   patternID
	glob *glob
}

func (x linkIndex) file(id patternID, g *glob) {
	host := g.literalHost()
	x[host] = append(x[host], linkPattern{id, g})
}

// find notes the globs that the entry's link fits. The link stands behind all
// words, as one.
func (x linkIndex) find(s *scratch, e *feed.Entry) {
	if len(x) == 0 || e == nil || e.Link == "" {
		return
	}
	link := addressOf(e.Link)
	at := place{first: int32(len(s.w.Words) + s.authorWords()), n: 1, cut: -1}
	for i, host := range []string{"", link.host} {
		if i > 0 && host == "" {
			break
		}
		for _, p := range x[host] {
			if !p.glob.matches(link) {
				continue
			}
			if at.cut < 0 {
				at.cut = s.cutOut(cut{field: feed.FieldLink, text: e.Link, end: len(e.Link)})
			}
			s.add(p.id, at)
		}
	}
}

// findAuthors looks for the patterns of authors in the names of the entry's.
func (m *Matcher) findAuthors(s *scratch, e *feed.Entry) {
	if !m.authors || e == nil || len(e.Authors) == 0 {
		return
	}
	names := make([]string, len(e.Authors))
	for i := range e.Authors {
		names[i] = e.Authors[i].Name
	}
	// Cut knows the fields that have words; these are of another one.
	s.authors = text.Cut(&text.Parts{feed.FieldCategory: names}, s.w.Language)
	for i := range s.authors.Parts {
		s.authors.Parts[i].Field = feed.FieldAuthor
	}
	s.base = len(s.w.Words)
	m.index.find(&s.search, s.authors, s.found)
}

// parseTag reads a tag, which is compared whole and as written: it is the
// operator's own word for a source, not a word of a text.
func parseTag(written string) (string, *flaw) {
	tag := strings.TrimSpace(written)
	switch {
	case tag == "":
		return "", flawed("write a tag that sources carry", "a tag is empty")
	case strings.ContainsAny(tag, "*?"):
		return "", flawed("list the tags: {tag: [uzbekistan, region]}", "tag %q has a star or a question mark: tags are compared whole", written)
	}
	return tag, nil
}

// findTags notes the tags of the source that rules ask for. They stand behind
// all words and the link, each as one.
func (m *Matcher) findTags(s *scratch, src *feed.Source) {
	if len(m.tags) == 0 {
		return
	}
	behind := int32(len(s.w.Words) + s.authorWords() + 1)
	for i, tag := range src.Tags {
		if id, ok := m.tags[tag]; ok {
			c := s.cutOut(cut{field: feed.FieldTag, text: tag, end: len(tag)})
			s.add(id, place{first: behind + int32(i), n: 1, cut: c})
		}
	}
}
