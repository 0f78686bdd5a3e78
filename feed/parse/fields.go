package parse

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/link"
)

// identifier is an id or guid: without white space around it, otherwise byte
// for byte.
func identifier(s string) string { return strings.TrimSpace(html.CleanXML(s)) }

// when is the moment a date names, by our reading or, failing that, gofeed's.
// The zero time where neither has one, and for a date before there were feeds, which
// says that somebody had none: 1970, 1904, 0001.
func when(text string, read *time.Time) time.Time {
	t, ok := parseDate(text)
	if !ok && text != "" && read != nil {
		t = read.UTC().Truncate(time.Second)
	}
	if t.Year() < firstYear || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// firstYear is the earliest that a date is believed to be of.
const firstYear = 1990

// firstDate is the first of several texts that names a moment.
func firstDate(texts ...string) time.Time {
	for _, text := range texts {
		if t := when(text, nil); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// languageTag is a BCP 47 tag in lower case, or "" for what is none.
func languageTag(s string) string {
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "_", "-")
	if !language.MatchString(s) {
		return ""
	}
	return s
}

var language = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{1,8})*$`)

// markup matches what text that is HTML has in it: a tag or a reference.
var (
	tag    = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|<!--`)
	markup = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|&(#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);`)
)

// mend undoes a common mistake: text that was UTF-8 already, taken for ISO
// 8859-1 and encoded once more. Text that means to show the characters this
// gives is unheard of.
func mend(s string) string {
	if strings.IndexByte(s, 0xC3) < 0 {
		return s
	}
	twice := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > 0xC3: // a character above U+00FF
			return s
		case c == 0xC3:
			twice = true
		}
	}
	if !twice {
		return s
	}
	once := make([]byte, 0, len(s))
	for _, r := range s {
		once = append(once, byte(r))
	}
	if !utf8.Valid(once) {
		return s
	}
	return string(once)
}

// A clean text is sanitised HTML, and that without its markup.
type clean struct{ html, text string }

// sanitised is HTML as a clean text.
func sanitised(fragment string, base *url.URL) (c clean) {
	c.html, c.text = html.SanitizeText(fragment, base)
	return c
}

// into sets a field of an entry and its text.
func (c clean) into(field, text *string) { *field, *text = c.html, c.text }

// content is text of the given Atom type (RFC 4287 §3.1.1), or "" for none, as
// a clean text.
func content(text, typ string, base *url.URL) clean {
	text = bare(text)
	switch typ = strings.ToLower(strings.TrimSpace(typ)); {
	case typ == "text", typ == "text/plain":
		text = paragraphs(text, true)
	case typ == "":
		text = asHTML(text)
	case typ == "escaped", strings.Contains(typ, "html"), strings.HasPrefix(typ, "text/"):
	default:
		return clean{} // a media type: no text to show
	}
	return sanitised(text, base)
}

// plain is text of the given Atom type without markup.
func plain(text, typ string) string {
	text = bare(short(text))
	switch strings.ToLower(strings.TrimSpace(typ)) {
	case "text", "text/plain":
		return html.CleanXML(strings.Join(strings.Fields(text), " "))
	case "html", "xhtml", "text/html", "application/xhtml+xml":
		return html.Text(text)
	}
	return html.Plain(text)
}

// short is text up to maxPlain.
func short(text string) string {
	if len(text) <= maxPlain {
		return text
	}
	return strings.ToValidUTF8(text[:maxPlain], "")
}

// maxList is how many categories, authors and files of an entry are kept.
const maxList = 200

// addCategory appends a category unless it is empty or there already.
func addCategory(list []feed.Category, term, scheme, label string) []feed.Category {
	if len(list) == maxList {
		return list
	}
	c := feed.Category{Term: html.Plain(short(term)), Scheme: schemeOf(scheme), Label: html.Plain(short(label))}
	if c.Term == "" {
		c.Term, c.Label = c.Label, ""
	}
	if c.Label == c.Term {
		c.Label = ""
	}
	if c.Term == "" {
		return list
	}
	for _, other := range list {
		if other.Term == c.Term && other.Scheme == c.Scheme {
			return list
		}
	}
	return append(list, c)
}

// schemeOf is the name of a set of categories: as an address in ASCII where it is one.
func schemeOf(s string) string {
	if u := link.Resolve(nil, s); u != "" {
		return u
	}
	return identifier(s)
}

// mediaType is a media type in lower case without parameters, or "".
func mediaType(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s = strings.ToLower(strings.TrimSpace(s))
	kind, sub, ok := strings.Cut(s, "/")
	if !ok || !token(kind) || !token(sub) {
		return ""
	}
	return s
}

// token reports whether s is a name as media types have it (RFC 6838 §4.2).
func token(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && strings.IndexByte("!#$&^_.+-", c) < 0 {
			return false
		}
	}
	return s != ""
}

// person reads an author written as one string: "Name", "Name <mail>",
// "mail (Name)", "Name (mail)" or "mail" alone, which then is the name as
// well. Without a name it is nobody.
func person(text string) feed.Person {
	text = html.Plain(short(text))
	name, mail := text, ""
	if i := strings.LastIndexAny(text, "<("); i >= 0 && strings.HasSuffix(text, closing(text[i])) {
		before, inside := strings.TrimSpace(text[:i]), strings.TrimSpace(text[i+1:len(text)-1])
		switch {
		case isMail(inside):
			name, mail = before, mailOf(inside)
		case isMail(before):
			name, mail = inside, mailOf(before)
		}
	} else if isMail(text) {
		name, mail = "", mailOf(text)
	} else if first, rest, found := strings.Cut(text, " "); found && isMail(first) {
		name, mail = rest, mailOf(first)
	}
	return feed.Person{Name: cmp.Or(strings.Trim(name, ` "',`), mail), Email: mail}
}

func closing(open byte) string {
	if open == '<' {
		return ">"
	}
	return ")"
}

// isMail reports whether the text has the form of a mail address.
func isMail(s string) bool {
	s = mailOf(s)
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " <>()\"") && strings.IndexByte(s[at+1:], '@') < 0
}

func mailOf(s string) string { return strings.TrimPrefix(s, "mailto:") }

// addPerson appends p unless it has no name or somebody of that name is there.
func addPerson(list []feed.Person, p feed.Person) []feed.Person {
	named := func(q feed.Person) bool { return q.Name == p.Name }
	if p.Name == "" || len(list) == maxList || slices.ContainsFunc(list, named) {
		return list
	}
	return append(list, p)
}
