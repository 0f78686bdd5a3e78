package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// text reads a text that is not empty.
func (r *reader) text(n *node, what string) (string, bool) {
	return r.textAs(n, what, "a text")
}

// textAs is text for what is more than that; need is what a message asks for.
func (r *reader) textAs(n *node, what, need string) (string, bool) {
	s, ok := r.plainText(n, what, need)
	if ok && s == "" {
		r.fail(n, what+" is empty", "")
		return "", false
	}
	return s, ok
}

// textOrEmpty reads a text without the white space around it.
func (r *reader) textOrEmpty(n *node, what string) (string, bool) {
	return r.plainText(n, what, "a text")
}

func (r *reader) plainText(n *node, what, need string) (string, bool) {
	s, ok := r.rawText(n, what, need)
	if ok && (strings.Contains(s, "${env:") || strings.Contains(s, "${file:")) {
		r.fail(n, "${env:…} and ${file:…} stand for secrets and work in headers only", "")
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
		r.wrong(n, what, need, "")
		return "", false
	}
	for _, c := range n.Value {
		if c < 0x20 && c != '\t' && c != '\n' || c == 0x7f || c == 0xfffe || c == 0xffff {
			r.fail(n, fmt.Sprintf("%s has a character that texts cannot have, U+%04X", what, c), "")
			return "", false
		}
	}
	return strings.TrimSpace(n.Value), true
}

// integer reads a whole number between least and most.
func (r *reader) integer(n *node, what string, least, most int) (int, bool) {
	s, ok := r.textAs(n, what, "a whole number")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(s)
	if err != nil {
		r.fail(n, fmt.Sprintf("%s needs a whole number, has %s", what, quote(s)), "")
		return 0, false
	}
	if i < least || i > most {
		r.fail(n, fmt.Sprintf("%s %d is out of range", what, i), fmt.Sprintf("from %d to %d", least, most))
		return 0, false
	}
	return i, true
}

// duration reads a duration between least and most.
func (r *reader) duration(n *node, what string, least, most time.Duration) (time.Duration, bool) {
	s, ok := r.textAs(n, what, "a duration")
	if !ok {
		return 0, false
	}
	d, err := parseDuration(s)
	if err != nil {
		hint := "write 30m, 12h, 2d or 1w"
		if _, err := strconv.Atoi(s); err == nil && !strings.HasPrefix(s, "-") {
			hint = fmt.Sprintf("add a unit: %sm, %sh or %sd", s, s, s)
		}
		r.fail(n, fmt.Sprintf("%s %s is not a duration", what, quote(s)), hint)
		return 0, false
	}
	if d < least {
		r.fail(n, fmt.Sprintf("%s %s is under %s", what, s, short(least)), "")
		return 0, false
	}
	if d > most {
		r.fail(n, fmt.Sprintf("%s %s is over %s", what, s, short(most)), "")
		return 0, false
	}
	return d, true
}

// short is a duration in its largest whole unit.
func short(d time.Duration) string {
	for _, unit := range []string{"d", "h", "m", "s"} {
		if u := durationUnit(unit); d >= u && d%u == 0 {
			return strconv.Itoa(int(d/u)) + unit
		}
	}
	return d.String()
}

// boolean reads true or false.
func (r *reader) boolean(n *node, what string) (value, ok bool) {
	s, ok := r.textAs(n, what, "true or false")
	if !ok {
		return false, false
	}
	switch s {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	hint := "write true or false"
	switch strings.ToLower(s) {
	case "yes", "on", "1", "true":
		hint = "write true"
	case "no", "off", "0", "false":
		hint = "write false"
	}
	r.fail(n, fmt.Sprintf("%s needs true or false, has %s", what, quote(s)), hint)
	return false, false
}

// number reads a decimal number.
func (r *reader) number(n *node, what string) (float64, bool) {
	s, ok := r.textAs(n, what, "a number")
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f > 1e9 || f < -1e9 || f != f {
		r.fail(n, fmt.Sprintf("%s needs a number, has %s", what, quote(s)), "")
		return 0, false
	}
	return f, true
}
