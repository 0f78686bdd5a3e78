package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// chain answers /N by redirecting to /N-1 with the Nth status, and /0 by a body.
func chain(statuses ...int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n := int(r.URL.Path[1] - '0')
		if n == 0 {
			io.WriteString(w, "here")
			return
		}
		w.Header().Set("Location", "/"+string(rune('0'+n-1))+"#part")
		w.WriteHeader(statuses[len(statuses)-n])
	}
}

func TestMoved(t *testing.T) {
	for _, tt := range []struct {
		name     string
		statuses []int
		moved    bool
	}{
		{"no redirect", nil, false},
		{"301", []int{301}, true},
		{"308", []int{308}, true},
		{"301 and 308", []int{301, 308, 301}, true},
		{"302", []int{302}, false},
		{"303", []int{303}, false},
		{"307", []int{307}, false},
		{"a temporary one first", []int{302, 301}, false},
		{"a temporary one last", []int{301, 308, 307}, false},
		{"five", []int{301, 301, 301, 301, 301}, true},
	} {
		u := serve(t, chain(tt.statuses...))
		start := u + "/" + string(rune('0'+len(tt.statuses)))
		res, err := local().Get(t.Context(), Request{URL: start})
		if err != nil || string(res.Body) != "here" || res.URL != u+"/0" {
			t.Errorf("%s: %+v, %v", tt.name, res, err)
			continue
		}
		want := ""
		if tt.moved {
			want = u + "/0"
		}
		if res.Moved != want {
			t.Errorf("%s: moved to %q, want %q", tt.name, res.Moved, want)
		}
	}
	u := serve(t, chain(301, 301, 301, 301, 301, 301))
	if _, err := local().Get(t.Context(), Request{URL: u + "/6"}); err == nil || !strings.HasSuffix(err.Error(), "more than 5 redirects") {
		t.Errorf("six redirects: %v", err)
	}
}

func TestALoopThatWantsACookieSaysSo(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/baked" {
			http.SetCookie(w, &http.Cookie{Name: "seen", Value: "1"})
			http.Redirect(w, r, "/plain", http.StatusFound)
			return
		}
		http.Redirect(w, r, r.URL.String(), http.StatusFound)
	})
	for path, cookie := range map[string]bool{"/baked": true, "/plain": false} {
		_, err := local().Get(t.Context(), Request{URL: u + path})
		if err == nil || !strings.Contains(err.Error(), "more than 5 redirects") || strings.Contains(err.Error(), "cookie") != cookie {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A name in Cyrillic capitals is looked up folded, and asked for the same way.
func TestNamesAreAskedForAsTheyAreLookedUp(t *testing.T) {
	const ascii = "xn--b1amnebsh.example" // новости
	var hosts []string
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hosts = append(hosts, r.Host)
		if r.URL.Path == "/moved" {
			_, port, _ := strings.Cut(r.Host, ":")
			w.Header().Set("Location", "http://НоВости.example:"+port+"/here")
			w.WriteHeader(http.StatusMovedPermanently)
		}
	})
	port := u[strings.LastIndexByte(u, ':'):]
	s := names(map[string][]string{ascii + ".": {"127.0.0.1"}})
	c := New(Options{AllowPrivate: true, Resolver: s.resolver(t)})
	defer c.Close()
	for _, path := range []string{"/here", "/moved"} {
		if _, err := c.Get(t.Context(), Request{URL: "http://НОВОСТИ.example" + port + path}); err != nil {
			t.Error(err)
		}
	}
	if len(hosts) != 3 || slices.ContainsFunc(hosts, func(h string) bool { return h != ascii+port }) {
		t.Errorf("asked for %q", hosts)
	}
}

// A permanent redirect that gives up encryption is followed, but is no address
// to keep. The way back to https does not mend it.
func TestMovedNeverGivesUpEncryption(t *testing.T) {
	var up string
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/up" {
			http.Redirect(w, r, up+"/0", http.StatusMovedPermanently)
			return
		}
		io.WriteString(w, "here")
	})
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/down":
			http.Redirect(w, r, plain+"/", http.StatusMovedPermanently)
		case "/bounce":
			http.Redirect(w, r, plain+"/up", http.StatusMovedPermanently)
		default:
			io.WriteString(w, "here")
		}
	}))
	t.Cleanup(secure.Close)
	up = secure.URL
	c := local()
	defer c.Close()
	c.transport.TLSClientConfig = secure.Client().Transport.(*http.Transport).TLSClientConfig
	for from, want := range map[string]string{
		secure.URL + "/down": "", secure.URL + "/bounce": "", plain + "/up": secure.URL + "/0",
	} {
		if res, err := c.Get(t.Context(), Request{URL: from}); err != nil || res.Moved != want || string(res.Body) != "here" {
			t.Errorf("%s: %+v, %v; want moved to %q", from, res, err, want)
		}
	}
}

