package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"topicwire"
	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/opml"
)

// initIn runs init as a process of its own in a folder, with what is typed.
func initIn(t *testing.T, dir, typed string, args ...string) (code int, out string) {
	t.Helper()
	c := process(append([]string{"init"}, args...)...)
	c.Dir, c.Stdin = dir, strings.NewReader(typed)
	c.Env = append(c.Env, "HOME="+t.TempDir(), "XDG_CONFIG_HOME=", "TOPICWIRE_CONFIG=")
	b, err := c.CombinedOutput()
	if err != nil && c.ProcessState == nil {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(b)
}

// loaded is a configuration without positions, which tell where its files lie.
func loaded(t *testing.T, path string) *config.Config {
	t.Helper()
	cfg, problems := config.Load(path)
	if cfg == nil {
		t.Fatal(problems)
	}
	unplaced(reflect.ValueOf(cfg))
	return cfg
}

// unplaced takes positions out of a value.
func unplaced(v reflect.Value) {
	if v.Type() == reflect.TypeFor[feed.Pos]() {
		v.SetZero()
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct && v.Elem().Type().PkgPath() != "time" {
			unplaced(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				unplaced(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			unplaced(v.Index(i))
		}
	}
}

// The desk that the binary has is the one of the checkout: same sources, topics and
// concepts, with every comment but those of the head; and check has nothing against it.
func TestTheDeskIsInTheProgram(t *testing.T) {
	dir := t.TempDir()
	if code, out := initIn(t, dir, "", "--desk", "central-asia", "--yes", "--contact", "desk@x.example"); code != exitDone {
		t.Fatal(out)
	}
	file := filepath.Join(dir, "config.yaml")
	var out, errs bytes.Buffer
	if code := run([]string{"check", "--strict", "-c", file}, &out, &errs); code != exitDone || errs.Len() > 0 {
		t.Errorf("check: exit %d, %s", code, &errs)
	}
	got, want := loaded(t, file), loaded(t, "../../config.yaml")
	for name, pair := range map[string][2]any{
		"sources": {got.Sources, want.Sources}, "topics": {got.Topics, want.Topics}, "concepts": {got.Concepts, want.Concepts},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("the %s differ", name)
		}
	}
	if got.Fetch.Contact != "desk@x.example" || got.Server.URL != want.Server.URL || got.Storage.Path != filepath.Join(dir, "topicwire.db") {
		t.Errorf("%+v %+v %+v", got.Server, got.Storage, got.Fetch)
	}
	remarks := func(path string) (n int) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if strings.Contains(line, "# ") {
				n++
			}
		}
		return n
	}
	if got, want := remarks(file), remarks("../../config.yaml"); got != want-1 { // that of the schema
		t.Errorf("%d lines with comments, want %d", got, want-1)
	}
	for _, path := range []string{file, filepath.Join(dir, "lists", "noise.yaml")} {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != newFileMode {
			t.Errorf("%s: %v, %v", path, st.Mode(), err)
		}
	}
	about := topicwire.Desks()[0].About
	if len(want.Sources) != 42 || len(want.Topics) != 5 || !strings.Contains(about, "42 feeds") || !strings.Contains(about, "five topics") {
		t.Errorf("%d sources and %d topics: %s", len(want.Sources), len(want.Topics), about)
	}
}

// Whoever presses Ctrl-C at a question leaves nothing, and is gone at once.
func TestInterruptedInitLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	c := process("init")
	c.Dir = dir
	c.Env = append(c.Env, "HOME="+t.TempDir(), "XDG_CONFIG_HOME=", "TOPICWIRE_CONFIG=")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	io.WriteString(in, "\n")
	if _, err := bufio.NewReader(out).ReadString('('); err != nil { // of the second question
		t.Fatal(err)
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, out)
	c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitFailed || errs.String() != "topicwire: interrupted\n" {
		t.Errorf("exit %d, %q", code, &errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A file that cannot be written to the end leaves nothing of the desk.
func TestAnInitThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	files := map[string][]byte{"lists/a.yaml": []byte("lists: {}\n"), "lists/b.yaml": []byte("lists: {}\n")}
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newFiles(filepath.Join(dir, "config.yaml"), []byte("new"), files); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("over another: %v", err)
	}
	left, _ := os.ReadDir(dir)
	mine, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	if len(left) != 1 || string(mine) != "mine" || err != nil {
		t.Errorf("left: %v, %q, %v", left, mine, err)
	}
	// What an attempt that was killed left is taken as written.
	dir = t.TempDir()
	if err := newFiles(filepath.Join(dir, "other.yaml"), nil, files); err != nil {
		t.Fatal(err)
	}
	if err := newFiles(filepath.Join(dir, "config.yaml"), []byte("new"), files); err != nil {
		t.Error(err)
	}
}

