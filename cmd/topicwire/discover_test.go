package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/config"
	"topicwire/server/desk"
)

// TestDiscover runs the command against a site on loopback and holds the
// configuration to what it prints.
func TestDiscover(t *testing.T) {
	agent := ""
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			agent = r.UserAgent()
			io.WriteString(w, `<link rel=alternate type=application/rss+xml title=RSS href=/rss><link rel=alternate type=application/atom+xml title="Sport: # [all]" href="/a?b=c&amp;d">`)
		case "/rss":
			io.WriteString(w, `<rss version="2.0"><channel><title>"News": a # wire</title><link>/</link><description/></channel></rss>`)
		case "/none":
			io.WriteString(w, "<title>No feeds here</title>")
		case "/robots.txt":
			io.WriteString(w, "User-agent: *\nDisallow: /closed")
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	file := filepath.Join(t.TempDir(), "config.yaml")
	head := "fetch: {contact: 'https://desk.example/', allow_private: true}\nsources:\n"
	tail := "topics: {all: {}}\n"
	if err := os.WriteFile(file, []byte(head+"  - url: file:x.xml\n"+tail), 0o600); err != nil {
		t.Fatal(err)
	}
	discover := func(args ...string) (code int, stdout, stderr string) {
		var out, err bytes.Buffer
		code = run(append([]string{"sources", "discover", "-c", file}, args...), &out, &err)
		return code, out.String(), err.String()
	}

	code, out, errs := discover(site.URL + "/")
	want := strings.ReplaceAll(`  # application/rss+xml
  - url: URL/rss
    title: "\"News\": a # wire"
  # Sport: # [all], application/atom+xml
  - url: URL/a?b=c&d
`, "URL", site.URL)
	if code != exitDone || errs != "" || out != want {
		t.Errorf("exit %d, %s\n got %s\nwant %s", code, errs, out, want)
	}
	if !strings.HasPrefix(agent, "topicwire/") || !strings.HasSuffix(agent, " (+https://desk.example/)") {
		t.Errorf("User-Agent %q", agent)
	}
	cfg, problems := config.Parse(file, []byte(head+out+tail), "/", nil)
	if cfg == nil || len(problems) > 0 || len(cfg.Sources) != 2 || cfg.Sources[0].Title != `"News": a # wire` || string(cfg.Sources[1].ID) != site.URL+"/a?b=c&d" {
		t.Errorf("%v\n%+v", problems, cfg)
	}

	code, out, _ = discover(site.URL, "--json")
	var c desk.Candidate
	dec := json.NewDecoder(strings.NewReader(out))
	if err := dec.Decode(&c); code != exitDone || err != nil || c != (desk.Candidate{URL: site.URL + "/rss", Title: `"News": a # wire`, Type: "application/rss+xml", Confirmed: true}) || strings.Count(out, "\n") != 2 {
		t.Errorf("exit %d: %s", code, out)
	}
	if strings.Contains(out, `\u0026`) {
		t.Errorf("an address is hard to read: %s", out)
	}

	for path, want := range map[string]string{
		"/none":    "topicwire: discover: the page names no feed\nhint: look on the page for a link called RSS",
		"/missing": "topicwire: discover: the server answered 404 Not Found\n",
		"/closed":  "topicwire: discover: the site's robots.txt closes " + site.URL + "/closed\nhint: a feed whose address you know can be added",
	} {
		if code, out, errs := discover(site.URL + path); code != exitFailed || out != "" || !strings.HasPrefix(errs, want) {
			t.Errorf("%s: exit %d, %q, %s", path, code, out, errs)
		}
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{"": "", " a\r\n b ": "a b", "a\u2028b\u0085c": "a b c", "\x1b[31mred\x7f": "[31mred", "ў": "ў"} {
		if got := desk.OneLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What the commands that explain print turns no line about and clears no screen.
func TestPrintable(t *testing.T) {
	var out strings.Builder
	p := &printer{w: &out}
	p.line("  %s", "a\u202ebc \u2066d\x1b[2Je  ")
	if out.String() != "  abc d[2Je\n" || p.err != nil {
		t.Errorf("%q, %v", out.String(), p.err)
	}
}
