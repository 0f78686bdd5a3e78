package parse

import (
	"bytes"
	stdjson "encoding/json"
	"strconv"
	"strings"
)

// A shape makes of the value of a JSON member one that JSON Feed allows there,
// nil where there is none.
type shape func(m *mender, value any) any

// A mender counts what it drops.
type mender struct{ dropped int }

// mend is a value by its shape. What is null says nothing, and is no loss.
func (m *mender) mend(k shape, value any) any {
	if value == nil {
		return nil
	}
	v := k(m, value)
	if v == nil {
		m.dropped++
	}
	return v
}

// object is the shape of an object by its members, in lower case. Others stay as
// they are.
func object(members map[string]shape) shape {
	return func(m *mender, value any) any {
		o, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		for name, v := range o {
			k := members[strings.ToLower(name)]
			if k == nil {
				continue
			}
			if v = m.mend(k, v); v == nil {
				delete(o, name)
			} else {
				o[name] = v
			}
		}
		return o
	}
}

// list is the shape of an array. What stands where an array should is its one
// element.
func list(element shape) shape {
	return func(m *mender, value any) any {
		all, ok := value.([]any)
		if !ok {
			all = []any{value}
		}
		kept := []any{}
		for _, v := range all {
			if v = m.mend(element, v); v != nil {
				kept = append(kept, v)
			}
		}
		return kept
	}
}

// letters is the shape of a string: a number is written as one.
func letters(_ *mender, value any) any {
	switch v := value.(type) {
	case string:
		return v
	case stdjson.Number:
		return v.String()
	}
	return nil
}

// whole is the shape of a size in whole bytes or seconds.
func whole(m *mender, value any) any {
	text, _ := letters(m, value).(string)
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || f < 0 || f > 1<<53 {
		return nil
	}
	return int64(f)
}

// flag is the shape of a boolean.
func flag(_ *mender, value any) any {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		if b, err := strconv.ParseBool(v); err == nil {
			return b
		}
	}
	return nil
}

// keywords is the shape of tags: strings, or one with commas.
func keywords(m *mender, value any) any {
	if s, ok := value.(string); ok {
		var words []any
		for word := range strings.SplitSeq(s, ",") {
			words = append(words, strings.TrimSpace(word))
		}
		value = words
	}
	return list(letters)(m, value)
}

// who is the shape of an author: a string is a name.
func who(m *mender, value any) any {
	if name, ok := value.(string); ok {
		return map[string]any{"name": name}
	}
	return object(map[string]shape{"name": letters, "url": letters, "avatar": letters})(m, value)
}

// jsonHead and jsonItem are a feed without its items, and an item (JSON Feed 1.1).
var (
	jsonHead = object(map[string]shape{
		"version": letters, "title": letters, "home_page_url": letters, "feed_url": letters, "description": letters,
		"user_comment": letters, "next_url": letters, "icon": letters, "favicon": letters, "language": letters,
		"expired": flag, "author": who, "authors": list(who),
		"hubs": list(object(map[string]shape{"type": letters, "url": letters})),
	})
	jsonItem = object(map[string]shape{
		"id": letters, "url": letters, "external_url": letters, "title": letters, "content_html": letters,
		"content_text": letters, "summary": letters, "image": letters, "banner_image": letters,
		"date_published": letters, "date_modified": letters, "language": letters,
		"tags": keywords, "author": who, "authors": list(who),
		"attachments": list(object(map[string]shape{
			"url": letters, "mime_type": letters, "title": letters, "size_in_bytes": whole, "duration_in_seconds": whole,
		})),
	})
)

// mended is a JSON object in which every member is of a shape that JSON Feed
// allows: what is of another is converted where its meaning is plain, else
// dropped.
func (m *mender) mended(text []byte, k shape) ([]byte, error) {
	d := stdjson.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	return stdjson.Marshal(m.mend(k, value))
}
