package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"topicwire/feed/link"
)

// A host that is blocked is refused wherever its name comes from: an address, a redirect,
// or what is no fetch.
func TestBlockedHostsAreNotConnectedTo(t *testing.T) {
	asked := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked += r.Host + r.URL.Path + " "
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	}))
	defer s.Close()
	blocked := strings.Replace(s.URL, "127.0.0.1", "localhost", 1) + "/blocked"
	c := New(Options{AllowPrivate: true, Blocked: link.Hosts{"localhost"}})
	defer c.Close()
	refused := func(what string, err error) {
		t.Helper()
		b, ok := errors.AsType[*BlockedError](err)
		if !ok || b.Host != "localhost" || !strings.Contains(err.Error(), "refused to connect to localhost: the configuration blocks the host") {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := c.Get(context.Background(), Request{URL: blocked})
	refused("an address", err)
	_, err = c.Get(context.Background(), Request{URL: s.URL + "/?to=" + blocked})
	refused("a redirect", err)
	_, err = c.HTTP().Post(blocked, "", nil)
	refused("a hub", err)
	if _, err = c.Get(context.Background(), Request{URL: s.URL + "/open"}); err != nil {
		t.Error(err)
	}
	if strings.Contains(asked, "/blocked") || !strings.Contains(asked, "/open") {
		t.Errorf("asked for %s", asked)
	}
}