// What init asks of the network is a help: a site's feed takes the place of its address
// where the site answers, and what cannot be seen is taken as it was written.
func TestInitLooksForFeeds(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			io.WriteString(w, `<link rel=alternate type=application/rss+xml href=/rss><link rel=alternate type=application/rss+xml href=/comments>`)
		case "/rss":
			io.WriteString(w, `<rss version="2.0"><channel><title>"News": a wire</title><link>/</link><description/></channel></rss>`)
		case "/none":
			io.WriteString(w, "<title>No feeds here</title>")
		case "/busy":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /closed")
		default:
			http.NotFound(w, r)
		}
	}))
	down := httptest.NewServer(nil)
	down.Close()
	var said strings.Builder
	s := &seeker{client: fetch.New(fetch.Options{AllowPrivate: true}), out: &said, dir: t.TempDir()}
	defer s.client.Close()
	for _, tt := range []struct {
		answer, url, title, says, wrong string
	}{
		{site.URL, site.URL + "/rss", `"News": a wire`, "it has 1 more feed: `topicwire sources discover " + site.URL + "`", ""},
		{site.URL + "/rss", site.URL + "/rss", `"News": a wire`, "found " + site.URL + "/rss", ""},
		{site.URL + "/none", "", "", "", "that page names no feed"},
		{site.URL + "/gone", "", "", "", "404"},
		{site.URL + "/closed", site.URL + "/closed", "", "taken as it is", ""},
		{site.URL + "/busy", site.URL + "/busy", "", "taken as it is", ""},
		{down.URL + "/feed", down.URL + "/feed", "", "taken as it is, for it could not be looked at", ""},
		{"gopher://a.example/", "", "", "", "has the scheme gopher"},
	} {
		said.Reset()
		found, err := s.find(t.Context(), tt.answer)
		if tt.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%s: %v, want %s", tt.answer, err, tt.wrong)
			}
			continue
		}
		if err != nil || len(found) != 1 || found[0].URL != tt.url || found[0].Title != tt.title || !strings.Contains(said.String(), tt.says) {
			t.Errorf("%s: %+v, %v, said %q", tt.answer, found, err, said.String())
		}
	}
	site.Close()
	s.down = true // nobody waits twice
	said.Reset()
	if found, err := s.find(t.Context(), "a.example/rss"); err != nil || len(found) != 1 || found[0].URL != "https://a.example/rss" || said.Len() > 0 {
		t.Errorf("%+v, %v, %q", found, err, said.String())
	}
	twice := withFeeds(withFeeds(nil, []opml.Feed{{URL: "https://a.example/rss"}}), []opml.Feed{{URL: "http://a.example/rss/"}, {URL: "https://b.example/"}})
	if len(twice) != 2 {
		t.Errorf("%+v", twice)
	}
}

// Where a package made a folder in /etc, the configuration is that of the service: with
// the folder's group, which the service reads by, and the database in /var/lib, which is
// the service's whoever makes it.
func TestInitOfTheMachinesService(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("folders in /etc take root: not run as root")
	}
	if err := process("version").Run(); err != nil {
		t.Fatal(err)
	}
	feed, err := filepath.Abs("../../samples/agency.xml")
	if err != nil {
		t.Fatal(err)
	}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	const script = `
mount -t tmpfs -o mode=755 none /etc && mount -t tmpfs -o mode=755 none /var/lib || { echo no namespace; exit 9; }
mkdir -m 750 /etc/topicwire && chown 0:23456 /etc/topicwire
mkdir -m 750 /var/lib/topicwire && chown 23456:23456 /var/lib/topicwire
set -e
"$0" init --yes --contact a@b.example --feed "file:$1" </dev/null
stat -c '%u %g %a %n' /etc/topicwire/config.yaml
"$0" check
"$0" fetch >/dev/null
stat -c '%u %g %n' /var/lib/topicwire/*
ls /etc/topicwire
"$0" init --yes </dev/null && exit 8
# The service's user, with the home of who became it; and one who has no business there.
HOME=/root setpriv --reuid 23456 --regid 23456 --clear-groups "$0" check
mkdir -m 777 /etc/other
cd /etc/other
setpriv --reuid 34567 --regid 34567 --clear-groups "$0" check && exit 8
setpriv --reuid 34567 --regid 34567 --clear-groups "$0" init --yes </dev/null
setpriv --reuid 34567 --regid 34567 --clear-groups "$0" check
cd /etc
rm /etc/topicwire/config.yaml
"$0" init --yes --desk central-asia --contact a@b.example </dev/null
"$0" check
grep path: /etc/topicwire/config.yaml
stat -c '%g %a %n' /etc/topicwire/lists /etc/topicwire/lists/noise.yaml
`
	c := process()
	c.Path, c.Args = "/usr/bin/unshare", []string{"unshare", "--mount", "sh", "-c", script, self, feed}
	c.Dir = t.TempDir()
	c.Env = append(c.Env, "HOME=/nowhere", "XDG_CONFIG_HOME=", "TOPICWIRE_CONFIG=")
	b, err := c.CombinedOutput()
	out := string(b)
	if c.ProcessState == nil || c.ProcessState.ExitCode() == 9 || strings.HasPrefix(out, "unshare: ") {
		t.Skipf("no folders can be put over /etc here: %v: %s", err, out)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"Written: /etc/topicwire/config.yaml, with 1 feed and 1 topic.\n", "\n0 23456 640 /etc/topicwire/config.yaml\n",
		"/etc/topicwire/config.yaml: ok (1 source, 1 topic)\n", "\n23456 23456 /var/lib/topicwire/topicwire.db\nconfig.yaml\n",
		"topicwire: init: /etc/topicwire/config.yaml is there already", "/etc/topicwire/config.yaml: error: the file cannot be read: permission denied\n",
		"hint: run it as root, or as the user of the service", "note: this writes ./config.yaml; `sudo topicwire init` writes that of this machine's service\n", "\nconfig.yaml: ok (0 sources", "/etc/topicwire/config.yaml: ok (42 sources, 5 topics",
		"\n  path: \"/var/lib/topicwire/topicwire.db\"", "\n23456 750 /etc/topicwire/lists\n23456 640 /etc/topicwire/lists/noise.yaml\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if _, err := os.Stat("/etc/topicwire"); err == nil {
		t.Error("something was written to this machine")
	}
}
