package poll

import "time"

// outageWindow is how far back answers are looked at to tell our own outage from
// the failures of others.
const outageWindow = 10 * time.Minute

// outageHosts is the least number of hosts that must fail together.
const outageHosts = 3

// A witness is how a host did when it was last asked.
type witness struct {
	at       time.Time
	answered bool // any answer at all, be it an error
}

// An outage judges failures without an answer: when most hosts fail so at once,
// it is our own network, and counts against nobody.
type outage struct {
	hosts map[string]witness
	// since is when the first of them failed; told, if not nil, hears of it, and with the
	// zero time of the end.
	since time.Time
	told  func(since time.Time)
}

func (o *outage) note(host string, answered bool, now time.Time) {
	if o.hosts == nil {
		o.hosts = make(map[string]witness)
	}
	o.hosts[host] = witness{now, answered}
	if answered && !o.since.IsZero() {
		o.tell(time.Time{})
	}
}

// ours reports whether what fails now is our own fault.
func (o *outage) ours(now time.Time) bool {
	silent, first := 0, now
	for h, w := range o.hosts {
		if now.Sub(w.at) > outageWindow {
			delete(o.hosts, h)
			continue
		}
		if !w.answered {
			silent++
			if w.at.Before(first) {
				first = w.at
			}
		}
	}
	ours := silent >= outageHosts && 2*silent > len(o.hosts)
	if ours && o.since.IsZero() {
		o.tell(first)
	}
	return ours
}

func (o *outage) tell(since time.Time) {
	o.since = since
	if o.told != nil {
		o.told(since)
	}
}
