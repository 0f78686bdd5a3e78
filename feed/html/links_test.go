package html

import (
	"bytes"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func TestLinks(t *testing.T) {
	const page = "https://news.example/uz/index.html"
	feed := func(href string) Link { return Link{Rel: []string{"alternate"}, Href: href} }
	tests := []struct {
		name, page string
		want       []Link
	}{
		{"all of it", `<!DOCTYPE html><html lang=uz><head><title>T</title>
			<link rel="Alternate  FEED" type=" Application/RSS+xml; charset=utf-8" href="/rss?a=1&amp;b=2" title=" Oʻzbek &amp;
			news " hreflang=uz-Cyrl></head>`,
			[]Link{{[]string{"alternate", "feed"}, "application/rss+xml", "https://news.example/rss?a=1&b=2", "Oʻzbek & news", "uz-Cyrl"}}},
		{"relative to the page", `<link rel=alternate href=rss>`, []Link{feed("https://news.example/uz/rss")}},
		{"to another host", `<link rel=alternate href=//feeds.example/a>`, []Link{feed("https://feeds.example/a")}},
		{"to a base", `<base href="https://cdn.example/x/"><link rel=alternate href=rss>`, []Link{feed("https://cdn.example/x/rss")}},
		{"to a base behind it", `<link rel=alternate href=rss><base href=/b/>`, []Link{feed("https://news.example/b/rss")}},
		{"to the first base that has an address", `<base target=_top><base href=/a/><base href=/b/><link rel=alternate href=rss>`, []Link{feed("https://news.example/a/rss")}},
		{"a base that is none", `<base href="javascript:alert(1)"><link rel=alternate href=rss>`, []Link{feed("https://news.example/uz/rss")}},
		{"no address to follow", `<link rel=alternate href="javascript:alert(1)"><link rel=alternate href=""><link rel=alternate><link rel=alternate href="data:,x"><link rel=alternate href="file:///etc/passwd">`, nil},
		{"no type of link", `<link href=/a><link rel="" href=/b>`, nil},
		{"user and password", `<link rel=alternate href="https://u:p@news.example/rss">`, []Link{feed("https://news.example/rss")}},
		{"the first of two attributes", `<link rel=alternate href=/a rel=icon href=/b>`, []Link{feed("https://news.example/a")}},
		{"upper case and self-closing", `<LINK REL="ALTERNATE" HREF='/a' />`, []Link{feed("https://news.example/a")}},
		{"in their order", `<link rel=alternate href=/a><link rel=icon href=/i><link rel=alternate href=/b>`,
			[]Link{feed("https://news.example/a"), {Rel: []string{"icon"}, Href: "https://news.example/i"}, feed("https://news.example/b")}},
		{"a tongue that is none", `<link rel=alternate href=/a hreflang="<x>">`, []Link{feed("https://news.example/a")}},

		{"in the body", `<head></head><body><link rel=alternate href=/evil>`, nil},
		{"in a body without a head", `<body><link rel=alternate href=/evil>`, nil},
		{"in a body without a tag", `<title>T</title><p>by a reader: <link rel=alternate href=/evil>`, nil},
		{"in a body that an inline element begins", `<title>T</title><b>x</b><link rel=alternate href=/evil>`, nil},
		{"after the head", `<head><link rel=alternate href=/a></head><link rel=alternate href=/evil>`, []Link{feed("https://news.example/a")}},
		{"in a comment", `<!-- <link rel=alternate href=/evil> --><link rel=alternate href=/a>`, []Link{feed("https://news.example/a")}},
		{"in a script", `<script>var s = "<link rel=alternate href=/evil>"</script><link rel=alternate href=/a>`, []Link{feed("https://news.example/a")}},
		{"in a title", `<title><link rel=alternate href=/evil></title><link rel=alternate href=/a>`, []Link{feed("https://news.example/a")}},
		{"in noscript", `<noscript><img src=/pixel><link rel=alternate href=/evil></noscript><link rel=alternate href=/a>`, []Link{feed("https://news.example/a")}},
		{"in a template", `<template><p><template></template><base href=/evil/><link rel=alternate href=/evil></template><link rel=alternate href=a>`, []Link{feed("https://news.example/uz/a")}},
		{"stray text and unknown elements do not end a head", `<head>;--><yandex-x></yandex-x></meta><link rel=alternate href=/a>`, []Link{feed("https://news.example/a")}},

		{"nothing", "", nil},
		{"cut in a tag", `<link rel=alternate href=/a><link rel=alternate href="/b`, []Link{feed("https://news.example/a")}},
		{"no HTML", "{\"items\":[]}\x00\xff<<<>>", nil},
	}
	base, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		if got := Links([]byte(tt.page), base); len(got)+len(tt.want) > 0 && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
	if got := Links([]byte(`<link rel=alternate href=/a><link rel=alternate href=https://a.example/b>`), nil); len(got) != 1 || got[0].Href != "https://a.example/b" {
		t.Errorf("without a base: %+v", got)
	}
	if l := feed("x"); !l.Has("alternate") || l.Has("alt") {
		t.Error("Has")
	}
}

func TestLinksAreBounded(t *testing.T) {
	many := strings.Repeat("<link rel=alternate href=https://a.example/x>", 30_000)
	if got := Links([]byte(many), nil); len(got) != maxLinks {
		t.Errorf("%d links", len(got))
	}
	late := strings.Repeat(" ", maxHead) + "<link rel=alternate href=https://a.example/x>"
	if got := Links([]byte(late), nil); got != nil {
		t.Errorf("read on after %d bytes: %v", maxHead, got)
	}
	long := `<link rel=alternate href=https://a.example/x title="` + strings.Repeat("ў ", 2000) + `">`
	if got := Links([]byte(long), nil); len(got) != 1 || utf8.RuneCountInString(got[0].Title) > maxLabel+1 {
		t.Errorf("%d links, title of %d characters", len(got), utf8.RuneCountInString(got[0].Title))
	}
	attrs := "<link " + strings.Repeat("rel=a ", 100_000) + "href=https://a.example/x>"
	if got := Links([]byte(attrs), nil); len(got) != 1 || len(got[0].Rel) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestUTF8(t *testing.T) {
	const text = "Ўзбекистон: янгиликлар"
	encode := func(s string, e interface{ String(string) (string, error) }) []byte {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(out)
	}
	russian := "Новости дня"
	for _, tt := range []struct {
		name string
		page []byte
		mime string
		want string
	}{
		{"UTF-8", []byte(text), "", text},
		{"UTF-8 behind a kilobyte of ASCII", []byte(strings.Repeat(" ", 2000) + text), "", strings.Repeat(" ", 2000) + text},
		{"UTF-8 under another name", []byte(text), "text/html; charset=windows-1251", text},
		{"a byte order mark", []byte("\ufeff" + text), "", text},
		{"cut within a character", []byte(text + "ў")[:len(text)+1], "", text},
		{"the header", encode(russian, charmap.Windows1251.NewEncoder()), "text/html; charset=windows-1251", russian},
		{"a meta element", encode("<meta charset=koi8-r>"+russian, charmap.KOI8R.NewEncoder()), "text/html", "<meta charset=koi8-r>" + russian},
		{"UTF-16", encode(text, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()), "", text},
		{"nothing", nil, "", ""},
	} {
		if got := UTF8(tt.page, tt.mime); string(got) != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<base href=/b/><link rel="alternate feed" type=application/rss+xml href="a?b&amp;c" title="&lt;x">`), "")
	f.Add([]byte(`<template><link rel=a href=b></template><!--<link>--><title><link></title><p><link rel=c href=d>`), "text/html; charset=utf-16")
	f.Add(bytes.Repeat([]byte("<link rel=a href=\x00\xff "), 10), "text/html; charset=koi8-r")
	base, err := url.Parse("https://news.example/a/")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		for _, l := range Links(UTF8(page, contentType), base) {
			u, err := url.Parse(l.Href)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
				t.Errorf("href %q: %v", l.Href, err)
			}
			if len(l.Rel) == 0 || CleanXML(l.Title) != l.Title || !utf8.ValidString(fmt.Sprint(l.Rel, l.Type)) {
				t.Errorf("%+v", l)
			}
		}
	})
}