func TestContentLocation(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "/other.xml": "/other.xml", "b?c=d#e": "/a/b?c=d", "ftp://x/": "", "http://": "", "http://a b/": "", "javascript:alert(1)": "",
		"https://user:secret@desk.example/feed": "https://desk.example/feed",
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Location", header)
			io.WriteString(w, "x")
		})
		if strings.HasPrefix(want, "/") {
			want = u + want
		}
		if res, err := local().Get(t.Context(), Request{URL: u + "/a/feed"}); err != nil || res.ContentLocation != want {
			t.Errorf("%q: %+v, %v; want %q", header, res, err, want)
		}
	}
}

// Each error is provoked by a server that knows the secrets and sends them back
// wherever an error might quote it.
func TestErrorsShowNoSecret(t *testing.T) {
	const user, password, key, token = "correspondent", "p@ss/word 1", "k-3f9a77", "t/ok en"
	echo := serve(t, func(w http.ResponseWriter, r *http.Request) {
		u, p, _ := r.BasicAuth()
		sent := u + "|" + p + "|" + r.Header.Get("Authorization") + "|" + r.Header.Get("X-Key") + "|" + r.URL.Query().Get("token") + "|" + r.URL.RawQuery
		switch r.URL.Path {
		case "/encoding":
			w.Header().Set("Content-Encoding", sent)
			io.WriteString(w, "x")
		case "/scheme":
			w.Header().Set("Location", "ftp://"+u+"/"+r.Header.Get("X-Key"))
			w.WriteHeader(302)
		case "/location":
			w.Header().Set("Location", "http://"+u+":"+r.Header.Get("X-Key")+"/")
			w.WriteHeader(302)
		case "/reflected":
			w.Header().Set("Location", "/gone?key="+r.Header.Get("X-Key"))
			w.WriteHeader(302)
		case "/garbage":
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, sent+"\r\n\r\n")
			conn.Close()
		default:
			w.WriteHeader(410)
		}
	})
	address := func(path string) string {
		return strings.Replace(echo, "http://", "http://"+user+":p%40ss%2Fword%201@", 1) + path + "?token=t%2Fok+en"
	}
	requests := []Request{
		{URL: address("/encoding")}, {URL: address("/scheme")}, {URL: address("/location")}, {URL: address("/reflected")}, {URL: address("/garbage")}, {URL: address("/gone")},
		{URL: "http://" + user + ":p@ss/word 1@desk.example/"}, {URL: "http://" + user + ":" + password}, {URL: "ftp://" + user + ":secret@desk.example/"},
		{URL: "http://" + user + ":secret@127.0.0.1:1/"},
		{URL: echo, Header: map[string]string{"X-Key": "mangled\nvalue"}},
	}
	for _, r := range requests {
		if r.Header == nil {
			r.Header = map[string]string{"X-Key": key}
		}
		_, err := local().Get(t.Context(), r)
		if err == nil {
			t.Errorf("%s: no error", r.URL)
			continue
		}
		for _, s := range []string{user, password, "p%40ss", token, "t%2Fok", "secret", "word", key, "mangled", basic(user, password)[6:]} {
			if strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q shows %q", r.URL, err, s)
			}
		}
	}
	_, err := local().Get(t.Context(), Request{URL: address("/reflected"), Header: map[string]string{"X-Key": key}})
	var status *StatusError
	if !errors.As(err, &status) || status.Status != 410 || !strings.Contains(err.Error(), "/gone?key=xxxxx: the server answered 410 Gone") {
		t.Errorf("err = %v, want a status and where it came from", err)
	}
}

func TestUserAndPasswordStayWithTheirOrigin(t *testing.T) {
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Errorf("the other origin saw %v", r.Header)
		}
		io.WriteString(w, "there")
	})
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "desk" || password != "p:w" {
			t.Errorf("the origin got %v", r.Header)
		}
		if r.URL.Path == "/away" {
			http.Redirect(w, r, strings.Replace(other, "http://", "http://desk:p%3Aw@", 1), http.StatusFound)
			return
		}
		http.Redirect(w, r, "/away", http.StatusFound)
	})
	res, err := local().Get(t.Context(), Request{URL: strings.Replace(u, "http://", "http://desk:p%3Aw@", 1)})
	if err != nil || string(res.Body) != "there" || res.URL != other {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestSameOrigin(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"http://a.example/x", "http://A.example:80/y", true},
		{"https://a.example/", "https://a.example:443/", true},
		{"http://a.example/", "https://a.example/", false},
		{"http://a.example/", "http://a.example:8080/", false},
		{"http://a.example/", "http://b.a.example/", false},
		{"http://a.example:443/", "https://a.example:443/", false},
	} {
		if got := sameOrigin(parsed(t, tt.a), parsed(t, tt.b)); got != tt.want {
			t.Errorf("%s and %s: %v", tt.a, tt.b, got)
		}
	}
}
