package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"topicwire/config"
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
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := p.fetchOptions(cmd)
			if err != nil {
				return err
			}
			client := fetch.New(o)
			defer client.Close()
			found, err := desk.Discover(cmd.Context(), client, args[0])
			if err != nil {
				return undiscovered(err)
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

// fetchOptions are how the configuration fetches. A configuration that is still
// to be written, and was not asked for by name, leaves the defaults.
func (p *program) fetchOptions(cmd *cobra.Command) (fetch.Options, error) {
	o := fetch.Options{Version: version()}
	if !cmd.Flags().Changed("config") && os.Getenv("TOPICWIRE_CONFIG") == "" {
		if _, err := os.Stat(p.config); errors.Is(err, fs.ErrNotExist) {
			return o, nil
		}
	}
	cfg, problems := config.Draft(p.config)
	if cfg == nil {
		return o, p.print(problems)
	}
	o.Contact, o.AllowPrivate = cfg.Fetch.Contact, cfg.Fetch.AllowPrivate
	return o, nil
}

func undiscovered(err error) error {
	f := &failure{code: exitFailed, text: "discover: " + err.Error()}
	var closed *desk.RobotsError
	switch {
	case interrupted(err):
		return err
	case errors.As(err, &closed):
		f.hint = "a feed whose address you know can be added to the sources by hand: to poll it is not crawling"
	}
	return f
}

// writeFound prints feeds as JSON lines, or as items of the configuration's
// sources. The title that a page gives to a link is often just RSS: it stands in
// a comment, and the feed's own takes its place.
func writeFound(w io.Writer, found []desk.Candidate, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i := range found {
			if err := enc.Encode(&found[i]); err != nil {
				return err
			}
		}
		return nil
	}
	var b strings.Builder
	for i := range found {
		c := &found[i]
		title, kind := oneLine(c.Title), oneLine(c.Type)
		var remark []string
		if !c.Confirmed && title != "" {
			remark = append(remark, title)
		}
		if kind != "" {
			remark = append(remark, kind)
		}
		if len(remark) > 0 {
			b.WriteString("  # " + strings.Join(remark, ", ") + "\n")
		}
		b.WriteString("  - url: " + yamlText(c.URL) + "\n")
		if c.Confirmed && title != "" {
			b.WriteString("    title: " + yamlText(title) + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// oneLine is a foreign text without line breaks and control characters.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\ufeff' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
