package config

import (
	"strings"
	"time"
	_ "time/tzdata" // a static binary runs where no zones are installed
	"unicode"
)

func zoneSchema() *schema {
	s := form(`^\s*[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\s*$`)
	s.Not = &schema{Enum: []string{"Local"}}
	return s
}

// timezone reads the name of a zone of the IANA database.
func timezone(what, name string) (zone *time.Location, wrong, hint string) {
	zone, err := time.LoadLocation(name)
	// "Local" would make a month depend on the machine.
	if err == nil && name != "Local" {
		return zone, "", ""
	}
	hint = "a name such as UTC or Asia/Tashkent"
	if meant := zoneMeant(name); meant != "" {
		hint = "write " + meant
	}
	return nil, what + " " + quote(name) + " is not a name of a time zone", hint
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
	tries := []string{name, strings.ToUpper(name)}
	for _, area := range strings.Fields("Asia Europe America Africa Australia Pacific") {
		tries = append(tries, area+"/"+name)
	}
	for _, try := range tries {
		if try == "" || strings.EqualFold(try, "local") {
			continue
		}
		if _, err := time.LoadLocation(try); err == nil {
			return try
		}
	}
	return ""
}
