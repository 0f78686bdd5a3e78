package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// The addresses that the files in packaging/proxy have, and what a test puts in their place.
const (
	proxyFiles = "../../packaging/proxy/"
	behindAt   = "127.0.0.1:8080"
	behindUnix = "/run/topicwire/topicwire.sock"
)

// A proxyKind is a program that is run with a file of packaging/proxy.
type proxyKind struct {
	name, program string
	file          map[bool]string // by whether there is a prefix
	// config makes of the file one that the program runs with, listening on a port.
	config func(dir, text, host, port string) string
	// socket makes the file use the socket.
	socket func(text string) string
	args   func(dir, config string) []string
}

func proxyKinds() []proxyKind {
	return []proxyKind{{
		name: "nginx", program: "nginx",
		file: map[bool]string{false: "nginx.conf", true: "nginx-prefix.conf"},
		config: func(dir, text, _, port string) string {
			user := ""
			if os.Geteuid() == 0 {
				user = "user root;\n" // the folder is root's
			}
			temps := ""
			for _, of := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
				temps += fmt.Sprintf("%s_temp_path %s/%[1]s;\n", of, dir)
			}
			text = strings.NewReplacer("listen 80;", "listen 127.0.0.1:"+port+";", "    listen [::]:80;\n", "").Replace(text)
			return user + "daemon off;\nworker_processes 1;\npid " + dir + "/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n" + temps + text + "\n}\n"
		},
		socket: func(text string) string {
			return strings.NewReplacer("    server "+behindAt+";", "", "#server unix:", "server unix:").Replace(text)
		},
		args: func(dir, config string) []string { return []string{"-p", dir, "-c", config} },
	}, {
		name: "Caddy", program: "caddy",
		file: map[bool]string{false: "Caddyfile", true: "Caddyfile.prefix"},
		config: func(_, text, host, port string) string {
			return "{\n\tadmin off\n\tauto_https off\n}\n" + strings.Replace(text, "\n"+host+" {", "\nhttp://"+host+":"+port+" {\n\tbind 127.0.0.1", 1)
		},
		socket: func(text string) string {
			return strings.NewReplacer("reverse_proxy "+behindAt+" {\n", "\n", "#reverse_proxy unix/", "reverse_proxy unix/").Replace(text)
		},
		args: func(_, config string) []string { return []string{"run", "--config", config, "--adapter", "caddyfile"} },
	}}
}

// startProxy runs a proxy before what listens at listen, an address or unix: and a path.
// It returns where it listens.
func startProxy(t *testing.T, k proxyKind, listen string, prefix bool) string {
	t.Helper()
	program, err := exec.LookPath(k.program)
	if err != nil {
		if program = "/usr/sbin/" + k.program; !exists(program) {
			t.Skip(k.program + " is not installed")
		}
	}
	text, err := os.ReadFile(proxyFiles + k.file[prefix])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	free.Close()
	from, to := behindAt, listen
	made := string(text)
	if path, ok := strings.CutPrefix(listen, "unix:"); ok {
		made, from, to = k.socket(made), behindUnix, path
	}
	if !strings.Contains(made, from) {
		t.Fatalf("%s does not have %s", k.file[prefix], from)
	}
	config := filepath.Join(dir, "proxy.conf")
	writeConfig(t, config, k.config(dir, strings.ReplaceAll(made, from, to), proxyHost(prefix), port))
	c := exec.Command(program, k.args(dir, config)...)
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { c.Wait(); close(ended) }()
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		<-ended
		if t.Failed() {
			t.Logf("%s says:\n%s", k.name, said.String())
		}
	})
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(patience); ; {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()
			return address
		}
		select {
		case <-tick.C:
		case <-ended:
			t.Fatalf("%s ended:\n%s", k.name, said.String())
		case <-timeout:
			t.Fatalf("%s does not listen", k.name)
		}
	}
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func proxyHost(prefix bool) string {
	if prefix {
		return "www.example.org"
	}
	return "wire.example.org"
}

// readerAddress is where readers of a test come from: not from where proxies do.
const readerAddress = "127.0.0.2"

// A visitor asks through a proxy, as readers do, by the public address.
type visitor struct {
	t    *testing.T
	base string
	http http.Client
}

func newVisitor(t *testing.T, base, proxy string) *visitor {
	v := &visitor{t: t, base: base}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(readerAddress)}}
	tr := &http.Transport{DisableCompression: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return from.DialContext(ctx, "tcp", proxy)
	}}
	t.Cleanup(tr.CloseIdleConnections)
	v.http = http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return v
}

