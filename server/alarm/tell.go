package alarm

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"topicwire/feed"
)

// A Notice is what is told of a change: one alarm that begins or ends, or how many of
// a kind there are.
type Notice struct {
	State string `json:"state"` // begins, ends, or counts where there are many
	feed.Alarm
	Active int `json:"active"` // alarms of the kind, now
}

// The states of a notice.
const (
	begins = "begins"
	ends   = "ends"
	counts = "counts"
)

// aDay is how many alarms of one kind of sources and topics are told singly in a day;
// beyond them only their number is, where it doubled or halved: a bad day is tens of
// lines.
const aDay = 10

// A Teller tells the log, and the operator's command, of changes of a Board. One
// goroutine may use it at a time.
type Teller struct {
	Log *slog.Logger
	// Command is the program to run with its arguments, asked for at each notice; nil for
	// none.
	Command func() []string

	day  time.Time // that singles were told on
	told map[feed.AlarmKind]*told
	run  chan Notice
	// limit is how long Command may take.
	limit time.Duration
}

// A told kind is what was said of it.
type told struct {
	singles int // today
	active  int // when it was last told of
}

// NewTeller makes a teller; Run runs its commands.
func NewTeller(log *slog.Logger, command func() []string) *Teller {
	return &Teller{Log: log, Command: command, told: make(map[feed.AlarmKind]*told), run: make(chan Notice, 64), limit: commandTime}
}

// Tell tells of changes of the board at a moment.
func (t *Teller) Tell(now time.Time, changes []Change) {
	if day := midnight(now); !day.Equal(t.day) {
		t.day = day
		for _, k := range t.told {
			k.singles = 0
		}
	}
	for i := range changes {
		for _, n := range t.notices(&changes[i]) {
			t.log(now, &n)
			if len(t.Command()) > 0 {
				select {
				case t.run <- n:
				default:
					t.Log.Warn("alarm.command is too slow; it is not told", "kind", n.Kind, "state", n.State)
				}
			}
		}
	}
}

// notices are what there is to say of a change.
func (t *Teller) notices(c *Change) (list []Notice) {
	k := t.told[c.Kind]
	if k == nil {
		k = new(told)
		t.told[c.Kind] = k
	}
	single := func(state string, alarms []feed.Alarm) {
		for _, a := range alarms {
			list = append(list, Notice{state, a, c.Active})
		}
	}
	n := len(c.Began) + len(c.Ended)
	if c.Kind.OfService() || k.singles+n <= aDay {
		single(begins, c.Began)
		single(ends, c.Ended)
		k.singles += n
		k.active = c.Active
		return list
	}
	k.singles = aDay
	if c.Active > 0 && c.Active < 2*k.active && 2*c.Active > k.active {
		return nil
	}
	k.active = c.Active
	return []Notice{{counts, feed.Alarm{Kind: c.Kind, Since: t.day, Text: many(c)}, c.Active}}
}

// many says how many alarms of a kind there are, and names some that are new.
func many(c *Change) string {
	of := map[feed.AlarmKind]string{
		feed.AlarmGone: "sources are gone", feed.AlarmFailing: "sources fail", feed.AlarmSilent: "sources are silent", feed.AlarmSurge: "sources bring unusually much",
		feed.AlarmTopicSilent: "topics are silent", feed.AlarmTopicSurge: "topics have unusually much",
	}[c.Kind]
	text := fmt.Sprintf("%d %s", c.Active, of)
	var names []string
	for _, a := range c.Began[:min(len(c.Began), 3)] {
		names = append(names, a.Subject)
	}
	if len(names) > 0 {
		text += ", " + strings.Join(names, ", ") + " among them"
	}
	return text
}

func (t *Teller) log(now time.Time, n *Notice) {
	attrs := []any{"kind", n.Kind}
	if n.Subject != "" {
		attrs = append(attrs, "subject", n.Subject)
	}
	switch n.State {
	case begins:
		t.Log.Error("alarm: "+n.Text, append(attrs, "since", n.Since.UTC().Format(time.RFC3339), "hint", n.Hint)...)
	case ends:
		t.Log.Info("alarm is over: "+n.Text, append(attrs, "lasted", now.Sub(n.Since).Round(time.Second).String())...)
	default:
		t.Log.Error("alarms: "+n.Text, append(attrs, "active", n.Active)...)
	}
}

// commandTime is how long the operator's command may take.
const commandTime = 30 * time.Second

// Run runs the operator's command for each notice, one after the other, until ctx ends.
func (t *Teller) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-t.run:
			if err := t.execute(ctx, &n); err != nil && ctx.Err() == nil {
				t.Log.Error("alarm.command failed", "kind", n.Kind, "state", n.State, "error", err)
			}
		}
	}
}

func (t *Teller) execute(ctx context.Context, n *Notice) error {
	argv := t.Command()
	if len(argv) == 0 {
		return nil // the configuration changed meanwhile
	}
	in, err := json.Marshal(n)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, t.limit, errors.New("it took more than "+t.limit.String()))
	defer cancel()
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Stdin = bytes.NewReader(append(in, '\n'))
	c.Env = append(os.Environ(), "TOPICWIRE_ALARM="+string(n.Kind), "TOPICWIRE_STATE="+n.State)
	c.WaitDelay = time.Second // what it started may hold its output open
	var out beginning
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		err = cmp.Or(context.Cause(ctx), err)
		if said, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n"); said != "" {
			err = fmt.Errorf("%w; it says: %s", err, said)
		}
		return err
	}
	return nil
}

// A beginning is the first 200 bytes of what is written to it.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	*b = append(*b, p[:min(len(p), 200-len(*b))]...)
	return len(p), nil
}
