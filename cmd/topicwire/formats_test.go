package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/parse"
	"topicwire/feed/publish"
	"topicwire/server"
	"topicwire/server/poll"
)

var formats = []publish.Format{publish.Atom, publish.RSS, publish.JSON}

// sampleWire is the samples, fetched, as a server that is open.
func sampleWire(t *testing.T) (*config.Config, func() *server.Server) {
	t.Helper()
	dir := t.TempDir()
	if err := copySamples("../..", dir); err != nil {
		t.Fatal(err)
	}
	cfg, problems := config.Load(filepath.Join(dir, "samples", "config.yaml"))
	if cfg == nil {
		t.Fatal(problems)
	}
	open := func() *server.Server {
		t.Helper()
		s, err := server.Open(t.Context(), server.Options{Config: cfg, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	if err := s.Fetch(t.Context(), true, func(poll.Report) {}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return cfg, open
}

// exports renders every topic in every format.
func exports(t *testing.T, cfg *config.Config, s *server.Server) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, topic := range cfg.Topics {
		for _, f := range formats {
			doc, err := s.Export(t.Context(), topic.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			all[string(topic.ID)+"."+string(f)] = doc
		}
	}
	return all
}

func TestSampleFeeds(t *testing.T) {
	cfg, open := sampleWire(t)
	s := open()
	first, second := exports(t, cfg, s), exports(t, cfg, s)
	s.Close()
	s = open()
	restarted := exports(t, cfg, s)
	s.Close()
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("xmllint is not installed: well-formedness is checked by encoding/xml alone")
	}
	for name, doc := range first {
		t.Run(name, func(t *testing.T) {
			if !bytes.Equal(doc, second[name]) {
				t.Error("rendered twice, it differs")
			}
			if !bytes.Equal(doc, restarted[name]) {
				t.Error("after a restart it differs")
			}
			if filepath.Ext(name) == ".json" {
				if !json.Valid(doc) {
					t.Error("no valid JSON")
				}
				return
			}
			wellFormed(t, doc)
			if xmllint == "" {
				return
			}
			c := exec.Command(xmllint, "--noout", "--nonet", "-")
			c.Stdin = bytes.NewReader(doc)
			if out, err := c.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("xmllint: %v\n%s", err, out)
			}
		})
	}
}

func wellFormed(t *testing.T, doc []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("not well-formed: %v", err)
			return
		}
	}
}

// gofeed, behind feed/parse, reads back from each format the same entries, in
// the same order, as from the others.
func TestSampleFeedsReadBackTheSame(t *testing.T) {
	cfg, open := sampleWire(t)
	s := open()
	defer s.Close()
	type read struct {
		ID, Link, Title, Published string
		Authors                    []string
		Categories                 []string
	}
	for _, topic := range cfg.Topics {
		var want []read
		for i, f := range formats {
			doc, err := s.Export(t.Context(), topic.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			d, err := parse.Feed(doc, parse.Options{URL: "http://127.0.0.1:8080/x", ContentType: f.MediaType()})
			if err != nil {
				t.Fatalf("%s.%s: %v", topic.ID, f, err)
			}
			var got []read
			for _, e := range d.Entries {
				r := read{ID: e.ID, Link: e.Link, Title: e.Title, Published: e.Published.String()}
				for _, a := range e.Authors {
					r.Authors = append(r.Authors, a.Name)
				}
				for _, c := range e.Categories {
					r.Categories = append(r.Categories, c.Text())
				}
				got = append(got, r)
			}
			if d.Meta.Title != topic.Title || len(got) == 0 {
				t.Errorf("%s.%s: title %q, %d entries", topic.ID, f, d.Meta.Title, len(got))
			}
			if i == 0 {
				want = got
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s.%s reads otherwise than .%s: %s", topic.ID, f, formats[0], diff)
			}
		}
	}
}

// One link is one entry of a topic feed, however many sources carry it, with the
// others listed.
func TestSampleConferenceIsOneEntry(t *testing.T) {
	_, open := sampleWire(t)
	s := open()
	defer s.Close()
	doc, err := s.Export(t.Context(), "regional-security", publish.JSON)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Items []struct {
			URL   string
			Title string
			HTML  string `json:"content_html"`
			Wire  struct {
				Source struct{ Title string }
				Group  []struct{ Source string }
				Why    []struct{ Pattern string }
			} `json:"_topicwire"`
		}
	}
	if err := json.Unmarshal(doc, &out); err != nil {
		t.Fatal(err)
	}
	const conference = "https://silkwire.example/2024/09/04/conference/"
	n := 0
	for _, i := range out.Items {
		if link.Canonical(i.URL) != conference {
			continue
		}
		n++
		var sources []string
		for _, g := range i.Wire.Group {
			sources = append(sources, g.Source)
		}
		if len(sources) != 0 || strings.Contains(i.HTML, "Also reported by") {
			t.Errorf("reported by %s, also by %v; want nobody else, as the others link to this very report", i.Wire.Source.Title, sources)
		}
	}
	if n != 1 {
		t.Errorf("%s is %d entries, want 1", conference, n)
	}
}

// config.yaml and the samples' configuration share their lists and topics, so
// that what is tried offline is what runs.
func TestSamplesUseTheSameTopics(t *testing.T) {
	wire, problems := config.Load("../../config.yaml")
	if wire == nil {
		t.Fatal(problems)
	}
	samples, problems := config.Load("../../samples/config.yaml")
	if samples == nil {
		t.Fatal(problems)
	}
	ids := func(c *config.Config) (ids []feed.TopicID) {
		for _, t := range c.Topics {
			ids = append(ids, t.ID)
		}
		return ids
	}
	if !slices.Equal(ids(wire), ids(samples)) {
		t.Errorf("topics %v and %v", ids(wire), ids(samples))
	}
	a, _ := server.Check(wire)
	b, _ := server.Check(samples)
	if diff := cmp.Diff(a.Rules(), b.Rules()); diff != "" {
		t.Errorf("the rules differ: %s", diff)
	}
	if n := len(wire.Sources); n < 20 {
		t.Errorf("%d sources, want at least 20", n)
	}
}
