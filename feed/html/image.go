package html

import (
	"strconv"
	"strings"
)

// lazy are the attributes in which pages keep the address of an image that a
// script puts into src when it scrolls into view, in the order in which they are
// believed.
var lazy = [...]string{"data-src", "data-original", "data-lazy-src", "data-srcset", "data-lazy-srcset"}

// imageHints are the attributes of an image that decide about it and are not
// written.
var imageHints = append([]string{"style", "srcset"}, lazy[:]...)

// awake gives the image whose attributes were read the address that a reader of
// the page would see: a lazy one instead of the placeholder in src, and one of
// srcset where src has none that can be used.
func (w *rewriter) awake() {
	w.awoken = ""
	for _, name := range lazy {
		if w.address(name) {
			w.awoken = w.attr("src").value
			return
		}
	}
	if src := w.attr("src"); src == nil || resolve(w.base, src.value) == "" {
		w.address("srcset")
	}
}

// address makes src of the address in another attribute, if it is one.
func (w *rewriter) address(name string) bool {
	a := w.attr(name)
	if a == nil {
		return false
	}
	value := a.value
	if strings.HasSuffix(name, "srcset") {
		value = firstCandidate(value)
	}
	if value = resolve(w.base, value); value == "" {
		return false
	}
	if src := w.attr("src"); src != nil {
		src.value = value
	} else {
		w.attrs = append(w.attrs, attribute{"src", value})
	}
	return true
}

// firstCandidate is the address of the first image of a srcset (HTML §4.8.4.2.1).
func firstCandidate(srcset string) string {
	fields := strings.Fields(strings.TrimLeft(srcset, ", \t\n\r\f"))
	if len(fields) == 0 {
		return ""
	}
	return strings.TrimRight(fields[0], ",")
}

// repeats reports whether the image is the one before it once more, for those
// without scripts.
func (w *rewriter) repeats() bool {
	src := resolve(w.base, w.attr("src").value)
	again := src == w.lazily
	w.lazily = w.awoken
	return again
}

// shown reports whether the image whose attributes were read can be seen: its
// address is usable, and it is no counting pixel.
func (w *rewriter) shown() bool {
	src := w.attr("src")
	if src == nil || resolve(w.base, src.value) == "" {
		return false
	}
	for _, name := range [...]string{"width", "height"} {
		if a := w.attr(name); a != nil && tiny(a.value) {
			return false
		}
	}
	style := w.attr("style")
	return style == nil || !hides(style.value)
}

// tiny reports whether a length is one pixel or less: 0, 1, 1px, 0.5, 0%.
func tiny(length string) bool {
	s := strings.TrimSpace(length)
	n := 0
	for n < len(s) && n < 16 && (s[n] >= '0' && s[n] <= '9' || s[n] == '.') {
		n++
	}
	v, err := strconv.ParseFloat(s[:n], 64)
	if err != nil {
		return false
	}
	unit := strings.TrimSpace(s[n:])
	return v == 0 || v <= 1 && (unit == "" || strings.HasPrefix(unit, "px"))
}

// hides reports whether an inline style takes an image or a frame out of sight.
func hides(style string) bool {
	style = strings.ToLower(style)
	for rest := range strings.SplitSeq(style, ";") {
		name, value, _ := strings.Cut(rest, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch name {
		case "display":
			if strings.HasPrefix(value, "none") {
				return true
			}
		case "visibility":
			if strings.HasPrefix(value, "hidden") {
				return true
			}
		case "width", "height", "max-width", "max-height":
			// A frame of one pixel that grows is a way around a fault of iOS.
			if tiny(value) && !strings.Contains(style, "min-"+name) {
				return true
			}
		case "clip":
			// What is cut down to a pixel, as WordPress does until a script has run.
			if strings.HasPrefix(value, "rect(1px") || strings.HasPrefix(value, "rect(0") {
				return true
			}
		}
	}
	return false
}
