package html

import (
	"cmp"
	"slices"
	"strings"
)

// An element is what becomes of one HTML element.
type element struct {
	write string // the name it is written under; "" drops the tag and keeps the content
	kind  kind
	attrs []attr
	// proven elements are those the proof knows; see proof.go.
	proven bool
	inner  inner
	embeds bool // it shows something from an address; see embed.go
}

// A kind says how an element behaves in the tree.
type kind uint8

const (
	inline   kind = iota
	block         // closes an open p; separates words
	void          // has no content and no end tag
	voidLine      // void, and separates words
	skipped       // dropped with its content
	table         // the parts of a table, whose places in the tree are fixed
)

// inner is what an element of the proof may contain.
type inner uint8

const (
	nothing inner = iota
	phrasing
	flow
	items // li only
)

// An attr is a permitted attribute.
type attr struct {
	name string
	form form
}

// A form is what an attribute's value must look like.
type form uint8

const (
	text      form = iota // anything
	address               // an absolute http or https URL
	target                // that, or mailto, tel, tg
	number                // decimal digits
	span                  // 1 to 1000
	direction             // ltr, rtl, auto
	flag                  // no value
	date                  // as of the time element: digits, letters, punctuation
)

// everywhere are the attributes of all elements that have content.
var everywhere = []attr{{"dir", direction}, {"lang", text}}

// A group is elements that are alike. Each is written under its own name where
// the group has none to write, and has the attributes everywhere besides its own.
type group struct {
	names string
	element
}

var (
	images = []attr{{"src", address}, {"alt", text}, {"title", text}, {"width", number}, {"height", number}}
	cell   = []attr{{"colspan", span}, {"rowspan", span}}
)

// elements has every element that is written, renamed or dropped with its
// content. The tag of any other element is dropped and its content kept.
var elements = gathered(
	group{"a", element{attrs: []attr{{"href", target}, {"title", text}}, proven: true, inner: phrasing}},
	group{"b code em i s strong sub sup u", element{proven: true, inner: phrasing}},
	group{"bdi bdo cite del dfn ins kbd mark q samp small var", element{}},
	group{"abbr", element{attrs: []attr{{"title", text}}}},
	group{"time", element{attrs: []attr{{"datetime", date}}}},
	group{"strike", element{write: "s"}},
	group{"tt", element{write: "code"}},

	group{"br", element{kind: voidLine, proven: true}},
	group{"hr", element{kind: voidLine}},
	group{"wbr", element{kind: void}},
	group{"img", element{kind: void, attrs: images, proven: true}},
	group{"image", element{write: "img", kind: void, attrs: images}},

	group{"blockquote div figcaption figure", element{kind: block, proven: true, inner: flow}},
	group{"h1 h2 h3 h4 h5 h6 p", element{kind: block, proven: true, inner: phrasing}},
	group{"ul", element{kind: block, proven: true, inner: items}},
	group{"ol", element{kind: block, attrs: []attr{{"start", number}, {"reversed", flag}}, proven: true, inner: items}},
	group{"li", element{kind: block, attrs: []attr{{"value", number}}, proven: true, inner: flow}},
	group{"dd dl dt pre summary table", element{kind: block}},
	group{"details", element{kind: block, attrs: []attr{{"open", flag}}}},

	// Containers whose meaning lies in a page that is not there.
	group{"address article aside center fieldset footer form header hgroup legend main nav search section", element{write: "div", kind: block}},
	group{"dir menu", element{write: "ul", kind: block}},
	group{"listing xmp", element{write: "pre", kind: block}},

	group{"caption tbody tfoot thead tr", element{kind: table}},
	group{"td th", element{kind: table, attrs: cell}},

	group{`applet button canvas datalist frameset math noembed noframes script select style svg
		template textarea title`, element{kind: skipped}},
	group{"audio embed iframe object video", element{kind: skipped, embeds: true}},
)

func gathered(groups ...group) map[string]*element {
	m := make(map[string]*element)
	for _, g := range groups {
		for name := range strings.FieldsSeq(g.names) {
			e := g.element
			switch e.kind {
			case inline, block, table:
				e.attrs = slices.Concat(e.attrs, everywhere)
				fallthrough
			case void, voidLine:
				e.write = cmp.Or(e.write, name)
			}
			m[name] = &e
		}
	}
	return m
}

// separates reports whether the element ends a word of the text around it.
func (e *element) separates() bool {
	return e.kind == block || e.kind == voidLine || e.kind == table
}
