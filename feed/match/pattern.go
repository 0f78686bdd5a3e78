package match

import (
	"fmt"
	"slices"
	"strings"

	"topicwire/feed"
)

// A pattern is what a written pattern means. One of its ways to look is set:
// phrases, near, link, regex or tag.
type pattern struct {
	phrases []phrase // of which one must stand in the text
	near    *near
	link    *glob
	regex   *regex
	tag     string // of the entry's source
}

// A phrase is words that stand one after the other in one part of an entry.
type phrase struct {
	in    texts
	where fields
	words []phraseWord
}

type phraseWord struct {
	form     string
	cased    string // what form must be with its capitals, "" where that is all the same
	prefix   bool   // any word that begins with form
	capitals bool   // only where the form's letters stand as capitals
}

// texts are those that a phrase is looked for in, by their language.
type texts uint8

const (
	uzbekText texts = 1 << iota
	unknownText
	foreignText // of any other language
	anyText     = uzbekText | unknownText | foreignText
)

// fields are those that a phrase is looked for in.
type fields uint8

const allText = fields(1<<feed.Fields - 1)

func only(f feed.Field) fields { return 1 << f }

func (s fields) has(f feed.Field) bool { return s&(1<<f) != 0 }

// A flaw is what is wrong with a pattern and what to write instead.
type flaw struct{ hint, text string }

func flawed(hint, format string, args ...any) *flaw { return &flaw{hint, fmt.Sprintf(format, args...)} }

// A reading is how a pattern is read: what it means depends on it.
type reading struct {
	scope    feed.Scope
	translit bool
	written  string
}

// where are the fields that the phrases of a scope are looked for in.
func (r *reading) where() fields {
	switch r.scope {
	case feed.ScopeTitle:
		return only(feed.FieldTitle)
	case feed.ScopeCategory:
		return only(feed.FieldCategory)
	case feed.ScopeAuthor:
		return only(feed.FieldAuthor)
	}
	return allText
}

// parse reads a pattern. It returns a flaw, or nil and the pattern.
func parse(r reading) (pattern, *flaw) {
	switch r.scope {
	case feed.ScopeLink:
		g, f := parseGlob(r.written)
		return pattern{link: g}, f
	case feed.ScopeRegex:
		re, f := parseRegex(r.written)
		return pattern{regex: re}, f
	case feed.ScopeTag:
		tag, f := parseTag(r.written)
		return pattern{tag: tag}, f
	case feed.ScopeText, feed.ScopeTitle, feed.ScopeCategory, feed.ScopeAuthor, feed.ScopeExact:
	default:
		return pattern{}, flawed("write title, category, author, link, exact, regex or tag", "patterns have no scope %q", r.scope)
	}
	n, f := parseNear(&r)
	if f != nil {
		return pattern{}, f
	}
	if n != nil {
		return pattern{near: n}, nil
	}
	if f := reserved(&r); f != nil {
		return pattern{}, f
	}
	phrases, f := parsePhrases(&r, r.written)
	return pattern{phrases: phrases}, f
}

// reserved reports the signs that are operators of other search languages: read
// as words they would silently never match. In exact words AND, OR and NOT may
// be meant.
func reserved(r *reading) *flaw {
	if strings.ContainsAny(r.written, "()") {
		return flawed("group patterns with any and all; within a pattern parentheses belong to NEAR", "%q has parentheses", r.written)
	}
	if r.scope == feed.ScopeExact {
		return nil
	}
	under := map[string]string{"AND": "the patterns under all", "OR": "the patterns under any", "NOT": "the pattern under none"}
	for _, w := range strings.Fields(r.written) {
		if place := under[w]; place != "" {
			return flawed("write "+place+"; as a word, write "+strings.ToLower(w), "%q has %s, which is no operator", r.written, w)
		}
	}
	return nil
}

// key is equal for patterns that match the same texts.
func (p *pattern) key() string {
	switch {
	case p.link != nil:
		return "link " + p.link.key()
	case p.regex != nil:
		return "regex " + p.regex.source
	case p.tag != "":
		return "tag " + p.tag
	case p.near != nil:
		return fmt.Sprintf("near %d\n%s\f%s", p.near.within, p.near.sides[0].key(), p.near.sides[1].key())
	}
	keys := make([]string, len(p.phrases))
	for i := range p.phrases {
		keys[i] = p.phrases[i].key()
	}
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), "\n")
}

// key is equal for equal phrases. No form holds a space.
func (ph *phrase) key() string {
	var b strings.Builder
	b.WriteByte('0' + byte(ph.in))
	b.WriteByte('0' + byte(ph.where))
	for _, w := range ph.words {
		b.WriteByte(' ')
		if w.capitals {
			b.WriteByte('^')
		}
		b.WriteString(w.form)
		if w.cased != "" {
			b.WriteByte('=')
			b.WriteString(w.cased)
		}
		if w.prefix {
			b.WriteByte('*')
		}
	}
	return b.String()
}
