package publish

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/html"
)

var update = flag.Bool("update", false, "write the golden files")

func render(t testing.TB, ed *feed.Edition, f Format) []byte {
	t.Helper()
	b, err := Render(ed, f, site)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	for name, ed := range map[string]*feed.Edition{
		"awkward": awkward(),
		"whole":   whole(),
		"empty":   {Topic: feed.Topic{ID: "nothing-yet", Title: "Nothing yet"}},
	} {
		for _, f := range Formats() {
			t.Run(name+f.Ext(), func(t *testing.T) {
				got := readable(t, f, render(t, ed, f))
				path := filepath.Join("testdata", name+f.Ext())
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("differs from %s (run with -update to accept):\n%s", path, got)
				}
			})
		}
	}
}

// readable is a document as the golden files have it: JSON indented.
func readable(t *testing.T, f Format, b []byte) []byte {
	t.Helper()
	if f != JSON {
		return b
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameEditionSameBytes(t *testing.T) {
	for _, f := range Formats() {
		first := render(t, awkward(), f)
		// A source that published something else since is no change of ours.
		later := awkward()
		for i := range later.Entries {
			later.Entries[i].Source.Updated = at(6, 0, 0)
		}
		for range 3 {
			if !bytes.Equal(render(t, later, f), first) {
				t.Fatalf("%s: a second rendering differs", f)
			}
		}
	}
}

// All formats come of one preparation: none of them may change what the next one
// writes.
func TestAllFormatsAreAsEachAlone(t *testing.T) {
	site := Site{Title: "Wire", URL: "https://wire.example/", Generator: "test"}
	all, err := RenderAll(awkward(), site)
	if err != nil {
		t.Fatal(err)
	}
	d, err := newDocument(awkward(), site)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Backward(Formats()) {
		alone, err := Render(awkward(), f, site)
		if err != nil {
			t.Fatal(err)
		}
		backward, err := d.render(f)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(alone, all.Bodies[f]) || !bytes.Equal(alone, backward) {
			t.Errorf("%s is another after other formats", f)
		}
	}
}

func TestRenderErrors(t *testing.T) {
	if _, err := Render(awkward(), "rdf", site); err == nil {
		t.Error("no error for an unknown format")
	}
	for _, base := range []string{"", "/news", "wire.example", "ftp://wire.example", "https://", "http://[::1"} {
		if _, err := Render(awkward(), Atom, Site{URL: base}); err == nil {
			t.Errorf("no error for the address %q", base)
		}
	}
}

// Ids must survive a move of the server; only links may change.
func TestIDsDoNotDependOnTheSite(t *testing.T) {
	a := readAtom(t, render(t, awkward(), Atom))
	moved, err := Render(awkward(), Atom, Site{Title: "Other", URL: "http://127.0.0.1:8080/"})
	if err != nil {
		t.Fatal(err)
	}
	b := readAtom(t, moved)
	if a.ID != b.ID || !strings.HasPrefix(a.ID, "urn:uuid:") {
		t.Errorf("feed id %s, then %s", a.ID, b.ID)
	}
	for i := range a.Entries {
		if a.Entries[i].ID != b.Entries[i].ID || a.Entries[i].Source.ID != b.Entries[i].Source.ID {
			t.Errorf("entry %d has another id", i)
		}
	}
	if self := b.link("self"); self != "http://127.0.0.1:8080/topics/regional-security.atom" {
		t.Errorf("self %s", self)
	}
}

func TestXMLIsWellFormed(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("xmllint is not installed: only encoding/xml reads the documents")
	}
	for _, f := range []Format{Atom, RSS} {
		b := render(t, awkward(), f)
		if !bytes.HasPrefix(b, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) || !utf8.Valid(b) {
			t.Errorf("%s begins %.60q", f, b)
		}
		if s := string(b); html.CleanXML(s) != s {
			t.Errorf("%s has characters that XML forbids", f)
		}
		d := xml.NewDecoder(bytes.NewReader(b))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
		}
		if xmllint == "" {
			continue
		}
		cmd := exec.Command(xmllint, "--noout", "--nonet", "-")
		cmd.Stdin = bytes.NewReader(b)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("xmllint on %s: %v\n%s", f, err, out)
		}
	}
}

