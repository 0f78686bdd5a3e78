package config

import (
	"strings"
	"time"
	_ "time/tzdata" // a static binary runs where no zones are installed
	"unicode"
)

// timezone reads the name of a zone of the IANA database; nil where it is none.
func (r *reader) timezone(n *node) *time.Location {
	name, ok := r.text(n, "timezone")
	if !ok {
		return nil
	}
	// "Local" would make a month depend on the machine.
	if name != "Local" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	hint := "a name such as UTC or Asia/Tashkent"
	if meant := zoneMeant(name); meant != "" {
		hint = "write " + meant
	}
	r.fail(n, "timezone "+quote(name)+" is not a name of a time zone", hint)
	return nil
}

// zoneMeant is the zone that a text was probably meant as, or "".
func zoneMeant(name string) string {
	upper := true
	name = strings.Map(func(c rune) rune {
		if c == ' ' {
			c = '_'
		}
		if upper {
			c = unicode.ToUpper(c)
		} else {
			c = unicode.ToLower(c)
		}
		upper = !unicode.IsLetter(c)
		return c
	}, name)
	for _, try := range []string{name, strings.ToUpper(name), "Asia/" + name, "Europe/" + name, "America/" + name, "Africa/" + name, "Australia/" + name, "Pacific/" + name} {
		if try == "" || strings.EqualFold(try, "local") {
			continue
		}
		if _, err := time.LoadLocation(try); err == nil {
			return try
		}
	}
	return ""
}
