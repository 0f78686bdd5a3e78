package fetch

import (
	"net/http"
	"testing"
	"time"
)

func TestMaxAge(t *testing.T) {
	const date = "Wed, 04 Sep 2024 08:00:00 GMT"
	tests := []struct {
		name   string
		header [][2]string
		want   time.Duration
	}{
		{"nothing", nil, 0},
		{"max-age", [][2]string{{"Cache-Control", "max-age=43200"}}, 12 * time.Hour},
		{"in any case, among others", [][2]string{{"Cache-Control", "public , MAX-AGE = 60 , must-revalidate"}}, time.Minute},
		{"quoted", [][2]string{{"Cache-Control", `max-age="60"`}}, time.Minute},
		{"in a second field", [][2]string{{"Cache-Control", "public"}, {"Cache-Control", "max-age=60"}}, time.Minute},
		{"the first of two", [][2]string{{"Cache-Control", "max-age=60, max-age=90"}}, time.Minute},
		{"less Age", [][2]string{{"Cache-Control", "max-age=60"}, {"Age", "20"}}, 40 * time.Second},
		{"Age of several caches", [][2]string{{"Cache-Control", "max-age=60"}, {"Age", "20, 90"}}, 40 * time.Second},
		{"older than max-age", [][2]string{{"Cache-Control", "max-age=60"}, {"Age", "90"}}, 0},
		{"an Age that is none", [][2]string{{"Cache-Control", "max-age=60"}, {"Age", "-20"}}, time.Minute},
		{"s-maxage is for others", [][2]string{{"Cache-Control", "s-maxage=600, max-age=60"}}, time.Minute},
		{"s-maxage alone", [][2]string{{"Cache-Control", "s-maxage=600"}}, 0},
		{"no-cache", [][2]string{{"Cache-Control", "max-age=60, no-cache"}}, 0},
		{"no-cache of a field", [][2]string{{"Cache-Control", `no-cache="Set-Cookie, X", max-age=60`}}, time.Minute},
		{"a directive within a quoted text", [][2]string{{"Cache-Control", `x="a\", no-store, b", max-age=60`}}, time.Minute},
		{"no-store", [][2]string{{"Cache-Control", "No-Store"}, {"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}}, 0},
		{"Expires", [][2]string{{"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}}, time.Hour},
		{"Expires less Age", [][2]string{{"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}, {"Age", "60"}}, 59 * time.Minute},
		{"max-age before Expires", [][2]string{{"Cache-Control", "max-age=60"}, {"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}}, time.Minute},
		{"max-age=0 before Expires", [][2]string{{"Cache-Control", "max-age=0"}, {"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}}, 0},
		{"an unreadable max-age is stale", [][2]string{{"Cache-Control", "max-age=soon"}, {"Expires", "Wed, 04 Sep 2024 09:00:00 GMT"}, {"Date", date}}, 0},
		{"Expires in the past", [][2]string{{"Expires", "Wed, 04 Sep 2024 07:00:00 GMT"}, {"Date", date}}, 0},
		{"Expires: 0", [][2]string{{"Expires", "0"}, {"Date", date}}, 0},
		{"Expires without Date", [][2]string{{"Expires", "Wed, 04 Sep 2999 07:00:00 GMT"}}, 0},
		{"negative", [][2]string{{"Cache-Control", "max-age=-60"}}, 0},
		{"too large", [][2]string{{"Cache-Control", "max-age=99999999999999999999"}}, maxDelta * time.Second},
		{"Expires far away", [][2]string{{"Expires", "Fri, 31 Dec 9999 23:59:59 GMT"}, {"Date", date}}, maxDelta * time.Second},
	}
	for _, tt := range tests {
		h := http.Header{}
		for _, f := range tt.header {
			h.Add(f[0], f[1])
		}
		if got := maxAge(h); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func FuzzCacheControl(f *testing.F) {
	for _, s := range []string{"max-age=60", `no-cache="a, b", x="\"`, "max-age=99999999999999999999", ",,=,\"", "public, s-maxage=1"} {
		f.Add(s, "20")
	}
	f.Fuzz(func(t *testing.T, cc, age string) {
		got := maxAge(http.Header{"Cache-Control": {cc}, "Age": {age}})
		if got < 0 || got > maxDelta*time.Second {
			t.Errorf("%q, %q: %s", cc, age, got)
		}
	})
}
