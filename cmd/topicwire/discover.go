package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"topicwire/feed/fetch"
	"topicwire/server/desk"
)

func (p *program) sourcesDiscoverCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "discover URL",
		Short: "Find the feeds of a site",
		Long: `Discover looks for the feeds that a page names in its link elements and Link
headers, and prints them as YAML to add under the configuration's sources:. The
address may be a feed's own. It asks for three documents at most (robots.txt,
which it obeys, the page, and the first feed) and guesses no addresses. No file
is changed. It exits with 1 where there is no feed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.draft()
			if err != nil {
				return err
			}
			client := fetch.New(fetch.Options{Version: version(), Contact: cfg.Fetch.Contact, AllowPrivate: cfg.Fetch.AllowPrivate, Blocked: cfg.Blocked})
			defer client.Close()
			found, err := desk.Discover(cmd.Context(), client, args[0])
			if err != nil {
				return undiscovered(err, args[0])
			}
			if len(found) == 0 {
				return &failure{exitFailed, "discover: the page names no feed", "look on the page for a link called RSS, Atom or feed, and give its address"}
			}
			if err := writeFound(p.stdout, found, asJSON); err != nil {
				return fmt.Errorf("write feeds: %w", err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a feed")
	return c
}

func undiscovered(err error, address string) error {
	f := &failure{code: exitFailed, text: "discover: " + err.Error()}
	var closed *desk.RobotsError
	switch {
	case interrupted(err):
		return err
	case !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://"):
		f.hint = "give the whole address of a page, as in https://www.example.org/"
	case errors.As(err, &closed):
		f.hint = "a feed whose address you know can be added to the sources by hand: to poll it is not crawling"
	}
	return f
}

// writeFound prints feeds as JSON lines, or as items of the configuration's
// sources. The title that a page gives to a link is often just RSS: it stands in
// a comment, and the feed's own takes its place.
func writeFound(w io.Writer, found []desk.Candidate, asJSON bool) error {
	var b bytes.Buffer
	for i := range found {
		c := &found[i]
		if asJSON {
			if err := encode(&b, c); err != nil {
				return err
			}
			continue
		}
		title, remarks := desk.OneLine(c.Title), []string{desk.OneLine(c.Title), desk.OneLine(c.Type)}
		if c.Confirmed {
			remarks[0] = ""
		} else {
			title = ""
		}
		if remark := strings.Join(slices.DeleteFunc(remarks, func(s string) bool { return s == "" }), ", "); remark != "" {
			writeRemarks(&b, []string{remark})
		}
		writeItem(&b, c.URL, title, nil)
	}
	_, err := w.Write(b.Bytes())
	return err
}
