package poll

import (
	"sync"
	"time"
)

// A saved visit is on disk, or err says why it is not.
type saved struct {
	report Report
	next   time.Time
	err    error
	visit  *visited // nil where it was broken off
}

// A mailbox takes results from the writer without ever making it wait: the loop
// may itself be waiting for the writer.
type mailbox struct {
	mu   sync.Mutex
	box  []saved
	some chan struct{} // holds a token while box has something
}

func (m *mailbox) put(s saved) {
	m.mu.Lock()
	m.box = append(m.box, s)
	m.mu.Unlock()
	select {
	case m.some <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []saved {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.box
	m.box = nil
	return box
}
