package config

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// into is the kind of a key whose value goes into a place as it is read; where it
// cannot be read the place stays as it is.
func into[T any](to *T, s *schema, read func(n *node, what string) (T, bool)) kind {
	return kind{schema: s, read: func(n *node, what string) {
		if v, ok := read(n, what); ok {
			*to = v
		}
	}}
}

// parsing makes a reading of a text that stands for something else. parse is
// given the name of the key and the text that was read; it gives the value, or
// what is wrong with the text and a hint.
func parsing[T any](r *reader, read func(n *node, what string) (string, bool), parse func(what, text string) (v T, wrong, hint string)) func(n *node, what string) (T, bool) {
	return func(n *node, what string) (v T, ok bool) {
		text, ok := read(n, what)
		if !ok {
			return v, false
		}
		v, wrong, hint := parse(what, text)
		if wrong != "" {
			r.fail(n, wrong, hint)
		}
		return v, wrong == ""
	}
}

// parsed is the kind of a text that stands for something else.
func parsed[T any](r *reader, to *T, s *schema, need string, parse func(what, text string) (v T, wrong, hint string)) kind {
	return into(to, s, parsing(r, r.need(need), parse))
}

// inner is the kind of a key with keys below it.
func inner(ks *keys, read func(n *node, ks *keys)) kind {
	return kind{ks.object(), func(n *node, _ string) { read(n, ks) }, ks}
}

// textInto is the kind of a text that is not empty, as people write a title: what YAML
// takes for a comment may be a part of it.
func (r *reader) textInto(to *string) kind {
	return into(to, ref("text"), func(n *node, what string) (string, bool) {
		if n.Kind == yaml.ScalarNode && n.Style == 0 {
			r.cutShort(n)
		}
		if n.Style&yaml.FlowStyle != 0 && r.sound(n) {
			if text := r.bracketed(n); text != "" {
				r.wrong(n, what, "a text", quoteIt(text))
				return "", false
			}
		}
		return r.text(n, what)
	})
}

// text reads a text that is not empty.
func (r *reader) text(n *node, what string) (string, bool) { return r.need("a text")(n, what) }

// need is text for what is more than that; as is what a message asks for.
func (r *reader) need(as string) func(n *node, what string) (string, bool) {
	return func(n *node, what string) (string, bool) {
		s, ok := r.plainText(n, what, as)
		if ok && s == "" {
			r.fail(n, what+" is empty")
		}
		return s, ok && s != ""
	}
}

// textOrEmpty reads a text without the white space around it.
func (r *reader) textOrEmpty(n *node, what string) (string, bool) {
	return r.plainText(n, what, "a text")
}

func (r *reader) plainText(n *node, what, need string) (string, bool) {
	s, ok := r.rawText(n, what, need)
	if ok && (strings.Contains(s, "${env:") || strings.Contains(s, "${file:")) {
		r.fail(n, "${env:…} and ${file:…} stand for secrets and work in headers only")
		return "", false
	}
	return s, ok
}

// rawText reads a text that may hold secrets.
func (r *reader) rawText(n *node, what, need string) (string, bool) {
	if !r.sound(n) {
		return "", false
	}
	if n.Kind != yaml.ScalarNode || null(n) {
		r.wrong(n, what, need)
		return "", false
	}
	for _, c := range n.Value {
		if c < 0x20 && c != '\t' && c != '\n' || c == 0x7f || c == 0xfffe || c == 0xffff {
			r.fail(n, fmt.Sprintf("%s has a character that texts cannot have, U+%04X", what, c))
			return "", false
		}
	}
	return strings.TrimSpace(n.Value), true
}

// listInto is the kind of a list of texts of a kind, each taken once.
func listInto[T ~string](r *reader, to *[]T, item *schema, each string, read func(n *node, what string) (string, bool)) kind {
	return into(to, listOf(item), func(n *node, what string) (out []T, ok bool) {
		for _, i := range r.items(n, what) {
			if s, ok := read(i, each); ok && !slices.Contains(out, T(s)) {
				out = append(out, T(s))
			}
		}
		return out, true
	})
}

// tagsInto is the kind of a list of tags that sources should have.
func (r *reader) tagsInto(to *[]string) kind {
	k := listInto(r, to, ref("text").says("A tag of a source."), "a tag", r.text)
	read := k.read
	k.read = func(n *node, what string) {
		read(n, what)
		r.unknownTags(n, r.origins)
	}
	return k
}

// spellings takes options apart, each a word and, behind it, what people write
// instead: the words, and the word that each of the others means.
func spellings(options ...string) (words []string, meant map[string]string) {
	meant = map[string]string{}
	for _, option := range options {
		forms := strings.Fields(option)
		words = append(words, forms[0])
		for _, slip := range forms[1:] {
			meant[slip] = forms[0]
		}
	}
	return words, meant
}

