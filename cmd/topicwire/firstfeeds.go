package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"topicwire/feed/cmdline"
	"topicwire/feed/fetch"
	"topicwire/feed/link"
	"topicwire/feed/opml"
	"topicwire/server/desk"
)

// lookFor is how long a site may take to be looked at for its feeds.
const lookFor = 15 * time.Second

// A seeker finds the feeds that somebody names: by their addresses, by those of their
// sites, by files. What the network does not let it see it takes as it was written.
type seeker struct {
	client *fetch.Client
	out    io.Writer
	dir    string // of the configuration, which file: addresses are relative to
	down   bool   // the network let somebody wait too long
}

// find is the feeds of an answer, or why it names none.
func (s *seeker) find(ctx context.Context, answer string) ([]opml.Feed, error) {
	if path, ok := strings.CutPrefix(answer, "file:"); ok {
		if !filepath.IsAbs(path) {
			path = filepath.Join(s.dir, path)
		}
		if st, err := os.Stat(path); err != nil || !st.Mode().IsRegular() {
			return nil, fmt.Errorf("there is no file %s", path)
		}
		return []opml.Feed{{URL: answer}}, nil
	}
	if !strings.Contains(answer, "://") {
		if st, err := os.Stat(answer); err == nil && st.Mode().IsRegular() {
			return s.list(answer)
		}
		if ext := strings.ToLower(filepath.Ext(answer)); ext == ".opml" || ext == ".xml" || strings.HasPrefix(answer, "/") || strings.HasPrefix(answer, ".") {
			return nil, fmt.Errorf("there is no file %s", answer)
		}
		answer = "https://" + answer
	}
	if err := (&firstConfig{file: "config.yaml", url: defaultURL, title: defaultTitle, feeds: []opml.Feed{{URL: answer}}}).wrong(); err != nil {
		return nil, err
	}
	return s.look(ctx, answer)
}

// list is the feeds of an OPML file.
func (s *seeker) list(path string) ([]opml.Feed, error) {
	doc, err := readList(path)
	if err != nil && there(path) {
		err = fmt.Errorf("%w; a file that is a feed is written file:%s", err, path)
	}
	if err != nil {
		return nil, err
	}
	if len(doc.Feeds) == 0 {
		return nil, fmt.Errorf("%s has no feeds", path)
	}
	s.say("%s in %s", count(len(doc.Feeds), "feed"), path)
	if n := len(doc.Problems) + doc.Unlisted; n > 0 {
		s.say("%s of it left out: `topicwire sources import` says which", countOf(n, "address", "addresses"))
	}
	if n := masked(doc.Feeds); n > 0 {
		s.say("%s %s where a secret was: put it back", countOf(n, "address has", "addresses have"), link.Mask)
	}
	return doc.Feeds, nil
}

// look asks a site for its feeds. It is wrong only where the site itself says that there is
// none.
func (s *seeker) look(ctx context.Context, address string) ([]opml.Feed, error) {
	if s.down {
		return []opml.Feed{{URL: address}}, nil
	}
	within, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	found, err := desk.Discover(within, s.client, address)
	var status *fetch.StatusError
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &status) && (status.Status == http.StatusNotFound || status.Status == http.StatusGone):
		return nil, err
	case err != nil:
		s.down = within.Err() != nil
		s.say("taken as it is, for it could not be looked at: %v", err)
		s.say("if that is a site, `topicwire sources discover %s` finds its feed later", cmdline.Word(link.Masked(address)))
		return []opml.Feed{{URL: address}}, nil
	case len(found) == 0:
		return nil, errors.New("that page names no feed; look on it for a link called RSS, Atom or feed, and give its address")
	}
	f := opml.Feed{URL: found[0].URL}
	said := link.Masked(f.URL)
	if found[0].Confirmed {
		f.Title = desk.OneLine(found[0].Title)
		said += ", " + f.Title
	}
	s.say("found %s", strings.TrimSuffix(said, ", "))
	if more := len(found) - 1; more > 0 {
		s.say("it has %s: `topicwire sources discover %s` lists them", countOf(more, "more feed", "more feeds"), cmdline.Word(link.Masked(address)))
	}
	return []opml.Feed{f}, nil
}

func (s *seeker) say(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// withFeeds adds feeds that are not there yet.
func withFeeds(have, more []opml.Feed) []opml.Feed {
	known := make(map[string]bool, len(have))
	for i := range have {
		known[opml.AddressKey(have[i].URL)] = true
	}
	return append(have, slices.DeleteFunc(slices.Clone(more), func(f opml.Feed) bool {
		key := opml.AddressKey(f.URL)
		again := known[key]
		known[key] = true
		return again
	})...)
}