// ask asks for an address, or for a path below the public address.
func (v *visitor) ask(method, address string, body io.Reader, header ...string) (*http.Response, string) {
	v.t.Helper()
	if strings.HasPrefix(address, "/") || address == "" {
		address = v.base + address
	}
	req, err := http.NewRequest(method, address, body)
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res, string(b)
}

func (v *visitor) get(path string, header ...string) (*http.Response, string) {
	v.t.Helper()
	return v.ask("GET", path, nil, header...)
}

// TestBehindProxies runs the server behind the real nginx and Caddy with the files of
// packaging/proxy, on a host of its own and under a prefix, by TCP and by a socket.
func TestBehindProxies(t *testing.T) {
	for _, prefix := range []bool{false, true} {
		for _, socket := range []bool{false, true} {
			t.Run(fmt.Sprintf("prefix=%v,socket=%v", prefix, socket), func(t *testing.T) { behindProxies(t, prefix, socket) })
		}
	}
}

// Who is trusted is as the configuration has it now.
func TestTrustedProxiesFollowAReload(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	write := func(keys string) {
		writeConfig(t, path, strings.Replace(wire, "server: {", "server: {"+keys, 1)+"sources: [{url: 'https://x.example/'}]\ntopics: {t: {}}\n")
	}
	write("")
	s := startService(t, path, "-v")
	for _, c := range []struct{ keys, want string }{
		{"", "remote=203.0.113.7 scheme=https"}, {"trusted_proxies: [], ", "remote=127.0.0.1:"}, {"trusted_proxies: [127.0.0.0/8], ", "remote=203.0.113.7 scheme=https"},
	} {
		if c.keys != "" {
			write(c.keys)
			s.signal(syscall.SIGHUP)
			s.await("configuration reloaded")
		}
		req, err := http.NewRequest("GET", s.url+"/about", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", "203.0.113.7")
		req.Header.Set("X-Forwarded-Proto", "https")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if line := s.await("path=/about"); !strings.Contains(line, c.want) {
			t.Errorf("with %q: %s", c.keys, line)
		}
	}
}

// manySources is more than a page of sources has.
const manySources = 205

func behindProxies(t *testing.T, prefix, socket bool) {
	var round atomic.Int64
	src := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := 1
		if r.URL.Path == "/s0" {
			n = 300
		}
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Source</title><link>https://x.example/</link><description>d</description>`)
		for i := range n {
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%s-%d</guid><title>Word%[1]s%[2]d of round %d</title><link>https://x.example%[1]s/%[2]d</link></item>`, strings.TrimPrefix(r.URL.Path, "/"), i, round.Load())
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	defer src.Close()

	dir := t.TempDir()
	base, listen := "http://"+proxyHost(prefix), "127.0.0.1:0"
	if prefix {
		base += "/wire"
	}
	if socket {
		listen = "unix:" + dir + "/public.sock"
	}
	var sources strings.Builder
	for i := range manySources {
		fmt.Fprintf(&sources, "  - {url: '%s/s%d'}\n", src.URL, i)
	}
	path := filepath.Join(dir, "config.yaml")
	writeConfig(t, path, fmt.Sprintf(`
server: {listen: %q, admin: "127.0.0.1:0", url: %q}
fetch: {contact: "https://x.example/", allow_private: true, host_gap: 0s, max_new: 1000}
storage: {path: s.db}
websub: {subscribe: false}
sources:
%stopics: {t: {any: [round], limit: 20, was: [old]}, small: {any: [Words1*]}}
`, listen, base, sources.String()))
	if out, err := process("fetch", "--all", "-c", path).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s := startService(t, path, "-v")
	go func() { // what it logs of requests is more than anybody reads
		for range s.logs {
		}
	}()
	if !socket {
		listen = strings.TrimPrefix(s.url, "http://")
	}
	for _, k := range proxyKinds() {
		t.Run(k.name, func(t *testing.T) {
			v := newVisitor(t, base, startProxy(t, k, listen, prefix))
			v.redirects(prefix)
			v.posts()
			v.logged(s, k.name)
			if prefix != socket {
				return // what follows takes longer, and is of either in each
			}
			v.crawl()
			v.forms()
			v.news(func() {
				round.Add(1)
				if out, err := process("fetch", "--all", "-c", path).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		})
	}
}

var (
	linked = regexp.MustCompile(`(?:href|src|action|poster)="([^"]*)"`)
	named  = regexp.MustCompile(`(?:scheme|domain)="[^"]*"`) // of a category: a name, no link
	public = regexp.MustCompile(`https?://(?:wire|www)\.example\.org[^\s"'<>\\)]*`)
)

// crawl follows every link of pages and feeds: all are below the public address, and lead
// to something.
func (v *visitor) crawl() {
	t := v.t
	t.Helper()
	u, err := url.Parse(v.base)
	if err != nil {
		t.Fatal(err)
	}
	stories := 0
	seen, from := map[string]bool{}, map[string]string{}
	for left := []string{"/"}; len(left) > 0; {
		path := left[0]
		left = left[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		if strings.HasPrefix(path, "/stories/") {
			if stories++; stories > 20 {
				continue // they are alike
			}
		}
		res, body := v.get(path)
		if res.StatusCode != 200 {
			t.Errorf("%s, to which %s links: %s", path, from[path], res.Status)
			continue
		}
		var links []string
		for _, m := range linked.FindAllStringSubmatch(body, -1) {
			links = append(links, html.UnescapeString(m[1]))
		}
		links = append(links, public.FindAllString(html.UnescapeString(named.ReplaceAllString(body, "")), -1)...)
		for _, line := range res.Header.Values("Link") {
			links = append(links, public.FindAllString(line, -1)...)
		}
		for _, link := range links {
			to, err := res.Request.URL.Parse(link)
			if err != nil || to.Host != u.Host || to.Scheme != "http" {
				continue
			}
			inside, ok := strings.CutPrefix(to.EscapedPath(), u.Path)
			if !ok || inside != "" && inside[0] != '/' {
				t.Errorf("%s links to %s, which is not below %s", path, link, v.base)
				continue
			}
			if inside != "/hub" {
				left = append(left, inside)
				from[inside] = path
			}
		}
	}
	month := "/topics/t/" + time.Now().UTC().Format("2006-01")
	for _, want := range []string{"/", "/topics/t", "/topics/t.atom", "/topics/t.rss", "/topics/t.json", "/topics/t/archive/1.atom", "/sources", "/sources/2", "/about", "/topics.opml", "/all.atom", month} {
		if !seen[want] {
			t.Errorf("no link leads to %s", want)
		}
	}
	pages, static := 0, 0
	for path := range seen {
		if strings.HasPrefix(path, month+"/") || strings.HasPrefix(path, month+"-") {
			pages++
		}
		if strings.HasPrefix(path, "/static/") {
			static++
		}
	}
	if pages == 0 || static < 3 {
		t.Errorf("of a month %d pages more, and %d files: %v", pages, static, seen)
	}
	if res, body := v.get("/healthz"); res.StatusCode != 200 || body != "ok\n" {
		t.Errorf("/healthz: %s %s", res.Status, body)
	}
}

// forms asks for a feed in each coding: what the server sends is what arrives, and each
// has a tag of its own, by which nothing is sent again.
func (v *visitor) forms() {
	t := v.t
	t.Helper()
	plain := ""
	tags := map[string]string{}
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		var header []string
		if coding != "" {
			header = []string{"Accept-Encoding", coding}
		}
		res, body := v.get("/topics/t.atom", header...)
		if got := res.Header.Get("Content-Encoding"); got != coding {
			t.Errorf("asked for %q, it has the coding %q", coding, got)
			continue
		}
		if coding == "br" { // what reads it belongs to others
			if len(body) < 100 || len(body) > len(plain)/2 {
				t.Errorf("in br it has %d bytes, else %d", len(body), len(plain))
			}
			body = plain
		} else if body = decode(t, coding, body); plain == "" {
			plain = body
		}
		if body != plain || !strings.Contains(body, "<entry") {
			t.Errorf("in %q it has %d bytes, else %d", coding, len(body), len(plain))
		}
		tag := res.Header.Get("ETag")
		if tag == "" || strings.HasPrefix(tag, "W/") || !strings.Contains(res.Header.Get("Vary"), "Accept-Encoding") || res.Header.Get("Last-Modified") == "" {
			t.Errorf("in %q: %v", coding, res.Header)
		}
		for other, has := range tags {
			if has == tag {
				t.Errorf("%q and %q have one tag", other, coding)
			}
		}
		tags[coding] = tag
		if res, body := v.get("/topics/t.atom", append(header, "If-None-Match", tag)...); res.StatusCode != 304 || body != "" || res.Header.Get("ETag") != tag {
			t.Errorf("in %q, what the reader has is sent again: %s, %d bytes, %s", coding, res.Status, len(body), res.Header.Get("ETag"))
		}
		if res, _ := v.get("/topics/t.atom", append(header, "If-Modified-Since", res.Header.Get("Last-Modified"))...); res.StatusCode != 304 {
			t.Errorf("in %q, by date: %s", coding, res.Status)
		}
	}
	// As browsers ask, it is a page for people; the header that tells must arrive.
	if res, _ := v.get("/topics/t.atom", "Sec-Fetch-Dest", "document"); !strings.Contains(res.Header.Get("Vary"), "Sec-Fetch-Dest") {
		t.Errorf("to a browser: %v", res.Header)
	}
}

func decode(t *testing.T, coding, body string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// redirects stay below the public address.
func (v *visitor) redirects(prefix bool) {
	t := v.t
	t.Helper()
	for from, to := range map[string]string{
		"/topics/t/": "/topics/t", "/topics/old": "/topics/t", "/topics/old.atom": "/topics/t.atom", "/topics/old/archive/1.atom": "/topics/t/archive/1.atom",
		"/topics/t/feed": "/topics/t.rss", "/about/": "/about",
	} {
		res, _ := v.get(from)
		at, err := res.Location()
		if err != nil || res.StatusCode/100 != 3 {
			t.Errorf("%s: %s, %v", from, res.Status, err)
		} else if at.String() != v.base+to && !strings.HasPrefix(at.String(), v.base+"/topics/t.") {
			t.Errorf("%s leads to %s, want %s", from, at, v.base+to)
		}
	}
	if prefix {
		res, _ := v.get("")
		if at, err := res.Location(); err != nil || at.Path != "/wire/" {
			t.Errorf("without the slash: %s, %v", res.Status, at)
		}
	}
}

// posts reach the hub, and what calls back.
func (v *visitor) posts() {
	t := v.t
	t.Helper()
	callback := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(callback.Close)
	form := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {v.base + "/topics/t.atom"}, "hub.callback": {callback.URL + "/cb"}}
	res, body := v.ask("POST", "/hub", strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
	if res.StatusCode != http.StatusAccepted {
		t.Errorf("the hub answers %s: %s", res.Status, body)
	}
	// What a hub pushes may be long; that this lease is unknown is the server's word.
	// A proxy that is still sending then may say 502.
	res, body = v.ask("POST", "/websub/nobody", strings.NewReader(strings.Repeat("x", 9<<20)), "Content-Type", "application/atom+xml")
	if res.StatusCode == http.StatusRequestEntityTooLarge {
		t.Errorf("a long document is answered with %s: %s", res.Status, body)
	}
	if res, _ := v.ask("POST", "/topics/t", nil); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a POST to a page: %s", res.Status)
	}
}

// logged checks that the log names the reader, whatever that one claims.
func (v *visitor) logged(s *running, proxy string) {
	t := v.t
	t.Helper()
	agent := "logged-" + proxy
	v.get("/about", "User-Agent", agent, "X-Forwarded-For", "198.51.100.9", "X-Forwarded-Proto", "https", "Forwarded", "for=198.51.100.9;proto=https")
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(patience); ; {
		if _, rest, found := strings.Cut(s.log(), "agent="+agent+" "); found {
			if line, _, whole := strings.Cut(rest, "\n"); whole {
				if line != "remote="+readerAddress+" scheme=http" {
					t.Errorf("the log has %s", line)
				}
				return
			}
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatal("the request is not in the log")
		}
	}
}

// news asks for what is new alone, after change (RFC 3229).
func (v *visitor) news(change func()) {
	t := v.t
	t.Helper()
	res, _ := v.get("/topics/small.json")
	tag := res.Header.Get("ETag")
	change()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for timeout := time.After(patience); ; {
		res, body := v.get("/topics/small.json", "A-IM", "feed", "If-None-Match", tag)
		if res.StatusCode == http.StatusIMUsed {
			if res.Header.Get("IM") != "feed" || !json.Valid([]byte(body)) {
				t.Errorf("what is new: %v", res.Header)
			}
			return
		}
		if res.StatusCode != 304 {
			t.Fatalf("what is new: %s", res.Status)
		}
		select {
		case <-tick.C:
		case <-timeout:
			t.Fatal("nothing is new")
		}
	}
}