// wordInto is the kind of one of a few words, by their spellings.
func wordInto[T ~string](r *reader, to *T, options ...string) kind {
	words, meant := spellings(options...)
	return parsed(r, to, &schema{Enum: words}, "a text", func(what, s string) (v T, wrong, hint string) {
		if slices.Contains(words, s) {
			return T(s), "", ""
		}
		return "", what + " cannot be " + quote(s), cmp.Or(didYouMean(s, words, meant), "one of "+strings.Join(words, ", "))
	})
}

// wholeInto is the kind of a whole number between least and most.
func (r *reader) wholeInto(to *int, least, most int) kind {
	return parsed(r, to, &schema{Type: "integer", Minimum: least, Maximum: most}, "a whole number", func(what, s string) (i int, wrong, hint string) {
		i, err := strconv.Atoi(s)
		switch {
		case err != nil:
			wrong = what + " needs a whole number, has " + quote(s)
		case i < least || i > most:
			wrong, hint = fmt.Sprintf("%s %d is out of range", what, i), fmt.Sprintf("from %d to %d", least, most)
		}
		return i, wrong, hint
	})
}

// durationInto is the kind of a duration between least and most; 0 is one where
// it is the least.
func (r *reader) durationInto(to *time.Duration, least, most time.Duration) kind {
	s := form(`^\s*([0-9.]+(w|d|h|m|s|ms))+\s*$`)
	if least == 0 {
		s.Type, s.Minimum, s.Maximum = []string{"string", "integer"}, 0, 0
		s.Pattern = `^\s*(0|([0-9.]+(w|d|h|m|s|ms))+)\s*$`
	}
	return parsed(r, to, s, "a duration", func(what, s string) (d time.Duration, wrong, hint string) {
		d, err := parseDuration(s)
		switch {
		case err != nil:
			wrong, hint = what+" "+quote(s)+" is not a duration", "write 30m, 12h, 2d or 1w"
			if _, err := strconv.Atoi(s); err == nil && !strings.HasPrefix(s, "-") {
				hint = "add a unit: " + s + "m, " + s + "h or " + s + "d"
			}
		case d < least:
			wrong = what + " " + s + " is under " + short(least)
		case d > most:
			wrong = what + " " + s + " is over " + short(most)
		}
		return d, wrong, hint
	})
}

// truthInto is the kind of true and false.
func (r *reader) truthInto(to *bool) kind {
	return parsed(r, to, &schema{Type: "boolean"}, "true or false", func(what, s string) (v bool, wrong, hint string) {
		if s == "true" || s == "false" {
			return s == "true", "", ""
		}
		_, meant := spellings("true true yes on 1", "false false no off 0")
		return false, what + " needs true or false, has " + quote(s), "write " + cmp.Or(meant[strings.ToLower(s)], "true or false")
	})
}

// number reads a decimal number.
func (r *reader) number(n *node, what string) (float64, bool) {
	s, ok := r.need("a number")(n, what)
	f, err := strconv.ParseFloat(s, 64)
	if ok && (err != nil || f > 1e9 || f < -1e9 || f != f) {
		r.fail(n, what+" needs a number, has "+quote(s))
		return 0, false
	}
	return f, ok
}

// likenessInto is the kind of a likeness, above 0 and at most 1.
func (r *reader) likenessInto(to *float64) kind {
	return into(to, &schema{Type: "number", Above: 0, Maximum: 1}, func(n *node, what string) (float64, bool) {
		f, ok := r.number(n, what)
		fits := f > 0 && f <= 1
		if ok && !fits {
			r.fail(n, fmt.Sprintf("%s %g is out of range", what, f), "above 0, at most 1")
		}
		return f, ok && fits
	})
}

const day = 24 * time.Hour

var durationUnits = map[string]time.Duration{
	"w": 7 * day, "d": day, "h": time.Hour, "m": time.Minute, "s": time.Second, "ms": time.Millisecond,
}

var durationPart = regexp.MustCompile(`([0-9.]+)([a-z]+)`)

var errDuration = errors.New("not a duration")

// parseDuration reads numbers with units, one after the other: w, d, h, m, s
// and ms, as in 1d12h or 90s. A bare 0 needs no unit.
func parseDuration(s string) (time.Duration, error) {
	if s == "0" {
		return 0, nil
	}
	var total float64
	read := 0
	for _, part := range durationPart.FindAllStringSubmatch(s, -1) {
		number, err := strconv.ParseFloat(part[1], 64)
		unit := durationUnits[part[2]]
		if err != nil || unit == 0 {
			return 0, errDuration
		}
		total += number * float64(unit)
		read += len(part[0])
	}
	if read < len(s) || total > math.MaxInt64/2 {
		return 0, errDuration
	}
	return time.Duration(math.Round(total)), nil
}

// short is a duration in its largest whole unit, weeks left out.
func short(d time.Duration) string {
	for _, name := range strings.Fields("d h m s") {
		if unit := durationUnits[name]; d >= unit && d%unit == 0 {
			return strconv.Itoa(int(d/unit)) + name
		}
	}
	return d.String()
}
