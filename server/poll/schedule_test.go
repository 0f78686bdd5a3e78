package poll

import (
	"net/http"
	"testing"
	"time"

	"topicwire/feed"
)

const day = 24 * time.Hour

var noon = time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC) // a Wednesday

func TestNext(t *testing.T) {
	plan := Plan{Default: time.Hour}
	with := func(change func(*Plan)) Plan { p := plan; change(&p); return p }
	const again = "the same document again, without ETag or Last-Modified"
	fail := func(n, status int) Result { return Result{Failed: true, Failures: n, Status: status} }
	asked := func(status int, after time.Duration) Result {
		return Result{Failed: true, Failures: 1, Status: status, RetryAfter: after, Asked: true}
	}
	tests := []struct {
		name   string
		plan   Plan
		result Result
		want   time.Duration
		why    string
	}{
		{"the default", plan, Result{}, time.Hour, "the default interval of 1h"},
		{"the operator's own", with(func(p *Plan) { p.Own = 20 * time.Minute }), Result{}, 20 * time.Minute, "its interval of 20m"},
		{"a slow source", with(func(p *Plan) { p.Gap = 10 * time.Hour }), Result{}, 5 * time.Hour, "half the time between its entries"},
		{"a slow source is not visited more often than its own rhythm asks", with(func(p *Plan) { p.Own, p.Gap = time.Hour, 10*time.Hour }), Result{}, 5 * time.Hour, "half the time between its entries"},
		{"a very slow source", with(func(p *Plan) { p.Gap = 90 * day }), Result{}, day, "half the time between its entries"},
		{"a busy source", with(func(p *Plan) { p.Gap = time.Minute }), Result{}, time.Hour, "the default interval of 1h"},
		{"max-age raises", with(func(p *Plan) { p.MaxAge = 12 * time.Hour }), Result{}, 12 * time.Hour, "Cache-Control or Expires"},
		{"max-age raises the operator's own", with(func(p *Plan) { p.Own, p.MaxAge = 20*time.Minute, 12*time.Hour }), Result{}, 12 * time.Hour, "Cache-Control or Expires"},
		{"max-age never lowers", with(func(p *Plan) { p.MaxAge = time.Second }), Result{}, time.Hour, "the default interval of 1h"},
		{"max-age beyond reason", with(func(p *Plan) { p.MaxAge = 365 * day }), Result{}, 7 * day, "Cache-Control or Expires"},
		{"ttl raises", with(func(p *Plan) { p.Hints.TTL = 180 }), Result{}, 3 * time.Hour, "ttl"},
		{"sy raises", with(func(p *Plan) { p.Hints.UpdatePeriod = 6 * time.Hour }), Result{}, 6 * time.Hour, "sy:updatePeriod"},
		{"the same document again", with(func(p *Plan) { p.Same = 1 }), Result{}, 2 * time.Hour, again},
		{"for the third time", with(func(p *Plan) { p.Same = 3 }), Result{}, 8 * time.Hour, again},
		{"for ever", with(func(p *Plan) { p.Same = 1 << 40 }), Result{}, day, again},
		{"the same document, and the operator's own", with(func(p *Plan) { p.Own, p.Same = 20*time.Minute, 2 }), Result{}, 80 * time.Minute, again},
		{"the same document, and an interval of days", with(func(p *Plan) { p.Own, p.Same = 3*day, 2 }), Result{}, 3 * day, "its interval of 72h"},
		{"the same document of a slow source", with(func(p *Plan) { p.Gap, p.Same = 10*time.Hour, 1 }), Result{}, 5 * time.Hour, "half the time between its entries"},
		{"the same document, and its hub pushes", with(func(p *Plan) { p.Pushed, p.Same = true, 9 }), Result{}, day, "pushed by its hub"},
		{"the same document, and a failure", with(func(p *Plan) { p.Same = 1 }), fail(1, 500), 2 * time.Hour, again},
		{"pushed", with(func(p *Plan) { p.Pushed = true }), Result{}, day, "pushed by its hub"},
		{"pushed, whatever the operator's own", with(func(p *Plan) { p.Pushed, p.Own = true, 15*time.Minute }), Result{}, day, "pushed by its hub"},
		{"pushed, and asked for more", with(func(p *Plan) { p.Pushed, p.MaxAge = true, 3*day }), Result{}, 3 * day, "Cache-Control or Expires"},
		{"pushed, and failing", with(func(p *Plan) { p.Pushed = true }), fail(2, 500), day, "pushed by its hub"},
		{"pushed, and skipped hours", with(func(p *Plan) { p.Pushed, p.Hints.SkipHours = true, []int{23} }), Result{}, day, "pushed by its hub"},
		{"a file", with(func(p *Plan) { p.File, p.Same = true, 9 }), Result{}, time.Minute, "a file"},
		{"a first failure", plan, fail(1, 500), time.Hour, "failure 1 in a row"},
		{"a second", plan, fail(2, 500), 2 * time.Hour, "failure 2 in a row"},
		{"a third", plan, fail(3, 0), 4 * time.Hour, "failure 3 in a row"},
		{"a fourth", plan, fail(4, 0), 8 * time.Hour, "failure 4 in a row"},
		{"a fifth", plan, fail(5, 404), 16 * time.Hour, "failure 5 in a row"},
		{"a hundredth", plan, fail(100, 0), day, "failure 100 in a row"},
		{"a failure never makes a visit earlier", with(func(p *Plan) { p.MaxAge = 3 * day }), fail(1, 500), 3 * day, "Cache-Control or Expires"},
		{"429", plan, fail(1, 429), 4 * time.Hour, "failure 1 in a row"},
		{"429 again", plan, fail(2, 429), 8 * time.Hour, "failure 2 in a row"},
		{"503 for ever", plan, fail(9, 503), day, "failure 9 in a row"},
		{"429 with a time", plan, asked(429, 2*time.Hour), 2 * time.Hour, "Retry-After"},
		{"a time shorter than the interval", plan, asked(503, time.Second), time.Hour, "the default interval of 1h"},
		{"a time beyond reason", plan, asked(503, 365*day), 7 * day, "Retry-After"},
		{"404 with a time that means nothing", plan, asked(404, 9*time.Hour), time.Hour, "failure 1 in a row"},
		{"410", plan, fail(1, http.StatusGone), 7 * day, "410 Gone"},
		{"no network of our own", plan, Result{Failed: true, Ours: true, Failures: 5}, 15 * time.Minute, "no network"},
		{"no network, and hints", with(func(p *Plan) { p.MaxAge = day }), Result{Failed: true, Ours: true}, 15 * time.Minute, "no network"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Next(noon, tt.plan, tt.result, 0)
			if got := d.Next.Sub(noon); got != tt.want || d.Why != tt.why {
				t.Errorf("%s by %q, want %s by %q", got, d.Why, tt.want, tt.why)
			}
			if hold := tt.result.Asked && tt.result.Status != 404; hold == d.Hold.IsZero() {
				t.Errorf("hold %s", d.Hold)
			}
			if got := Next(noon, tt.plan, tt.result, .999).Next.Sub(noon); got <= tt.want || got > tt.want+tt.want/10 {
				t.Errorf("with jitter %s: want later, by at most a tenth", got)
			}
		})
	}
}

