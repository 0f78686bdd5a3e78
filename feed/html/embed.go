package html

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
)

// What a page embeds is not passed on: a player of another site would follow
// readers around, and few feed readers show one. A link to it stands in its place.

// addresses are the attributes that name what is embedded, in the order in which
// they are believed.
var addresses = []string{"data-src", "data-original", "data-lazy-src", "src", "data"}

// embedHints are these and what tells the title of what is embedded, and whether
// it is seen.
var embedHints = append([]string{"name", "value", "title", "width", "height", "style", "hidden"}, addresses...)

// inEmbed stands for an element that names the address of the one it stands in.
var inEmbed = &element{embeds: true}

// embedded leaves a link in the place of the element whose start tag is at hand.
func (w *rewriter) embedded(e *element, more bool) {
	w.readAttrs(e, more)
	if w.concealed() {
		return
	}
	w.caption = ""
	if t := w.attr("title"); t != nil {
		w.caption = Shorten(collapse(CleanXML(t.value)), maxLabel)
	}
	w.sought = !w.linked(addresses...)
}

// within looks for the address of what is embedded at a tag inside it.
func (w *rewriter) within(name string, more bool) {
	switch name {
	case "source", "embed", "object":
		w.readAttrs(inEmbed, more)
		w.sought = !w.linked(addresses...)
	case "param":
		w.readAttrs(inEmbed, more)
		if n := w.attr("name"); n != nil && slices.Contains([]string{"movie", "src", "url"}, asciiLower(n.value)) {
			w.sought = !w.linked("value")
		}
	}
}

// concealed reports whether a reader of the page does not see the element whose
// attributes were read.
func (w *rewriter) concealed() bool {
	for _, name := range [...]string{"width", "height"} {
		if a := w.attr(name); a != nil && tiny(a.value) {
			return true
		}
	}
	style := w.attr("style")
	return w.attr("hidden") != nil || style != nil && hides(style.value)
}

// linked writes a link to the first of several attributes that has an address,
// and reports whether one has.
func (w *rewriter) linked(names ...string) bool {
	for _, name := range names {
		a := w.attr(name)
		if a == nil {
			continue
		}
		if address := resolve(w.base, a.value); address != "" {
			w.link(watchPage(address))
			return true
		}
	}
	return false
}

// link writes a link to what was embedded, under its title or the name of its
// host. The one before it is not written once more: pages repeat a late frame
// for those without scripts.
func (w *rewriter) link(address string) {
	if address == w.embed {
		return
	}
	w.embed = address
	label := w.caption
	if !strings.ContainsFunc(label, visible) {
		label = hostOf(address)
	}
	w.intoCell()
	if !w.apart() {
		w.gap()
	}
	w.attrs = append(w.attrs[:0], attribute{"href", address})
	over := w.over
	w.start(elements["a"])
	w.text([]byte(label))
	if top := w.top(); w.over == over && top == elements["a"] {
		w.pop()
	}
	w.over = over
	w.joint = len(w.out)
}

// join parts what is written next from such a link.
func (w *rewriter) join() {
	if w.joint > 0 && w.joint == len(w.out) {
		w.gap()
	}
}

// apart reports whether what is written next begins a word in any case.
func (w *rewriter) apart() bool {
	if n := len(w.out); n == 0 || w.out[n-1] <= ' ' {
		return true
	}
	if w.out[len(w.out)-1] != '>' {
		return false
	}
	name := bytes.TrimPrefix(w.out[bytes.LastIndexByte(w.out, '<')+1:], []byte("/"))
	end := bytes.IndexAny(name, " >")
	e := elements[string(name[:max(end, 0)])]
	return e != nil && e.separates()
}

// hostOf is the host of an address as people name it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// watchPage is the page of a film whose player has the address; of any other
// address itself.
func watchPage(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	rest := ""
	switch strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") {
	case "youtube.com", "m.youtube.com", "youtube-nocookie.com":
		if rest = after(u.Path, "/embed/", "/v/"); rest == "videoseries" {
			if list := u.Query().Get("list"); isFilm(list) {
				return "https://www.youtube.com/playlist?list=" + list
			}
		} else if isFilm(rest) && rest != "live_stream" {
			return "https://www.youtube.com/watch?v=" + rest
		}
	case "player.vimeo.com":
		if rest = after(u.Path, "/video/"); digits(rest, 20) {
			return "https://vimeo.com/" + rest
		}
	}
	return address
}

// after is the first segment of a path behind one of the prefixes, or "".
func after(path string, prefixes ...string) string {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(path, p); ok {
			rest, _, _ = strings.Cut(rest, "/")
			rest, _, _ = strings.Cut(rest, "&") // of old addresses: /v/ID&hl=en
			return rest
		}
	}
	return ""
}

// isFilm reports whether s has the form of YouTube's names of films and lists.
func isFilm(s string) bool { return written(s, 64, decimals+letters+"-_") }
