package poll

import (
	"fmt"
	"testing"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

// What links to a blocked host is not stored, whoever brings it, nor read again at every
// visit; when its host is blocked no more, it comes with its next change.
func TestEntriesAtBlockedHostsAreNotStored(t *testing.T) {
	w := newWorld(t, "/a")
	rules := w.poll.o.Rules()
	rules.Blocked = link.Hosts{"spam.example"}
	w.poll.o.Rules = func() Rules { return rules }
	spam := `<item><guid isPermaLink="false">s</guid><title>Spam of security</title><link>https://www.spam.example/1</link></item>`
	w.answer = document(spam, item("1", "On security"))
	w.round(true)
	if r := w.reports[w.id("/a")]; r.New != 1 || r.Entries != 2 {
		t.Errorf("%+v", r)
	}
	stored := func() (links []string) {
		if err := w.db.View(func(r *storage.Reader) error {
			if n := len(r.Window(w.id("/a"))); n != 2 {
				t.Errorf("%d of the document's entries are known", n)
			}
			return r.Entries(1, func(e feed.StoredEntry) bool {
				links = append(links, e.Link)
				return true
			})
		}); err != nil {
			t.Fatal(err)
		}
		return links
	}
	if l := stored(); len(l) != 1 || l[0] != "https://a.example/1" {
		t.Errorf("stored %v", l)
	}
	if err := w.db.Verify(t.Context(), func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}

	rules.Blocked = nil
	w.answer = document(spam, item("1", "On security"), item("2", "x"))
	w.round(true)
	if r := w.reports[w.id("/a")]; r.New != 1 {
		t.Errorf("unblocked: %+v", r)
	}
	w.answer = document(`<item><guid isPermaLink="false">s</guid><title>Spam of security, again</title><link>https://www.spam.example/1</link></item>`, item("1", "On security"))
	w.round(true)
	if r := w.reports[w.id("/a")]; r.New != 1 {
		t.Errorf("unblocked and changed: %+v", r)
	}

	// Also what a cache that is not blocked has of it, and what a blocked cache has of others.
	rules.Blocked = link.Hosts{"spam.example", "good-example.cdn.ampproject.org"}
	at := func(id, address string) string {
		return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><title>Security %[1]s</title><link>%s</link></item>`, id, address)
	}
	w.answer = document(at("cached", "https://spam-example.cdn.ampproject.org/c/s/spam.example/2"), at("cache", "https://good-example.cdn.ampproject.org/c/s/good.example/2"))
	w.round(true)
	if r := w.reports[w.id("/a")]; r.New != 0 || r.Entries != 2 {
		t.Errorf("by way of a cache: %+v", r)
	}
}
