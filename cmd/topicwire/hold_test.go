package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/server"
)

// tenNews is a source with ten entries.
func tenNews(t *testing.T) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description>`)
		for i := range 10 {
			fmt.Fprintf(w, `<item><guid>https://x.example/%[1]d</guid><link>https://x.example/%[1]d</link><title>Number %[1]d from Tashkent</title></item>`, i)
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// A change that moves too much is held by a running service, and commands decide.
func TestReloadCommands(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := fmt.Sprintf("%ssources: [{url: '%s/a'}]\nreload: {hold: 30%%}\n", wire, tenNews(t))
	running := text + "topics: {t: {any: [Tashkent]}}\n"
	writeConfig(t, path, running)
	reload := func(args ...string) result {
		return command(append(append([]string{"reload"}, args...), "-c", path)...)
	}
	for _, args := range [][]string{nil, {"accept"}, {"discard"}} {
		if r := reload(args...); r.code != exitFailed || !strings.Contains(r.err, "no server runs on ") || r.out != "" {
			t.Errorf("without a server: %v %+v", args, r)
		}
	}
	s := startService(t, path)
	s.until("/topics/t.atom", "Number 9 from Tashkent")
	if r := reload(); r.code != exitDone || !strings.HasPrefix(r.out, "taken: "+path+", written 2") || r.err != "" {
		t.Errorf("the same file: %+v", r)
	}
	if r := reload("accept"); r.code != exitFailed || !strings.Contains(r.err, "nothing is held") {
		t.Errorf("accepted though nothing is held: %+v", r)
	}

	// Noticed by itself.
	replace(t, path, text+"topics: {t: {any: [Samarkand]}}\n")
	s.await("configuration held; the running one stays")
	const moves = "t: 10 of 10 entries leave, 0 come (100%)"
	st := command("status", "-c", path)
	for _, part := range []string{"changed and held; the one read ", "it moves more than 30% of what readers have: 10 entries move, of 10", moves, "decide with `topicwire reload accept -c " + path + "` or `topicwire reload discard -c " + path + "`",
		"hint: `topicwire reload accept -c " + path + "` takes it, "} {
		if !strings.Contains(st.out, part) {
			t.Errorf("the status lacks %q:\n%s", part, st.out)
		}
	}
	var status server.Status
	if err := json.Unmarshal([]byte(command("status", "--json", "-c", path).out), &status); err != nil || status.Held == nil || status.Held.Topics[0].Leaving != 10 {
		t.Errorf("%+v, %v", status.Held, err)
	}
	if r := command("status", "--quick", "-c", path); r.code != exitDone || r.out != "ok\n" {
		t.Errorf("the quick status while a change is held: %+v", r)
	}
	if r := reload("discard"); r.code != exitDone || !strings.HasPrefix(r.out, "discarded: ") {
		t.Errorf("discard: %+v", r)
	}
	if r := command("status", "-c", path); strings.Contains(r.out, "held") {
		t.Errorf("held after it was discarded:\n%s", r.out)
	}

	// Read because somebody asks.
	if r := reload(); r.code != exitPartly || !strings.HasPrefix(r.out, "held: ") || !strings.Contains(r.out, moves) || !strings.Contains(r.err, "the configuration is held; the running one stays\nhint: decide with `topicwire reload accept -c "+path+"`") {
		t.Errorf("what is held: %+v", r)
	}
	var reloaded server.Reloaded
	if r := reload("--json"); r.code != exitPartly || json.Unmarshal([]byte(r.out), &reloaded) != nil || reloaded.Result != server.ReloadHeld || reloaded.Held.Moving != 10 || reloaded.Written == nil {
		t.Errorf("what is held: %+v", r)
	}
	writeConfig(t, path, text+"topics: {t: {any: [te*]}}\n")
	if r := reload(); r.code != exitUsage || !strings.Contains(r.err, "te*") || !strings.Contains(r.err, "the configuration is refused; the running one stays") {
		t.Errorf("what is refused: %+v", r)
	}
	writeConfig(t, path, text+"topics: {t: {any: [Samarkand]}}\n")
	if r := reload(); r.code != exitPartly {
		t.Errorf("what is held: %+v", r)
	}
	if r := reload("accept"); r.code != exitDone || !strings.HasPrefix(r.out, "taken: ") {
		t.Errorf("accept: %+v", r)
	}
	s.until("/topics/t.json", `"items":[]`)
	if r := reload("accpt"); r.code != exitUsage {
		t.Errorf("a word that there is not: %+v", r)
	}

	// A start takes the file as it is.
	writeConfig(t, path, running)
	if r := reload(); r.code != exitPartly {
		t.Errorf("back again: %+v", r)
	}
	s.stop()
	s = startService(t, path)
	s.until("/topics/t.atom", "Number 9 from Tashkent")
	s.stop()
}
