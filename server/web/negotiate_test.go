package web

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestNegotiate(t *testing.T) {
	tests := []struct {
		lines []string
		want  coding
	}{
		{nil, identity},
		{[]string{""}, identity},
		{[]string{"gzip"}, gzipped},
		{[]string{"GZIP"}, gzipped},
		{[]string{"x-gzip"}, gzipped},
		{[]string{"gzip, deflate, br, zstd"}, brotlied},
		{[]string{"gzip, deflate, zstd"}, zstandard},
		{[]string{"gzip, BR;q=0.9, zstd;q=0.9"}, gzipped},
		{[]string{"br;q=0, zstd"}, zstandard},
		{[]string{"br;q=1.0,gzip;q=0.8,*;q=0.1"}, brotlied},
		{[]string{"deflate", "gzip"}, gzipped},
		{[]string{"deflate, br"}, brotlied},
		{[]string{"deflate, identity;q=0.5"}, identity},
		{[]string{"br;q=0, gzip;q=0, zstd;q=0, identity;q=0"}, refused},
		{[]string{"identity"}, identity},
		{[]string{"identity, gzip"}, gzipped},
		{[]string{"identity, gzip;q=0.5"}, identity},
		{[]string{"identity;q=0.5, gzip;q=0.5"}, gzipped},
		{[]string{"gzip;q=0"}, identity},
		{[]string{"gzip; q=0.000"}, identity},
		{[]string{"gzip ;\tQ=0.001 "}, gzipped},
		{[]string{"gzip;q=0, *"}, identity},
		{[]string{"*"}, gzipped},
		{[]string{"*;q=0.5"}, gzipped},
		{[]string{"identity, *;q=0.5"}, identity},
		{[]string{"identity;q=0"}, gzipped},
		{[]string{"identity;q=0, gzip"}, gzipped},
		{[]string{"gzip, *;q=0"}, gzipped},
		{[]string{"identity;q=0.1, *;q=0"}, identity},
		{[]string{"*;q=0"}, refused},
		{[]string{"gzip;q=0, identity;q=0"}, refused},
		{[]string{"gzip;q=0, *;q=0"}, refused},
		{[]string{"gzip;q=nonsense"}, gzipped},
		{[]string{"gzip;level=9;q=0"}, identity},
		{[]string{"gzippy, ,;"}, identity},
	}
	for _, tt := range tests {
		if got := negotiate(tt.lines); got != tt.want {
			t.Errorf("negotiate(%q) = %d, want %d", tt.lines, got, tt.want)
		}
	}
}

func TestUnchanged(t *testing.T) {
	const tag = `"a,b"`
	modified := at(5, 11, 1)
	last := modified.Format(http.TimeFormat)
	tests := []struct {
		name        string
		match, date []string
		want        bool
	}{
		{"no condition", nil, nil, false},
		{"same tag", []string{tag}, nil, true},
		{"the tag of another coding", []string{`"x", W/"a,b-br"`}, nil, true},
		{"the tag of no coding", []string{`"a,b-lz"`}, nil, false},
		{"weak tag", []string{"W/" + tag}, nil, true},
		{"other tag", []string{`"c"`}, nil, false},
		{"tag of a prefix", []string{`"a"`}, nil, false},
		{"star", []string{"*"}, nil, true},
		{"star with white space", []string{" * "}, nil, true},
		{"list", []string{`"x", W/"y",` + tag}, nil, true},
		{"list without it", []string{`"x", W/"y"`}, nil, false},
		{"two lines", []string{`"x"`, tag}, nil, true},
		{"tag without quotes", []string{"a,b"}, nil, false},
		{"unclosed tag", []string{`"a,b`}, nil, false},
		{"empty", []string{""}, nil, false},
		{"same date", nil, []string{last}, true},
		{"later date", nil, []string{modified.Add(time.Hour).Format(http.TimeFormat)}, true},
		{"earlier date", nil, []string{modified.Add(-time.Second).Format(http.TimeFormat)}, false},
		{"date of RFC 850", nil, []string{modified.Format("Monday, 02-Jan-06 15:04:05 ") + "GMT"}, true},
		{"no date", nil, []string{"yesterday"}, false},
		{"two dates", nil, []string{last, last}, false},
		{"other tag beats same date", []string{`"c"`}, []string{last}, false},
		{"same tag beats earlier date", []string{tag}, []string{modified.Add(-time.Hour).Format(http.TimeFormat)}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			if tt.match != nil {
				h["If-None-Match"] = tt.match
			}
			if tt.date != nil {
				h["If-Modified-Since"] = tt.date
			}
			if got := unchanged(h, tag, modified, last); got != tt.want {
				t.Errorf("unchanged = %v, want %v", got, tt.want)
			}
		})
	}
	if unchanged(http.Header{"If-Modified-Since": {last}}, tag, time.Time{}, "") {
		t.Error("a document without a date counts as unchanged since one")
	}
}

func FuzzNegotiate(f *testing.F) {
	for _, s := range []string{"", "gzip", "gzip;q=0, *;q=0.5", "identity;q=0,,;q=", "\x00;q=1.0000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		got := negotiate([]string{line})
		lower := strings.ToLower(line)
		if got == refused && !strings.Contains(lower, "q=0") && !strings.Contains(lower, "q") {
			t.Errorf("negotiate(%q) refused without a weight", line)
		}
		if got == gzipped && !strings.Contains(lower, "gzip") && !strings.Contains(line, "*") && !strings.Contains(lower, "identity") {
			t.Errorf("negotiate(%q) = gzip, unasked", line)
		}
		if again := negotiate(strings.Split(line, ",")); again != got {
			t.Errorf("negotiate(%q) = %d as one line, %d as several", line, got, again)
		}
	})
}

func FuzzListed(f *testing.F) {
	for _, s := range []string{"*", `"t"`, `W/"t", "u"`, `"t`, `,,"t"`, `W/W/"t"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		if listed(line, `"t"`, true) && trim(line) != "*" && !strings.Contains(line, `"t`) {
			t.Errorf("%q lists \"t\"", line)
		}
		if !listed(`"other", `+"W/"+`"t", `+line, `"t"`, true) {
			t.Errorf("a tag before %q is not found", line)
		}
	})
}
