package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// maxCap bounds how many entries of a source a topic may take in a time.
const maxCap = 100_000

// periodSpellings are the periods of caps and what people write for them.
var periods, periodsMeant = spellings("hour h hours 1h hourly", "day d days 1d 24h daily", "week w weeks 1w 7d weekly", "month m months 30d monthly")

func capSchema() *schema {
	return form(`^\s*[1-9][0-9]{0,` + strconv.Itoa(len(strconv.Itoa(maxCap))-1) + `}/(` + strings.Join(periods, "|") + `)\s*$`)
}

// perSource reads a number in a time, as 10/day.
func perSource(what, s string) (c feed.Cap, wrong, hint string) {
	number, per, _ := strings.Cut(s, "/")
	entries, err := strconv.Atoi(number)
	switch {
	case err != nil || !slices.Contains(periods, per):
		wrong, hint = what+" "+quote(s)+" is not a number in a time", "write "+capMeant(s)
	case entries < 1 || entries > maxCap:
		wrong, hint = fmt.Sprintf("%s %d is out of range", what, entries), fmt.Sprint("from 1 to ", maxCap)
	}
	return feed.Cap{Entries: entries, Per: feed.Period(per)}, wrong, hint
}

// capMeant is the cap that a text was probably meant as.
func capMeant(s string) string {
	number, per := "", ""
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return strings.ContainsRune(" \t/:,", c) }) {
		if p := cmp.Or(periodsMeant[word], nearest(word, periods)); p != "" {
			per = p
		} else if i, err := strconv.Atoi(word); err == nil && i > 0 && number == "" {
			number = word
		}
	}
	return cmp.Or(number, "10") + "/" + cmp.Or(per, "day")
}

var placeholders = []string{"title", "source", "language", "topic"}

func entryTitleSchema() *schema {
	other := `([^{]|\{(` + strings.Join(placeholders, "|") + `)\})*`
	return form(`^` + other + `\{title\}` + other + `$`)
}

// entryTitle reads a text with placeholders in braces.
func (r *reader) entryTitle(n *node, what string) (string, bool) {
	if n.Kind == yaml.MappingNode && r.sound(n) {
		r.fail(n, "entry_title needs a text, and braces make this a map", `quote it, as in "{title} ({source})"`)
		return "", false
	}
	text, ok := r.text(n, what)
	if !ok || text == "{title}" {
		return "", ok
	}
	sound, titled := true, false
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		name, next, closed := strings.Cut(after, "}")
		switch {
		case !closed:
			r.fail(n, "a { of entry_title is not closed", "known are {title}, {source}, {language}, {topic}")
			return "", false
		case !slices.Contains(placeholders, name):
			hint := "known are {title}, {source}, {language}, {topic}"
			if best := nearest(name, placeholders); best != "" {
				hint = "did you mean {" + best + "}?"
			}
			r.fail(n, "entry_title has the unknown placeholder "+quote("{"+name+"}"), hint)
			sound = false
		}
		titled = titled || name == "title"
		rest = next
	}
	if sound && !titled {
		r.fail(n, "entry_title lacks {title}, so that all entries look alike", `as in "{title} ({source})"`)
	}
	return text, sound && titled
}

// also reads how many other reports are listed, as feed.Topic has it.
func (r *reader) also(n *node, ks *keys, most *int) {
	if n.Kind == yaml.ScalarNode && !null(n) && r.sound(n) {
		hint := "write {max: 5}"
		if i, err := strconv.Atoi(strings.TrimSpace(n.Value)); err == nil && i >= 0 && i <= MaxAlso {
			hint = fmt.Sprintf("write {max: %d}", i)
		} else if s := strings.ToLower(n.Value); s == "false" || s == "none" || s == "no" || s == "off" {
			hint = "write {max: 0}"
		}
		r.wrong(n, "also", "keys with values", hint)
		return
	}
	r.read(n, ks)
	if *most == 0 {
		*most = -1
	}
}
