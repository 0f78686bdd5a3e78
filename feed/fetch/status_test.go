package fetch

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"topicwire/feed"
)

func TestRetryAfterIsReported(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(429)
	})
	_, err := local().Get(t.Context(), Request{URL: u})
	var s *StatusError
	if !errors.As(err, &s) || *s != (StatusError{429, "120"}) {
		t.Errorf("err = %#v", err)
	}
}

func TestAfter(t *testing.T) {
	now := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	const week = 7 * 24 * time.Hour
	for header, want := range map[string]time.Duration{
		"0": 0, "120": 2 * time.Minute, " 120 ": 2 * time.Minute, "604800": week, "604801": week,
		"99999999999999999999999999":        week,
		"Wed, 04 Sep 2024 09:30:00 GMT":     90 * time.Minute, // IMF-fixdate
		"Wednesday, 04-Sep-24 09:30:00 GMT": 90 * time.Minute, // RFC 850
		"Wed Sep  4 09:30:00 2024":          90 * time.Minute, // asctime
		"Wed, 04 Sep 2024 07:00:00 GMT":     0,
		"Fri, 04 Oct 2024 09:30:00 GMT":     week,
	} {
		if got, ok := (&StatusError{429, header}).After(now); !ok || got != want {
			t.Errorf("%q: %s, %v; want %s", header, got, ok, want)
		}
	}
	for _, header := range []string{"", "-5", "1.5", "+5", "soon", "1h", "120, 130", "2024-09-04T09:30:00Z"} {
		if got, ok := (&StatusError{503, header}).After(now); ok || got != 0 {
			t.Errorf("%q: %s, %v; want nothing", header, got, ok)
		}
	}
}

func TestNotModifiedCarriesItsHeaders(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `W/"2"`)
		w.Header().Set("Last-Modified", "Wed,04 Sep 2024 8:00:00 GMT")
		w.Header().Set("Cache-Control", "max-age=43200")
		w.WriteHeader(304)
	})
	for _, v := range []feed.Validators{{ETag: `"1"`}, {LastModified: "Tue, 03 Sep 2024 08:00:00 GMT"}} {
		res, err := local().Get(t.Context(), Request{URL: u, Validators: v})
		want := feed.Validators{ETag: `W/"2"`, LastModified: "Wed,04 Sep 2024 8:00:00 GMT"}
		if err != nil || !res.Unchanged() || res.Body != nil || res.Validators != want || res.MaxAge != 12*time.Hour {
			t.Errorf("%+v: %+v, %v", v, res, err)
		}
	}
	_, err := local().Get(t.Context(), Request{URL: u})
	var s *StatusError
	if !errors.As(err, &s) || s.Status != http.StatusNotModified || err.Error() != "the server answered 304 to an unconditional request" {
		t.Errorf("unconditional: err = %v", err)
	}
}