func TestSkippedHoursAndDays(t *testing.T) {
	every := make([]int, 24)
	for i := range every {
		every[i] = i
	}
	for _, tt := range []struct {
		name  string
		hints feed.Hints
		want  time.Time
	}{
		{"the hour is fine", feed.Hints{SkipHours: []int{12, 14}}, noon.Add(time.Hour)},
		{"the hour is not", feed.Hints{SkipHours: []int{13, 14}}, noon.Add(3 * time.Hour)},
		{"over midnight", feed.Hints{SkipHours: []int{13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1}}, noon.Add(14 * time.Hour)},
		{"the day", feed.Hints{SkipDays: []time.Weekday{time.Wednesday}}, noon.Add(12 * time.Hour)},
		{"day and hour", feed.Hints{SkipDays: []time.Weekday{time.Wednesday, time.Thursday}, SkipHours: []int{0}}, noon.Add(37 * time.Hour)},
		{"no hour is left", feed.Hints{SkipHours: every}, noon.Add(time.Hour)},
	} {
		p := Plan{Default: time.Hour, Hints: tt.hints}
		if got := Next(noon, p, Result{}, 0); !got.Next.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got.Next, tt.want)
		}
	}
}

func TestMoved(t *testing.T) {
	const to = "https://new.example/feed"
	at := func(d time.Duration) time.Time { return noon.Add(d) }
	seen := func(visits int) *feed.SourceState {
		return &feed.SourceState{ID: "https://old.example/feed", Moved: feed.Move{To: to, Since: noon, Visits: visits}}
	}
	for _, tt := range []struct {
		name    string
		state   *feed.SourceState
		to      string
		shared  bool
		now     time.Time
		move    feed.Move
		address string
	}{
		{"no redirect", seen(2), "", true, at(day), feed.Move{}, ""},
		{"the first", &feed.SourceState{}, to, true, noon, feed.Move{To: to, Since: noon, Visits: 1}, ""},
		{"the third, too soon", seen(2), to, true, at(6 * day), feed.Move{To: to, Since: noon, Visits: 3}, ""},
		{"two in a month", seen(1), to, true, at(30 * day), feed.Move{To: to, Since: noon, Visits: 2}, ""},
		{"three over a week", seen(2), to, true, at(7 * day), feed.Move{}, to},
		{"to something else that has no entry of the source", seen(2), to, false, at(7 * day), feed.Move{To: to, Since: noon, Visits: 3}, ""},
		{"to another place than before", seen(2), to + "2", true, at(7 * day), feed.Move{To: to + "2", Since: at(7 * day), Visits: 1}, ""},
		{"moved before, and stays", &feed.SourceState{Address: to}, "", true, noon, feed.Move{}, to},
	} {
		m, address := moved(tt.state, tt.to, tt.shared, tt.now)
		if m != tt.move || address != tt.address {
			t.Errorf("%s: %+v %q, want %+v %q", tt.name, m, address, tt.move, tt.address)
		}
	}
}

