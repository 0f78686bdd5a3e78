package config

import (
	"strconv"
	"strings"
)

// Reload is what a running server does with a changed configuration.
type Reload struct {
	// Hold is how much of what readers have a change may move by itself, in percent; one
	// that would move more waits for an operator. 0 lets every change pass.
	Hold int
}

func (r *reader) reloadKeys(l *Reload) *keys {
	s := form(`^\s*(0|0%|[1-9][0-9]?%|100%)\s*$`)
	s.Type, s.Minimum, s.Maximum = []string{"string", "integer"}, 0, 0
	return &keys{in: "reload", own: "hold", rows: []row{
		keyOr("hold held wait confirm guard", "0", parsed(r, &l.Hold, s, "a share", share),
			"How much of what readers have a change of rules may move by itself, from 1% to 100%; one that would move more waits for `topicwire reload accept`. 0 lets every change pass.", "30%"),
	}}
}

// share is a share in percent, 0 for none.
func share(what, text string) (percent int, wrong, hint string) {
	const write = "write a share from 1% to 100%, or 0 for none"
	number, isShare := strings.CutSuffix(text, "%")
	percent, err := strconv.Atoi(strings.TrimSpace(number))
	switch {
	case err != nil:
		return 0, what + " " + quote(text) + " is not a share", write
	case percent < 0 || percent > 100:
		return 0, what + " " + text + " is out of range", write
	case !isShare && percent > 0:
		return 0, what + " " + text + " has no unit", "write " + text + "%"
	}
	return percent, "", ""
}
