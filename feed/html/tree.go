package html

// What of the HTML parsing algorithm (WHATWG HTML §13.2.6) the rewriter
// follows: which elements close which others, and where the parts of a table
// may stand.

func isCell(e *element) bool {
	return e.write == "td" || e.write == "th" || e.write == "caption"
}

// isScope bounds the search for an element that a tag closes.
func isScope(e *element) bool { return isCell(e) || e.write == "table" }

func isList(e *element) bool { return e.write == "ul" || e.write == "ol" }

func isTerm(e *element) bool { return e.write == "dd" || e.write == "dt" }

func isHeading(e *element) bool {
	return len(e.write) == 2 && e.write[0] == 'h' && e.write[1] >= '1' && e.write[1] <= '6'
}

// isWall bounds the search of an inline end tag: a stray </b> closes a
// paragraph rather than leave the rest of the text bold, but no list or table.
func isWall(e *element) bool {
	return e.kind == table || e.kind == block && e.write != "p" && e.write != "div"
}

func (w *rewriter) top() *element {
	if len(w.open) == 0 {
		return nil
	}
	return w.open[len(w.open)-1]
}

// find is the index of the innermost open e, -1 if there is none or an element
// that stops holds lies between.
func (w *rewriter) find(e *element, stops func(*element) bool) int {
	return w.findAny(func(o *element) bool { return o.write == e.write }, stops)
}

func (w *rewriter) findAny(want, stops func(*element) bool) int {
	for i := len(w.open) - 1; i >= 0; i-- {
		if want(w.open[i]) {
			return i
		}
		if stops != nil && stops(w.open[i]) {
			return -1
		}
	}
	return -1
}

// closeTo closes the open elements from the innermost up to the one at i.
func (w *rewriter) closeTo(i int) {
	for len(w.open) > i {
		w.pop()
	}
}

func (w *rewriter) pop() {
	e := w.top()
	w.open = w.open[:len(w.open)-1]
	w.out = append(w.out, "</"...)
	w.out = append(w.out, e.write...)
	w.out = append(w.out, '>')
}

func (w *rewriter) closeThrough(e *element, stops func(*element) bool) {
	if i := w.find(e, stops); i >= 0 {
		w.closeTo(i)
	}
}

// closeItem closes the list item that a new one ends: the innermost, unless a
// block other than p and div stands between.
func (w *rewriter) closeItem(item func(*element) bool) {
	i := w.findAny(item, func(o *element) bool {
		return !item(o) && isWall(o)
	})
	if i >= 0 {
		w.closeTo(i)
	}
}

// intoCell opens a cell where the innermost open element is a part of a table
// that can hold none but other parts.
func (w *rewriter) intoCell() {
	top := w.top()
	if top == nil {
		return
	}
	switch top.write {
	case "table":
		w.bare("tbody")
		fallthrough
	case "tbody", "thead", "tfoot":
		w.bare("tr")
		fallthrough
	case "tr":
		w.bare("td")
	}
}

// bare opens an element without attributes.
func (w *rewriter) bare(name string) {
	if !w.room(len(name) + 2) {
		return
	}
	w.out = append(w.out, '<')
	w.out = append(w.out, name...)
	w.out = append(w.out, '>')
	w.open = append(w.open, elements[name])
}

// tablePlace closes and opens parts of the innermost table until e may stand,
// and reports false where there is no table.
func (w *rewriter) tablePlace(e *element) bool {
	t := w.find(elements["table"], nil)
	if t < 0 {
		w.gap()
		return false
	}
	row := e.write == "tr"
	if !row && e.write != "td" && e.write != "th" {
		w.closeTo(t + 1) // a section or the caption: directly in the table
		return true
	}
	keep := t + 1 // what may stay open: table > section > row
	if keep < len(w.open) && isSection(w.open[keep]) {
		keep++
		if !row && keep < len(w.open) && w.open[keep].write == "tr" {
			keep++
		}
	}
	w.closeTo(keep)
	if w.top().write == "table" {
		w.bare("tbody")
	}
	if !row && w.top().write != "tr" {
		w.bare("tr")
	}
	return true
}

func isSection(e *element) bool {
	return e.write == "tbody" || e.write == "thead" || e.write == "tfoot"
}

// gap separates words where a tag that would have done so is dropped.
func (w *rewriter) gap() {
	if n := len(w.out); n > 0 && w.out[n-1] > ' ' && w.room(1) {
		w.out = append(w.out, ' ')
	}
}
