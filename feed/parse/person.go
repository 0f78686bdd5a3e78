package parse

import (
	"cmp"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/html"
)

// person reads an author written as one string: "Name", "Name <mail>",
// "mail (Name)", "Name (mail)" or "mail" alone, which then is the name as
// well. Without a name it is nobody.
func person(text string) feed.Person {
	text = html.Plain(text)
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
	same := func(q feed.Person) bool { return q.Name == p.Name }
	if p.Name == "" || len(list) == maxList || slices.ContainsFunc(list, same) {
		return list
	}
	return append(list, p)
}
