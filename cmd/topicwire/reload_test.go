package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/config"
)

// replace puts a file in the place of another, as editors save.
func replace(t *testing.T, path, text string) {
	t.Helper()
	writeConfig(t, path+"~", text)
	if err := os.Rename(path+"~", path); err != nil {
		t.Fatal(err)
	}
}

func TestWatch(t *testing.T) {
	dir := t.TempDir()
	main, extra := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "topics", "a.yaml")
	if err := os.Mkdir(filepath.Dir(extra), 0o700); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	touch := func(path string, at time.Time) {
		t.Helper()
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	writeConfig(t, main, "one")
	touch(main, old)
	w := newWatch(time.Now().Add(-time.Minute))
	w.settle = time.Millisecond
	follow := func() {
		w.follow(&config.Config{Files: []string{main}, Globs: []string{filepath.Join(dir, "topics", "*.yaml")}})
	}
	follow()
	for _, c := range []struct {
		name string
		do   func()
		want bool
	}{
		{"nothing", func() {}, false},
		{"another date", func() { touch(main, old.Add(time.Second)) }, false},
		{"other bytes", func() { writeConfig(t, main, "two"); touch(main, old) }, true},
		{"seen already", func() {}, false},
		{"the same bytes again", func() { replace(t, main, "two") }, false},
		{"rename and replace", func() { replace(t, main, "new"); touch(main, old) }, true},
		{"other bytes under the same date and size", func() {
			w.looks = 0 // what was noted of the date is not what decides
			writeConfig(t, main, "now")
			touch(main, old)
			w.looks = w.look()
			w.hashed = time.Now().Add(-rehashEvery)
		}, true},
		{"a new file", func() { writeConfig(t, extra, "topics") }, true},
		{"a file that goes", func() { os.Remove(extra) }, true},
		{"the configuration is gone", func() { os.Remove(main) }, true},
		{"and comes back", func() { writeConfig(t, main, "now") }, true},
		{"nothing more", func() {}, false},
	} {
		c.do()
		if got := w.changed(t.Context()); got != c.want {
			t.Errorf("%s: changed is %v", c.name, got)
		}
	}
	// What was written while it was read may be another by now.
	w.began = time.Now().Add(-time.Minute)
	writeConfig(t, main, "while it was read")
	follow()
	if !w.changed(t.Context()) {
		t.Error("a file that was written while it was read")
	}
}

// A service follows its files without being told, and stays with what it has when
// they are wrong.
func TestReloadByItself(t *testing.T) {
	t.Parallel()
	feed, _ := feedServer(t, "News of Tashkent")
	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf("%ssources: [{url: '%s/a'}]\ninclude: [more/*.yaml]\n", wire, feed)
	if err := os.Mkdir(filepath.Join(dir, "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeConfig(t, path, text+"topics: {t: {any: [Tashkent]}}\n")
	s := startService(t, path)
	s.until("/topics/t.atom", "News of Tashkent /a")

	replace(t, path, text+"topics: {t: {any: [Tashkent]}, renamed: {any: [News]}}\n")
	s.until("/topics/renamed.atom", "News of Tashkent /a")

	writeConfig(t, filepath.Join(dir, "more", "one.yaml"), "topics: {included: {any: [Tash*]}, hidden: {draft: true, any: [News]}}\n")
	s.until("/topics/included.atom", "News of Tashkent /a")
	if _, body := s.get("/"); strings.Contains(body, "hidden") {
		t.Error("a draft is on the page of topics")
	}
	if res, _ := s.get("/topics/hidden.atom"); res.StatusCode != 404 {
		t.Errorf("the feed of a draft: %s", res.Status)
	}
	if r := command("export", "hidden", "-c", path); r.code != 0 || !strings.Contains(r.out, "News of Tashkent /a") {
		t.Errorf("export of a draft: %+v", r)
	}

	// A wrong file is refused whole, in every place where operators look.
	replace(t, filepath.Join(dir, "more", "one.yaml"), "topics: {included: {any: [te*]}, other: {}}\n")
	s.await("configuration refused")
	if res, _ := s.get("/topics/other.atom"); res.StatusCode != 404 {
		t.Errorf("a topic of a refused file: %s", res.Status)
	}
	s.until("/topics/included.atom", "News of Tashkent /a")
	if _, body := s.ask(s.admin + "/"); !strings.Contains(body, "te*") || !strings.Contains(body, "one.yaml:1:") {
		t.Error("the operator page does not show what was refused")
	}
	_, body := s.ask(s.admin + "/metrics")
	for _, part := range []string{
		`topicwire_config_reloads_total{result="refused"} 1`, `topicwire_config_reloads_total{result="taken"} 2`,
		"topicwire_config_last_reload_successful 0", `topicwire_visits_total{status="ok"} 1`, `topicwire_entries_total{kind="new"} 1`,
		`topicwire_sources{condition="ok"} 1`, "topicwire_refiling_pending 0", `topicwire_build_info{version="`, "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(body, part) {
			t.Errorf("the metrics lack %s", part)
		}
	}
	if r := command("status", "-c", path); r.code != exitPartly || !strings.Contains(r.out, "refused") || !strings.Contains(r.out, "te*") || !strings.HasPrefix(r.out, "1 thing needs you:") {
		t.Errorf("the status: %+v", r)
	}
	if r := command("status", "--quick", "-c", path); r.code != exitFailed || !strings.Contains(r.out, "configuration refused") {
		t.Errorf("the quick status: %+v", r)
	}

	// The same wrong bytes are no news; what mends them is.
	replace(t, filepath.Join(dir, "more", "one.yaml"), "topics: {included: {any: [te*]}, other: {}}\n")
	if err := os.Remove(filepath.Join(dir, "more", "one.yaml")); err != nil {
		t.Fatal(err)
	}
	s.await("configuration reloaded")
	if n := strings.Count(s.log(), "alarm: configuration refused"); n != 1 {
		t.Errorf("refused %d times", n)
	}
	if r := command("status", "--quick", "-c", path); r.code != exitDone || r.out != "ok\n" {
		t.Errorf("the quick status when all is well: %+v", r)
	}
	if res, _ := s.get("/topics/included.atom"); res.StatusCode != 410 {
		t.Errorf("a topic whose file is gone: %s", res.Status)
	}

	// Keys that need a restart say so.
	replace(t, path, strings.Replace(text, "desk\"", "desk\", title: Renamed", 1)+"topics: {t: {any: [Tashkent]}}\n")
	s.await("some keys take effect at the next start")
	s.await("configuration reloaded")
	if r := command("status", "-c", path); !strings.Contains(r.out, "after a restart only: server.title") {
		t.Errorf("the status: %+v", r)
	}
	if _, body := s.ask(s.admin + "/"); !strings.Contains(body, "server.title") {
		t.Error("the operator page does not say what needs a restart")
	}
	s.stop()
}
