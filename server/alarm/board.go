package alarm

import (
	"cmp"
	"sync"
	"time"

	"topicwire/feed"
)

// A Board is what is wrong now, and what was lately. Its zero value has nothing.
type Board struct {
	mu     sync.Mutex
	active map[key]feed.Alarm
	ended  []feed.Episode // the last ended first
}

// A key tells one alarm from others.
type key struct {
	kind    feed.AlarmKind
	subject string
}

// maxEnded is how many alarms are remembered that are over.
const maxEnded = 100

// A Change of the board: what began, and what ended, of one kind.
type Change struct {
	Kind         feed.AlarmKind
	Began, Ended []feed.Alarm
	Active       int // of the kind, now
}

// Set replaces what is wrong, as of now, and returns what changed, a kind each, the
// gravest first. An alarm that goes on began when it was first set.
func (b *Board) Set(now time.Time, list []feed.Alarm) []Change {
	b.mu.Lock()
	defer b.mu.Unlock()
	changes := make(map[feed.AlarmKind]*Change)
	of := func(k feed.AlarmKind) *Change {
		if changes[k] == nil {
			changes[k] = &Change{Kind: k}
		}
		return changes[k]
	}
	next := make(map[key]feed.Alarm, len(list))
	for _, a := range list {
		k := key{a.Kind, a.Subject}
		if was, on := b.active[k]; on {
			a.Since = was.Since
		} else {
			of(a.Kind).Began = append(of(a.Kind).Began, a)
		}
		next[k] = a
	}
	var over []feed.Episode
	for k, a := range b.active {
		if _, on := next[k]; !on {
			of(k.kind).Ended = append(of(k.kind).Ended, a)
			over = append(over, feed.Episode{Alarm: a, Ended: now})
		}
	}
	feed.SortBy(over, func(a, b feed.Episode) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject))
	})
	b.ended = append(over, b.ended...)
	b.ended = b.ended[:min(len(b.ended), maxEnded)]
	b.active = next
	for k := range next {
		if c := changes[k.kind]; c != nil {
			c.Active++
		}
	}
	var out []Change
	for _, kind := range feed.AlarmKinds() {
		if c := changes[kind]; c != nil {
			sorted(c.Began)
			sorted(c.Ended)
			out = append(out, *c)
		}
	}
	return out
}

// Active are the alarms that last, the gravest first.
func (b *Board) Active() []feed.Alarm {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]feed.Alarm, 0, len(b.active))
	for _, a := range b.active {
		list = append(list, a)
	}
	sorted(list)
	return list
}

// Episodes are the alarms that last and those that ended lately, the last begun first, at
// most 100 of each.
func (b *Board) Episodes() []feed.Episode {
	active := b.Active()
	feed.SortBy(active, func(a, b feed.Alarm) int { return b.Since.Compare(a.Since) })
	active = active[:min(len(active), maxEnded)]
	list := make([]feed.Episode, 0, len(active)+maxEnded)
	for _, a := range active {
		list = append(list, feed.Episode{Alarm: a})
	}
	b.mu.Lock()
	list = append(list, b.ended...)
	b.mu.Unlock()
	feed.SortBy(list, func(a, b feed.Episode) int { return b.Since.Compare(a.Since) })
	return list
}
