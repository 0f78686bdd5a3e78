package alarm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func kinds(list []feed.Alarm) (out []string) {
	for _, a := range list {
		out = append(out, strings.TrimSpace(string(a.Kind)+" "+a.Subject))
	}
	return out
}

// daily is a rhythm of four news a day, the last one at.
func daily(last time.Time) (r feed.Rhythm) {
	for i := 4 * 20; i >= 0; i-- {
		r.Note(last.Add(-time.Duration(i) * 6 * time.Hour))
	}
	return r
}

func TestSources(t *testing.T) {
	ago := func(d time.Duration) time.Time { return noon.Add(-d) }
	surging := daily(ago(time.Hour))
	for range 30 {
		surging.Note(ago(time.Hour))
	}
	for name, tt := range map[string]struct {
		max   time.Duration
		state feed.SourceState
		want  feed.AlarmKind
	}{
		"never visited":                   {0, feed.SourceState{}, ""},
		"well":                            {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Rhythm: daily(ago(2 * time.Hour))}, ""},
		"failing for an hour":             {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Failures: 3, Error: "500"}, ""},
		"failed twice in a day":           {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(25 * time.Hour), Failures: 2, Error: "500"}, ""},
		"failing for a day":               {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(25 * time.Hour), Failures: 3, Error: "500"}, feed.AlarmFailing},
		"never succeeded":                 {0, feed.SourceState{First: ago(25 * time.Hour), Failures: 6, Error: "404"}, feed.AlarmFailing},
		"not its fault":                   {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(25 * time.Hour), Error: "no route"}, ""},
		"gone":                            {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Failures: 1, Error: "410", Gone: true}, feed.AlarmGone},
		"silent by its rhythm":            {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Rhythm: daily(ago(10 * time.Hour))}, feed.AlarmSilent},
		"silent, but nobody looked":       {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(9 * time.Hour), Rhythm: daily(ago(10 * time.Hour))}, ""},
		"silent, and failing":             {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Failures: 1, Error: "500", Rhythm: daily(ago(10 * time.Hour))}, ""},
		"the operator is more patient":    {48 * time.Hour, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Hour), Rhythm: daily(ago(10 * time.Hour))}, ""},
		"the operator is less patient":    {time.Hour, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(0), Rhythm: daily(ago(2 * time.Hour))}, feed.AlarmSilent},
		"max_silence without a rhythm":    {time.Hour, feed.SourceState{First: ago(5 * time.Hour), Succeeded: ago(0), Dates: []time.Time{ago(2 * time.Hour)}}, feed.AlarmSilent},
		"unusually much":                  {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Minute), Rhythm: surging}, feed.AlarmSurge},
		"unusually much, but yesterday's": {0, feed.SourceState{First: ago(900 * time.Hour), Succeeded: ago(time.Minute), Rhythm: daily(ago(2 * time.Hour))}, ""},
	} {
		got := Sources([]feed.Health{{Source: feed.Source{ID: "https://x.example/?token=abcdefghijkl", Title: "X", MaxSilence: tt.max}, State: tt.state}}, noon)
		if tt.want == "" && len(got) != 0 || tt.want != "" && (len(got) != 1 || got[0].Kind != tt.want || got[0].Since.IsZero() || got[0].Since.After(noon) || !strings.HasPrefix(got[0].Text, "X: ")) {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
		if len(got) > 0 && strings.Contains(got[0].Subject, "abcdefghijkl") {
			t.Errorf("%s: %s has the secret", name, got[0].Subject)
		}
	}
}

func TestTopics(t *testing.T) {
	topic := func(max time.Duration, r feed.Rhythm) Topic {
		return Topic{&feed.Topic{ID: "t", Title: "T", MaxSilence: max}, r}
	}
	surging := daily(noon.Add(-time.Hour))
	for range 30 {
		surging.Note(noon)
	}
	for name, tt := range map[string]struct {
		topic Topic
		want  feed.AlarmKind
	}{
		"well":           {topic(0, daily(noon.Add(-time.Hour))), ""},
		"silent":         {topic(0, daily(noon.Add(-12*time.Hour))), feed.AlarmTopicSilent},
		"by max_silence": {topic(time.Hour, daily(noon.Add(-2*time.Hour))), feed.AlarmTopicSilent},
		"new":            {topic(time.Hour, feed.Rhythm{}), ""},
		"much":           {topic(0, surging), feed.AlarmTopicSurge},
		"a draft":        {Topic{&feed.Topic{ID: "t", Draft: true}, daily(noon.Add(-12 * time.Hour))}, ""},
	} {
		got := Topics([]Topic{tt.topic}, noon)
		if tt.want == "" && len(got) != 0 || tt.want != "" && (len(got) != 1 || got[0].Kind != tt.want || got[0].Subject != "t") {
			t.Errorf("%s: %+v, want %q", name, got, tt.want)
		}
	}
}