func TestAddressAndValidators(t *testing.T) {
	s := &feed.SourceState{ID: "https://old.example/", Address: "https://new.example/", Validators: feed.Validators{ETag: `"1"`}, Fresh: noon}
	if address(s) != "https://new.example/" {
		t.Error("the new address is not used")
	}
	if validators(s, noon.Add(8*day)) != s.Validators {
		t.Error("validators of eight days are void")
	}
	if validators(s, noon.Add(8*day+1)) != (feed.Validators{}) {
		t.Error("validators of more than eight days of nothing but 304 are sent")
	}
	s.Failures = 3
	if address(s) != "https://old.example/" {
		t.Error("a new address that fails three times is not given up")
	}
}

func TestOutage(t *testing.T) {
	var o outage
	for _, h := range []string{"a", "b", "c", "d", "e"} {
		o.note(h, true, noon)
	}
	o.note("a", false, noon)
	o.note("b", false, noon)
	if o.ours(noon) {
		t.Error("two of five hosts are their own fault")
	}
	o.note("c", false, noon.Add(time.Minute))
	if !o.ours(noon.Add(time.Minute)) {
		t.Error("three of five hosts at once are ours")
	}
	o.note("c", true, noon.Add(2*time.Minute))
	if o.ours(noon.Add(2 * time.Minute)) {
		t.Error("a host that answers speaks against an outage")
	}
	for _, h := range []string{"x", "y"} {
		o.note(h, false, noon.Add(20*time.Minute))
	}
	if o.ours(noon.Add(20 * time.Minute)) {
		t.Error("two hosts, and nothing else within the window: too few to tell")
	}
}

func TestGap(t *testing.T) {
	s := feed.SourceState{Dates: []time.Time{noon, noon.Add(-time.Hour), noon.Add(-3 * time.Hour), noon.Add(-100 * time.Hour)}}
	if got := s.Gap(); got != 2*time.Hour {
		t.Errorf("gap %s, want the median, 2h", got)
	}
	s.Dates = s.Dates[:2]
	if got := s.Gap(); got != 0 {
		t.Errorf("gap %s of two dates, want none", got)
	}
	entries := []feed.Entry{{Published: noon.Add(time.Hour)}, {Published: noon.Add(-30 * time.Minute)}, {}, {Published: noon}}
	got := dates(s.Dates, entries, noon.Add(time.Minute))
	if len(got) != 3 || !got[0].Equal(noon) || !got[1].Equal(noon.Add(-30*time.Minute)) {
		t.Errorf("dates %v: newest first, each once, none that was not given or lies ahead", got)
	}
}
