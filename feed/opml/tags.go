package opml

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// The attribute of an outline that holds the tags of a feed as they are, where its
// folder and category cannot: those know no commas, slashes and capitals. OPML 2.0
// asks for a name space, and other readers leave alone what they do not know.
const (
	tagsPrefix    = "topicwire"
	tagsName      = "sourceTags"
	tagsNamespace = "urn:topicwire:opml"
)

// Tag is the name of a folder in the form in which tags are written: in lower
// case, with hyphens for white space. It may be "".
func Tag(folder string) string {
	return strings.Join(strings.Fields(strings.ToLower(folder)), "-")
}

// tags takes the tags of an outline: as they were written, then of folders and
// categories what is not among them.
func (f *Feed) tags(written string, folders []string, category string) {
	var known map[string]bool // in the form of a category
	if written != "" {
		known = f.written(written)
	}
	for _, name := range folders {
		if !known[categoryOf(name)] {
			f.tag(Tag(name))
		}
	}
	// Categories are separated by commas, the parts of each by slashes.
	for name := range strings.FieldsFuncSeq(category, func(c rune) bool { return c == ',' || c == '/' }) {
		if len(f.Tags) == maxTags {
			return
		}
		if name = clean(name, maxTag); !known[name] {
			f.tag(Tag(name))
		}
	}
}

// written takes the tags that joinTags wrote.
func (f *Feed) written(joined string) (known map[string]bool) {
	known = make(map[string]bool)
	for tag := range strings.SplitSeq(joined, ",") {
		if len(f.Tags) == maxTags {
			break
		}
		if plain, err := url.PathUnescape(tag); err == nil {
			tag = plain
		}
		tag = lawful(tag)
		f.tag(tag)
		known[categoryOf(tag)] = true
	}
	return known
}

// categories are the tags behind the first as categories can hold them.
func (f *Feed) categories() []string {
	var all []string
	for i, tag := range f.Tags {
		if name := categoryOf(tag); i > 0 && name != "" && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// plain reports whether folder and category say all of the tags.
func (f *Feed) plain() bool {
	if len(f.Tags) == 0 {
		return true
	}
	var read Feed
	read.tags("", []string{clean(f.Tags[0], maxTag)}, strings.Join(f.categories(), ","))
	return slices.Equal(read.Tags, f.Tags)
}

// separators are those of a category, which cannot hold them itself.
var separators = strings.NewReplacer(",", "-", "/", "-")

// categoryOf is a tag as a category can hold it.
func categoryOf(tag string) string { return separators.Replace(clean(tag, maxTag)) }

// lawful is a tag without what no text of the configuration has.
func lawful(tag string) string {
	tag = strings.Map(func(c rune) rune {
		if c < ' ' && c != '\t' && c != '\n' || c == 0x7f || c == 0xfffe || c == 0xffff {
			return -1
		}
		return c
	}, strings.ToValidUTF8(tag, "\ufffd"))
	if len(tag) > maxTitle {
		tag = strings.ToValidUTF8(tag[:maxTitle], "")
	}
	return strings.Clone(strings.TrimSpace(tag)) // not a part of the whole document
}

// joinTags writes tags with commas between them, percent-encoded where they would
// part them or be lost in an attribute.
func joinTags(tags []string) string {
	var b strings.Builder
	for i, tag := range tags {
		if i > 0 {
			b.WriteByte(',')
		}
		for _, c := range tag {
			if c == '%' || c == ',' || !unicode.IsPrint(c) {
				b.WriteString(url.PathEscape(string(c)))
			} else {
				b.WriteRune(c)
			}
		}
	}
	return b.String()
}
