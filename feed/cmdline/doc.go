// Package cmdline writes command lines of this program as people paste them: with words
// that a shell reads as they are, and with the configuration file that was meant.
//
// It is of floor 1 and imports the standard library only.
package cmdline

import (
	"regexp"
	"strings"
)

// Line is the command line of topicwire with these words, each quoted where a POSIX shell
// would read it otherwise.
func Line(words ...string) string {
	var b strings.Builder
	b.WriteString("topicwire")
	for _, w := range words {
		b.WriteString(" " + Word(w))
	}
	return b.String()
}

var (
	named = regexp.MustCompile("`topicwire [^`]+`")
	whole = regexp.MustCompile(` (-c|--config|--help)\b|^topicwire (version|schema)\b`) // needs no file, or has one
)

// For has the commands that a text names between backticks read a configuration file;
// "" is the one that they read by themselves.
func For(file, text string) string {
	if file == "" {
		return text
	}
	return named.ReplaceAllStringFunc(text, func(quoted string) string {
		line := strings.Trim(quoted, "`")
		if whole.MatchString(line) || strings.Count(line, "'")%2 == 1 {
			return quoted
		}
		return "`" + line + " -c " + Word(file) + "`"
	})
}

// Word quotes a word that a shell would read otherwise.
func Word(s string) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+,=", r))
	}) < 0
	if plain && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
