package feed

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The names of values that are numbers in the program and words outside.
var (
	fieldNames = []string{"title", "summary", "content", "category", "author", "link", "tag"}
	tierNames  = []string{TierNew: "new", TierStory: "story", TierGroup: "duplicate", TierSameLink: "same-link"}
)

// String is the field as text.
func (f Field) String() string { return nameOf(f, fieldNames) }

// MarshalText is String.
func (f Field) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (f *Field) UnmarshalText(b []byte) error { return named(f, fieldNames, string(b)) }

// String is the tier as text.
func (t Tier) String() string { return nameOf(t, tierNames) }

// MarshalText is String.
func (t Tier) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Tier) UnmarshalText(b []byte) error { return named(t, tierNames, string(b)) }

func nameOf[T ~uint8](v T, names []string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown"
}

func named[T ~uint8](to *T, names []string, name string) error {
	for i := range names {
		if names[i] == name {
			*to = T(i)
			return nil
		}
	}
	return fmt.Errorf("%q is none of %s", name, strings.Join(names, ", "))
}

// MarshalText is String.
func (p Pos) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Pos) UnmarshalText(b []byte) error {
	*p = Pos{File: string(b)}
	parts := strings.Split(p.File, ":")
	if len(parts) < 3 {
		return nil
	}
	last := len(parts) - 2
	line, lineErr := strconv.Atoi(parts[last])
	col, colErr := strconv.Atoi(parts[last+1])
	if lineErr == nil && colErr == nil {
		*p = Pos{strings.Join(parts[:last], ":"), line, col}
	}
	return nil
}

// plainLikeness is a Likeness without its methods.
type plainLikeness Likeness

// MarshalJSON gives the time between two entries in seconds.
func (l Likeness) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		plainLikeness
		Apart float64 `json:"apart_seconds"`
	}{plainLikeness(l), l.Apart.Seconds()})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (l *Likeness) UnmarshalJSON(b []byte) error {
	var x struct {
		plainLikeness
		Apart float64 `json:"apart_seconds"`
	}
	if err := json.Unmarshal(b, &x); err != nil {
		return err
	}
	*l = Likeness(x.plainLikeness)
	l.Apart = time.Duration(math.Round(x.Apart * float64(time.Second)))
	return nil
}

// Moment is a time as answers carry it: nil, which is null, for none.
func Moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
