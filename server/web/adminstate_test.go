package web

import (
	"net/http"
	"strings"
	"testing"
)

// What is in force, what waits for a restart, and what is still under way.
func TestConfigurationState(t *testing.T) {
	state := ConfigState{File: "config.yaml", Loaded: at(5, 6, 30)}
	host := serve(t, NewAdmin(AdminOptions{ConfigState: func() ConfigState { return state }}))
	parts := []string{"the change is held</h2>\n<p>It moves &lt;much&gt;.", "<li>water: 3 leave</li>", "after a restart: <code>server.listen, stories</code>", "<code>raw</code>, <code>&lt;b&gt;</code>", "filed under changed rules: 500 entries so far",
		"Of the database 30 of 50 MB are free: stop the server and run <code>topicwire compact</code>"}
	page := ask(t, "GET", host+"/").body
	for _, p := range parts {
		if strings.Contains(page, p) || strings.Contains(page, "restart") || strings.Contains(page, "Drafts") {
			t.Errorf("an ordinary state says %q", p)
		}
	}
	if !strings.Contains(page, "in force</span>") {
		t.Error("an ordinary state is not in force")
	}
	state.Restart = []string{"server.listen", "stories"}
	state.Drafts = []string{"raw", "<b>"}
	state.Held, state.Moves = "moves <much>", []string{"water: 3 leave"}
	state.Refiling = "500 entries so far"
	state.Free = "30 of 50 MB"
	page = ask(t, "GET", host+"/").body
	checkMarkup(t, page, "form")
	for _, p := range parts {
		if !strings.Contains(page, p) {
			t.Errorf("the page does not say %q:\n%s", p, page)
		}
	}
	if strings.Contains(page, "in force</span>") {
		t.Error("a file that is held is in force")
	}
}

func TestMetricsAreForTheMachineItself(t *testing.T) {
	if a := ask(t, "GET", serve(t, NewAdmin(AdminOptions{}))+"/metrics"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without metrics: %d", a.StatusCode)
	}
	host := serve(t, NewAdmin(AdminOptions{Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("topicwire_build_info 1\n"))
	})}))
	if a := ask(t, "GET", host+"/metrics"); a.StatusCode != http.StatusOK || a.body != "topicwire_build_info 1\n" {
		t.Errorf("metrics: %d %q", a.StatusCode, a.body)
	}
	if a := askAs(t, "GET", host+"/metrics", "rebound.example", ""); a.StatusCode != http.StatusForbidden {
		t.Errorf("for another host: %d", a.StatusCode)
	}
}