// The three formats carry the same ids in the same order.
func TestFormatsAgree(t *testing.T) {
	ed := awkward()
	a := readAtom(t, render(t, ed, Atom))
	var r readRSS
	if err := xml.Unmarshal(render(t, ed, RSS), &r); err != nil {
		t.Fatal(err)
	}
	var j struct{ Items []struct{ ID, Title string } }
	if err := json.Unmarshal(render(t, ed, JSON), &j); err != nil {
		t.Fatal(err)
	}
	for i, e := range a.Entries {
		if r.Channel.Items[i].GUID.Text != e.ID || j.Items[i].ID != e.ID {
			t.Errorf("ids of entry %d: %s, %s, %s", i, e.ID, r.Channel.Items[i].GUID.Text, j.Items[i].ID)
		}
		if r.Channel.Items[i].Title != e.Title || j.Items[i].Title != e.Title {
			t.Errorf("titles of entry %d: %s, %s, %s", i, e.Title, r.Channel.Items[i].Title, j.Items[i].Title)
		}
	}
}

// The list of others is HTML that stands up by itself.
func TestAlsoListIsSafe(t *testing.T) {
	list := alsoList([]other{
		{source: `<b>"A" & B</b>`, link: `https://a.example/?x=1&y="><script>`, title: "</ul><script>alert(1)</script>", when: at(4, 8, 0)},
		{source: "No link", foreign: "<i>"},
	})
	if got, want := html.Text(list), `Also reported by: <b>"A" & B</b>, 4 Sep 2024 08:00 UTC: </ul><script>alert(1)</script> No link (in <i>)`; got != want {
		t.Errorf("text\n got %s\nwant %s", got, want)
	}
	if strings.Contains(list, "<script") || strings.Contains(list, "<b>") {
		t.Error(list)
	}
}

// Titles, names and ids come from everywhere; none may break a document.
func FuzzRender(f *testing.F) {
	f.Add("title", "<p>content</p>", "https://a.example/1", "Source")
	f.Add("]]>", "]]>]]>", "javascript:x", "\x00\xff")
	f.Add("", "", "", "")
	f.Add("\ufffe&#0;", "<![CDATA[", "https://a.example/\" onclick=", "\r\n\t")
	f.Fuzz(func(t *testing.T, title, content, link, name string) {
		ed := &feed.Edition{
			Topic: feed.Topic{ID: "x", Title: title, Description: content, Language: name, Reasons: feed.ReasonFull},
			Entries: []feed.Item{{
				PublicID: "urn:x:1",
				Entry: feed.StoredEntry{Entry: feed.Entry{
					Title: title, Content: content, Summary: name, Link: link, Rights: title, Language: link,
					Authors: []feed.Person{{Name: name, URI: link, Email: title}}, Categories: []feed.Category{{Term: title, Scheme: link, Label: name}},
					Enclosures: []feed.Enclosure{{URL: link, Type: title, Title: name, Duration: len(name)}, {URL: link, Type: name}}, Origin: &feed.Origin{ID: link, Title: name, Link: link, Self: name},
					Image: link, Comments: link, Contributors: []feed.Person{{Name: title, URI: link, Email: name}}, Places: []feed.Place{{Shape: "box", Coordinates: title}, {Shape: "point", Coordinates: name}},
					Links:   []feed.Link{{Rel: "via", URL: link, Type: title, Title: name, Language: content}},
					Podcast: &feed.Podcast{Episode: title, Explicit: name, Transcripts: []feed.PodcastFile{{URL: link, Type: title, Language: name}}, Chapters: &feed.PodcastFile{URL: link, Type: name}},
				}, Seen: at(4, 0, 0)},
				Source:  feed.SourceInfo{ID: feed.SourceID(link), Title: name, Link: link, FeedID: title, Rights: content},
				Also:    []feed.Also{{Source: feed.SourceInfo{Title: name}, Link: link, Title: title}},
				Reasons: []feed.Reason{{Threshold: math.NaN(), Hits: []feed.Hit{{Pattern: title, List: name, Text: content, Weight: math.Inf(1)}}}},
				Placed: &feed.Placed{Placement: feed.Placement{Tier: feed.TierStory, Why: &feed.Likeness{
					Score: math.NaN(), Rule: content, Shared: []feed.SharedWord{{Word: title, Share: math.Inf(-1)}}, Numbers: []string{name},
				}}},
				Partner: &feed.Also{Source: feed.SourceInfo{Title: name}, Link: link, Title: title},
			}},
		}
		for _, format := range Formats() {
			b := render(t, ed, format)
			if format == JSON {
				if !json.Valid(b) {
					t.Errorf("not JSON: %s", b)
				}
				continue
			}
			d := xml.NewDecoder(bytes.NewReader(b))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v\n%s", format, err, b)
				}
			}
		}
	})
}
