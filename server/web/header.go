package web

import (
	"net/http"
	"strings"
)

// A field is a header field, ready to be put into a response's header. The
// slice is shared by all responses and must not be written to.
type field struct {
	key    string // canonical
	values []string
}

func one(key, value string) field { return field{key, []string{value}} }

func set(h http.Header, fields []field) {
	for _, f := range fields {
		h[f.key] = f.values
	}
}

// A header is the fields of an answer, as a map takes them and as they travel: of a map an
// http.Server makes a copy, which it sorts and then writes piece by piece.
type header struct {
	fields []field
	own    []field // that the server looks at
	lines  []byte  // the others
}

// newHeader prepares fields; each has a key of its own.
func newHeader(fields []field) *header {
	h := &header{fields: fields, lines: []byte{}}
	for _, f := range fields {
		switch f.key {
		case "Content-Type", "Content-Length":
			h.own = append(h.own, f)
			continue
		}
		for _, v := range f.values {
			h.lines = append(h.lines, f.key+": "+oneLine.Replace(strings.TrimSpace(v))+"\r\n"...)
		}
	}
	return h
}

// oneLine keeps a value within its line, as an http.Server does.
var oneLine = strings.NewReplacer("\n", " ", "\r", " ")

// put makes the fields those of an answer that has no others and that the caller begins.
func (h *header) put(w http.ResponseWriter, r *http.Request) {
	c := connOf(r)
	if c == nil {
		set(w.Header(), h.fields)
		return
	}
	c.begin(h.lines)
	if len(h.own) > 0 {
		set(w.Header(), h.own)
	}
}
