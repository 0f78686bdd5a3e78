package web

import (
	"bytes"
	"html"
	"image"
	"image/png"
	"strings"
	"testing"

	"topicwire/feed"
)

// painted is a PNG of a size.
func painted(t *testing.T, width, height int) Picture {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return Picture{feed.Icon{Ext: ".png", Width: width, Height: height}, b.Bytes()}
}

const ring = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="3"/></svg>`

// TestTopicIcon serves a topic's icon where its page and feeds say it is, and no more
// once the topic has none.
func TestTopicIcon(t *testing.T) {
	p := painted(t, 96, 96)
	ed, drawn := conference(), &feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water", Icon: feed.Icon{Ext: ".svg"}}}
	ed.Topic.Icon = p.Icon
	s := newTestSite(t, Options{URL: publicURL + "/w"}, ed, drawn)
	s.SetFiles(Files{Icons: map[feed.TopicID][]byte{security.ID: p.Body, "water": []byte(ring)}})
	s.SetTopics([]feed.Topic{ed.Topic, drawn.Topic})
	host := serve(t, s)

	a := ask(t, "GET", host+"/w/topics/regional-security/icon.png")
	if a.StatusCode != 200 || a.body != string(p.Body) || a.Header.Get("Content-Type") != "image/png" || a.Header.Get("Cache-Control") != "public, max-age=86400" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	if again := ask(t, "GET", host+"/w/topics/regional-security/icon.png", "If-None-Match", a.Header.Get("Etag")); a.Header.Get("Etag") == "" || again.StatusCode != 304 {
		t.Errorf("again: %d", again.StatusCode)
	}
	d := ask(t, "GET", host+"/topics/water/icon.svg")
	if d.StatusCode != 200 || d.body != ring || d.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%d %v", d.StatusCode, d.Header)
	}
	if policy := d.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("a drawing that is opened by itself may do as it likes: %q", policy)
	}
	for path, want := range map[string]string{
		"/w/topics/regional-security":      `<link rel="icon" type="image/png" href="/w/topics/regional-security/icon.png">`,
		"/w/topics/water":                  `<link rel="icon" type="image/svg+xml" href="/w/topics/water/icon.svg">`,
		"/w/topics/regional-security.atom": `<icon>https://wire.example/w/topics/regional-security/icon.png</icon>`,
		"/w/topics/water.atom":             `<icon>https://wire.example/w/icon.png</icon>`,
	} {
		if body := html.UnescapeString(ask(t, "GET", host+path).body); !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", path, want)
		}
	}
	s.SetFiles(Files{})
	s.SetTopics([]feed.Topic{security, drawn.Topic})
	for _, path := range []string{"/w/topics/regional-security/icon.png", "/w/topics/water/icon.svg"} {
		if a := ask(t, "GET", host+path); a.StatusCode != 404 {
			t.Errorf("%s of no file: %d", path, a.StatusCode)
		}
	}
}

// TestSiteIcon is the icon of all pages and of what browsers ask for by themselves.
func TestSiteIcon(t *testing.T) {
	png, drawing := painted(t, 64, 64), Picture{feed.Icon{Ext: ".svg"}, []byte(ring)}
	jpeg := Picture{feed.Icon{Ext: ".jpg", Width: 64, Height: 64}, []byte("\xff\xd8\xff")}
	for _, tt := range []struct {
		name           string
		icon           Picture
		path, kind     string
		builtin        bool // /icon.png is the program's
		favicon        string
		inAtom, noLogo string
	}{
		{"none", Picture{}, "", "", true, "image/png", "/icon.png", ""},
		{"a PNG", png, "/icon.png", "image/png", false, "image/png", "/icon.png", "<logo>"},
		{"a JPEG", jpeg, "/icon.jpg", "image/jpeg", true, "image/jpeg", "/icon.jpg", "<logo>"},
		{"a drawing", drawing, "/icon.svg", "image/svg+xml", true, "image/png", "/icon.png", ""},
	} {
		host := serve(t, newTestSite(t, Options{URL: publicURL, Icon: tt.icon}, conference()))
		if tt.path != "" {
			if a := ask(t, "GET", host+tt.path); a.StatusCode != 200 || a.body != string(tt.icon.Body) || a.Header.Get("Content-Type") != tt.kind || a.Header.Get("Cache-Control") != cachePicture {
				t.Errorf("%s: %d %v", tt.name, a.StatusCode, a.Header)
			}
			for _, path := range []string{"/", "/about", "/sources", "/nothing", "/topics/regional-security"} {
				if want := `<link rel="icon" type="` + tt.kind + `" href="` + tt.path + `">`; !strings.Contains(html.UnescapeString(ask(t, "GET", host+path).body), want) {
					t.Errorf("%s: %s lacks %s", tt.name, path, want)
				}
			}
		}
		if a := ask(t, "GET", host+"/icon.png"); a.StatusCode != 200 || (a.body == string(asset("icon.png"))) != tt.builtin {
			t.Errorf("%s: /icon.png: %d, the program's: %v", tt.name, a.StatusCode, !tt.builtin)
		}
		for _, path := range []string{"/favicon.ico", "/apple-touch-icon.png"} {
			if a := ask(t, "GET", host+path); a.Header.Get("Content-Type") != tt.favicon || tt.icon.Raster() != (a.body == string(tt.icon.Body)) {
				t.Errorf("%s: %s is %v", tt.name, path, a.Header)
			}
		}
		atom := ask(t, "GET", host+"/topics/regional-security.atom").body
		if !strings.Contains(atom, "<icon>"+publicURL+tt.inAtom+"</icon>") || tt.noLogo != "" && strings.Contains(atom, tt.noLogo) {
			t.Errorf("%s: the feed names another icon", tt.name)
		}
	}
}

// TestSecurityTxt serves the file as it is, where there is one.
func TestSecurityTxt(t *testing.T) {
	const text = "Contact: mailto:security@wire.example\r\nExpires: 2030-01-31T00:00:00Z\n# ў\n"
	s := newTestSite(t, Options{}, conference())
	host := serve(t, s)
	if a := ask(t, "GET", host+"/.well-known/security.txt"); a.StatusCode != 404 {
		t.Errorf("none: %d", a.StatusCode)
	}
	s.SetFiles(Files{SecurityTxt: []byte(text)})
	s.SetTopics([]feed.Topic{security})
	if a := ask(t, "GET", host+"/.well-known/security.txt"); a.StatusCode != 200 || a.body != text || a.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %v %q", a.StatusCode, a.Header, a.body)
	}
}
