package alarm

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
)

// Facts are what is known of the service as a whole. A zero time says that the matter is
// in order.
type Facts struct {
	Refusing    time.Time // since when the store refuses writes
	RefusedBy   error     // why
	Displaced   time.Time // since when its file is not where it should be
	DisplacedBy error
	Path        string    // of the database
	Offline     time.Time // since when no host answers
	Stuck       time.Time // since when sources are due and no visit ends
	Refused     time.Time // since when a change of the configuration is refused
	Problem     string    // the first of its problems
	Held        time.Time // since when a change of it waits
	Moves       string    // what that would move
	NoBackup    time.Time // when the last good backup was too old
	BackupError string
}

// Service are the alarms of the service as a whole.
func Service(f *Facts) (list []feed.Alarm) {
	add := func(kind feed.AlarmKind, since time.Time, hint, format string, args ...any) {
		if !since.IsZero() {
			list = append(list, feed.Alarm{Kind: kind, Since: since, Text: fmt.Sprintf(format, args...), Hint: hint})
		}
	}
	add(feed.AlarmStore, f.Refusing, "what was stored is safe, and served; polling and decisions rest until it takes writes again", "the database refuses writes: %v", f.RefusedBy)
	add(feed.AlarmDatabase, f.Displaced, "put the file back in its place; where it is lost, save what the server still has with `topicwire backup FILE` before you stop it, and `topicwire restore FILE` that, or an older backup; nothing is written meanwhile", "%s: %v", f.Path, f.DisplacedBy)
	if f.Refusing.IsZero() && f.Displaced.IsZero() {
		add(feed.AlarmPolling, f.Stuck, "start the server again; `topicwire sources` shows what is due", "sources are due, and no visit ends")
	}
	add(feed.AlarmNetwork, f.Offline, "look at the network of this machine, its DNS and its firewall; sources are asked again by themselves", "no network: no host answers")
	add(feed.AlarmConfiguration, f.Refused, "`topicwire check` lists all problems; the running configuration stays", "configuration refused; the running one stays: %s", f.Problem)
	add(feed.AlarmHeld, f.Held, "`topicwire reload accept` takes it, `topicwire reload discard` drops it", "a change of the configuration waits: %s", f.Moves)
	add(feed.AlarmBackup, f.NoBackup, "`topicwire backup FILE` makes one now and says what is wrong", "no backup for too long%s", after(": ", f.BackupError))
	return list
}

func after(sep, s string) string {
	if s == "" {
		return ""
	}
	return sep + s
}

// A source is let fail for a day, and as often as that, before a person is asked: most
// mend themselves.
const (
	failingFor   = 24 * time.Hour
	failingTimes = 3
)

// Sources are the alarms of sources, in their order.
func Sources(all []feed.Health, now time.Time) (list []feed.Alarm) {
	for i := range all {
		h := &all[i]
		address := link.Masked(string(h.Source.ID))
		name := cmp.Or(h.Source.Title, h.State.Meta.Title, address)
		add := func(kind feed.AlarmKind, since time.Time, hint, format string, args ...any) {
			list = append(list, feed.Alarm{Kind: kind, Subject: address, Since: since, Text: name + ": " + fmt.Sprintf(format, args...), Hint: hint})
		}
		s := &h.State
		since := cmp.Or(s.Succeeded, s.First)
		switch {
		case s.Gone:
			add(feed.AlarmGone, cmp.Or(since, s.Visited), "find its new address with `topicwire sources discover`, or take it out of the configuration", "410, the publisher gave it up")
		case s.Error != "" && s.Failures >= failingTimes && now.Sub(since) >= failingFor:
			add(feed.AlarmFailing, since, "look at its address in a browser; `topicwire sources discover` finds one that moved", "no visit succeeded for %s: %s", span(now.Sub(since)), s.Error)
		case s.Error == "":
			// Of what nobody looked at since, nothing is known.
			if limit := cmp.Or(h.Source.MaxSilence, s.Rhythm.Silence()); limit > 0 && !s.Newest().IsZero() && s.Succeeded.Sub(s.Newest()) > limit {
				add(feed.AlarmSilent, s.Newest().Add(limit), "look at the site: the feed may have stopped, or moved", "nothing new for %s, %s", span(s.Succeeded.Sub(s.Newest())), usual(h.Source.MaxSilence, limit))
			}
		}
		if n, limit := s.Rhythm.Surge(now); limit > 0 && n > limit {
			add(feed.AlarmSurge, midnight(now), "look whether it is news: feeds that are rebuilt bring old entries as new ones", "%d new entries today, more than the %d that are usual at most", n, limit)
		}
	}
	return list
}

// A Topic is what is known of a topic's news.
type Topic struct {
	*feed.Topic
	feed.Rhythm
}

// Topics are the alarms of topics, in their order. Drafts have none.
func Topics(all []Topic, now time.Time) (list []feed.Alarm) {
	for i := range all {
		t := &all[i]
		if t.Draft {
			continue
		}
		add := func(kind feed.AlarmKind, since time.Time, hint, format string, args ...any) {
			list = append(list, feed.Alarm{Kind: kind, Subject: string(t.ID), Since: since, Text: t.Title + ": " + fmt.Sprintf(format, args...), Hint: hint})
		}
		if limit := cmp.Or(t.MaxSilence, t.Silence()); limit > 0 && !t.Newest.IsZero() && now.Sub(t.Newest) > limit {
			add(feed.AlarmTopicSilent, t.Newest.Add(limit), "look whether its sources are read (`topicwire sources`) and its rules still fit (`topicwire preview "+string(t.ID)+"`)",
				"nothing new for %s, %s", span(now.Sub(t.Newest)), usual(t.MaxSilence, limit))
		}
		if n, limit := t.Surge(now); limit > 0 && n > limit {
			add(feed.AlarmTopicSurge, midnight(now), "look whether it is news, or a word of its rules that hits too much", "%d new entries today, more than the %d that are usual at most", n, limit)
		}
	}
	return list
}

func usual(own, limit time.Duration) string {
	if own > 0 {
		return "max_silence is " + span(own)
	}
	return "usual are at most " + span(limit)
}

func midnight(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// span is a length of time as people say it.
func span(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// sorted puts alarms in the order of their kinds, the gravest first.
func sorted(list []feed.Alarm) {
	kinds := feed.AlarmKinds()
	feed.SortBy(list, func(a, b feed.Alarm) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), a.Since.Compare(b.Since), cmp.Compare(a.Subject, b.Subject))
	})
}
