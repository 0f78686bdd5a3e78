package websub

// A lane is work that waits for its turn, by host. Hosts take turns, and no host has more
// than its share under way: who has much to do, or is slow, waits for itself.
type lane[T any] struct {
	limit, perHost int // under way at once
	running        int
	queues         map[string]*queue[T]
	ready          []*queue[T] // those with something waiting and room, the next one first
	resting        []*queue[T] // those that were not admitted
	// admits is asked before each piece of work, where it is not nil.
	admits func(host string) bool
}

// A queue is the work of one host.
type queue[T any] struct {
	host    string
	waiting []T
	running int
	listed  bool // in ready or resting
}

func newLane[T any](limit, perHost int) lane[T] {
	return lane[T]{limit: limit, perHost: perHost, queues: make(map[string]*queue[T])}
}

// push puts work at the end of its host's queue.
func (l *lane[T]) push(host string, work T) {
	q := l.queues[host]
	if q == nil {
		q = &queue[T]{host: host}
		l.queues[host] = q
	}
	q.waiting = append(q.waiting, work)
	l.list(q)
}

func (l *lane[T]) list(q *queue[T]) {
	if !q.listed && len(q.waiting) > 0 && q.running < l.perHost {
		q.listed = true
		l.ready = append(l.ready, q)
	}
}

// pop is what is to be done next, and takes its place in the lane until free is called;
// false where there is nothing or no room.
func (l *lane[T]) pop() (work T, ok bool) {
	for l.running < l.limit && len(l.ready) > 0 {
		q := l.ready[0]
		l.ready = l.ready[1:]
		if l.admits != nil && !l.admits(q.host) {
			l.resting = append(l.resting, q)
			continue
		}
		q.listed = false
		work, q.waiting[0] = q.waiting[0], work
		q.waiting = q.waiting[1:]
		q.running++
		l.running++
		l.list(q)
		return work, true
	}
	return work, false
}

// free gives a place back.
func (l *lane[T]) free(host string) {
	l.running--
	q := l.queues[host]
	q.running--
	if l.list(q); q.running == 0 && len(q.waiting) == 0 {
		delete(l.queues, host)
	}
}

// wake has those asked again that were not admitted.
func (l *lane[T]) wake() {
	l.ready = append(l.ready, l.resting...)
	l.resting = nil
}

// waiting is how much work of a host waits.
func (l *lane[T]) waiting(host string) int {
	if q := l.queues[host]; q != nil {
		return len(q.waiting)
	}
	return 0
}