// Each kind of the service has a text, a hint and its place.
func TestService(t *testing.T) {
	f := Facts{
		Refusing: noon, RefusedBy: errors.New("disk full"), Path: "/s.db", Offline: noon, Refused: noon, Problem: "x.yaml:1: bad", Held: noon, Moves: "half",
		NoBackup: noon, BackupError: "no folder",
	}
	list := Service(&f)
	if got, want := kinds(list), []string{"store", "network", "configuration", "held", "backup"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, a := range list {
		if a.Hint == "" || !a.Kind.OfService() || !a.Since.Equal(noon) {
			t.Errorf("%+v", a)
		}
	}
	// Polling rests where the store does: that is one matter.
	f.Stuck = noon
	if got := kinds(Service(&f)); slices.Contains(got, "polling") {
		t.Errorf("%v", got)
	}
	if got := kinds(Service(&Facts{Stuck: noon, Displaced: time.Time{}})); !slices.Equal(got, []string{"polling"}) {
		t.Errorf("%v", got)
	}
	if got := kinds(Service(&Facts{Displaced: noon, DisplacedBy: errors.New("gone"), Path: "/s.db"})); !slices.Equal(got, []string{"database"}) {
		t.Errorf("%v", got)
	}
	if got := Service(&Facts{}); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestBoard(t *testing.T) {
	var b Board
	one := feed.Alarm{Kind: feed.AlarmFailing, Subject: "a", Since: noon, Text: "first"}
	two := feed.Alarm{Kind: feed.AlarmNetwork, Since: noon.Add(time.Hour)}
	if c := b.Set(noon, []feed.Alarm{one}); len(c) != 1 || len(c[0].Began) != 1 || c[0].Active != 1 {
		t.Errorf("%+v", c)
	}
	later := one
	later.Since, later.Text = noon.Add(time.Minute), "second"
	if c := b.Set(noon.Add(time.Hour), []feed.Alarm{later, two}); len(c) != 1 || c[0].Kind != feed.AlarmNetwork {
		t.Errorf("%+v", c)
	}
	if got := b.Active(); !slices.Equal(kinds(got), []string{"network", "source-failing a"}) || !got[1].Since.Equal(noon) || got[1].Text != "second" {
		t.Errorf("the gravest first, since it began, as it is now: %+v", got)
	}
	end := noon.Add(2 * time.Hour)
	if c := b.Set(end, []feed.Alarm{later}); len(c) != 1 || len(c[0].Ended) != 1 || c[0].Active != 0 {
		t.Errorf("%+v", c)
	}
	if e := b.Episodes(); len(e) != 2 || e[0].Kind != feed.AlarmNetwork || !e[0].Ended.Equal(end) || !e[1].Ended.IsZero() {
		t.Errorf("%+v", e)
	}
	for i := range 300 {
		b.Set(end, []feed.Alarm{{Kind: feed.AlarmStore, Subject: fmt.Sprint(i), Since: end}})
	}
	if n := len(b.Episodes()); n > 2*maxEnded {
		t.Errorf("%d episodes are remembered", n)
	}
}

// A bad day is tens of lines: a thousand sources that fail one after the other, and come
// back so.
func TestABadDayIsTensOfLines(t *testing.T) {
	var log bytes.Buffer
	var b Board
	teller := NewTeller(slog.New(slog.NewTextHandler(&log, nil)), func() []string { return []string{"true"} })
	var list []feed.Alarm
	told := 0
	tell := func(i int) {
		teller.Tell(noon, b.Set(noon.Add(time.Duration(i)*time.Second), list))
		for len(teller.run) > 0 {
			<-teller.run
			told++
		}
	}
	for i := range 1000 {
		list = append(list, feed.Alarm{Kind: feed.AlarmFailing, Subject: fmt.Sprint("source", i), Since: noon, Text: fmt.Sprint("source", i, ": 500")})
		tell(i)
	}
	if n := strings.Count(log.String(), "\n"); n < 12 || n > 30 {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
	if !strings.Contains(log.String(), "640 sources fail") {
		t.Errorf("no line for 640:\n%s", log.String())
	}
	for len(list) > 0 {
		list = list[1:]
		tell(1000)
	}
	if n := strings.Count(log.String(), "\n"); n > 50 || !strings.Contains(log.String(), "alarms: 0 sources fail") {
		t.Errorf("%d lines:\n%s", n, log.String())
	}
	if n := strings.Count(log.String(), "\n"); told != n {
		t.Errorf("the command is told %d of %d lines", told, n)
	}
	// The service's own are told whatever went before.
	list = []feed.Alarm{{Kind: feed.AlarmStore, Since: noon, Text: "full", Hint: "clear it"}}
	tell(2000)
	list = nil
	tell(2001)
	if got := log.String(); !strings.Contains(got, `level=ERROR msg="alarm: full" kind=store since=2026-11-29T12:00:00Z hint="clear it"`) || !strings.Contains(got, `level=INFO msg="alarm is over: full" kind=store lasted=0s`) {
		t.Errorf("%s", got)
	}
}

// The operator's command has the alarm on its standard input, and what goes wrong with it
// is in the log.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	told := filepath.Join(dir, "told")
	log := make(lines, 10)
	command := []string{"/bin/sh", "-c", `[ $TOPICWIRE_ALARM = store ] && { echo why >&2; exit 3; }; cat >> "$0"; echo "$TOPICWIRE_ALARM $TOPICWIRE_STATE" >> "$0"; mv "$0" "$0".$TOPICWIRE_STATE`, told}
	var b Board
	teller := NewTeller(slog.New(slog.NewTextHandler(log, nil)), func() []string { return command })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go teller.Run(ctx)
	teller.Tell(noon, b.Set(noon, []feed.Alarm{{Kind: feed.AlarmNetwork, Since: noon, Text: "no network", Hint: "look"}}))
	teller.Tell(noon, b.Set(noon.Add(time.Hour), nil))
	teller.Tell(noon, b.Set(noon.Add(time.Hour), []feed.Alarm{{Kind: feed.AlarmStore, Since: noon}}))
	failed := ""
	for timeout := time.After(30 * time.Second); !strings.Contains(failed, "alarm.command failed"); {
		select {
		case failed = <-log:
		case <-timeout:
			t.Fatal("the command for the last alarm was not run")
		}
	}
	if !strings.Contains(failed, "exit status 3") || !strings.Contains(failed, "it says: why") {
		t.Errorf("%s", failed)
	}
	got, err := os.ReadFile(told + ".begins")
	want := `{"state":"begins","kind":"network","since":"2026-11-29T12:00:00Z","text":"no network","hint":"look","active":1}` + "\nnetwork begins\n"
	if err != nil || string(got) != want {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if _, err := os.ReadFile(told + ".ends"); err != nil {
		t.Error(err)
	}
}

// A command that does not end is ended, even where what it started holds its output open.
func TestCommandThatDoesNotEnd(t *testing.T) {
	over := filepath.Join(t.TempDir(), "over")
	log := make(lines, 10)
	teller := NewTeller(slog.New(slog.NewTextHandler(log, nil)), func() []string {
		return []string{"/bin/sh", "-c", `(while [ ! -e "$0" ]; do sleep .05; done); true`, over}
	})
	if teller.limit != 30*time.Second {
		t.Errorf("a command may take %s", teller.limit)
	}
	teller.limit = 100 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- teller.Run(ctx) }()
	var b Board
	teller.Tell(noon, b.Set(noon, []feed.Alarm{{Kind: feed.AlarmNetwork, Since: noon, Text: "no network"}}))
	<-log // the alarm itself
	select {
	case line := <-log:
		if !strings.Contains(line, "alarm.command failed") || !strings.Contains(line, "it took more than 100ms") {
			t.Errorf("%s", line)
		}
	case <-time.After(30 * time.Second):
		t.Error("the command is not ended")
	}
	if err := os.WriteFile(over, nil, 0o600); err != nil { // ends what it started
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// lines are those of a log as they come.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}
