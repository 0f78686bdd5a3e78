package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/opml"
)

func (p *program) sourcesCmd() *cobra.Command {
	c := p.sourcesListCmd("sources", "Show how the sources do; import, export and find some")
	c.AddCommand(
		p.sourcesListCmd("list", "Show how each source does: last and next visit, failures, last error"),
		p.sourcesImportCmd(), p.sourcesExportCmd(), p.sourcesDiscoverCmd(),
	)
	return c
}

func (p *program) sourcesImportCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "Print the feeds of an OPML file as items for sources:",
		Long: `Import reads an OPML file and prints the feeds that the configuration does not
have yet, as YAML to add under its sources:. Folders become tags. No file is
changed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readList(args[0])
			if err != nil {
				return err
			}
			cfg, err := p.draft()
			if err != nil {
				return err
			}
			known := make(map[string]bool, len(cfg.Sources))
			for i := range cfg.Sources {
				known[opml.AddressKey(string(cfg.Sources[i].ID))] = true
				known[opml.AddressKey(exported(cfg.Sources[i].ID))] = true // from a list that was written here
			}
			fresh := slices.DeleteFunc(slices.Clone(doc.Feeds), func(f opml.Feed) bool { return known[opml.AddressKey(f.URL)] })
			for _, pr := range doc.Problems {
				fmt.Fprintf(p.stderr, "%s:%d: warning: %s\n", args[0], pr.Line, pr.Text)
			}
			if doc.Unlisted > 0 {
				fmt.Fprintf(p.stderr, "%s: warning: %d more problems are not shown\n", args[0], doc.Unlisted)
			}
			if n := masked(fresh); n > 0 {
				fmt.Fprintf(p.stderr, "%s: warning: %s %s where a secret was: put it back\n", args[0], countOf(n, "address has", "addresses have"), link.Mask)
			}
			if err := writeItems(p.stdout, doc, fresh); err != nil {
				return fmt.Errorf("write sources: %w", err)
			}
			fmt.Fprintf(p.stderr, "%s: %s, %d new, %d already in %s\n", args[0], count(len(doc.Feeds), "feed"), len(fresh), len(doc.Feeds)-len(fresh), p.config)
			return nil
		},
	}
}

// masked counts the feeds of a list that was written without their secrets.
func masked(feeds []opml.Feed) (n int) {
	for i := range feeds {
		if strings.Contains(feeds[i].URL, "="+link.Mask) {
			n++
		}
	}
	return n
}

// readList reads an OPML file.
func readList(path string) (*opml.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &failure{exitFailed, err.Error(), "name a list of feeds that a reader exported"}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, opml.MaxSize+1))
	if err != nil {
		return nil, &failure{exitFailed, err.Error(), "name a list of feeds that a reader exported"}
	}
	doc, err := opml.Read(data)
	if err != nil {
		return nil, &failure{exitFailed, fmt.Sprintf("%s: %v", path, err), "a list of feeds as readers export it, with outlines that have an xmlUrl"}
	}
	return doc, nil
}

// draft is a configuration as far as it can be read. One that is still to be
// written, and was not asked for by name, is empty; one with errors may be about to
// be mended, and counts for what can be read of it.
func (p *program) draft() (*config.Config, error) {
	if p.nowhere() {
		return &config.Config{}, nil
	}
	cfg, problems := config.Draft(p.config)
	if cfg == nil {
		return nil, p.print(problems)
	}
	return cfg, nil
}

// writeItems prints feeds as items of the configuration's sources, with the
// comments of the list where they stood.
func writeItems(w io.Writer, doc *opml.Document, feeds []opml.Feed) error {
	var b bytes.Buffer
	for i, f := range feeds {
		if i == 0 {
			writeRemarks(&b, doc.Comments)
		}
		writeRemarks(&b, f.Comments)
		var tags []string
		for _, tag := range f.Tags {
			tags = append(tags, yamlText(tag))
		}
		writeItem(&b, f.URL, f.Title, tags)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func writeRemarks(b *bytes.Buffer, remarks []string) {
	for _, r := range remarks {
		for line := range strings.Lines(r) {
			fmt.Fprintf(b, "  # %s\n", strings.TrimSpace(line))
		}
	}
}

// writeItem prints a source; its tags are YAML.
func writeItem(b *bytes.Buffer, url, title string, tags []string) {
	fmt.Fprintf(b, "  - url: %s\n", yamlText(url))
	if title != "" {
		fmt.Fprintf(b, "    title: %s\n", yamlText(title))
	}
	if len(tags) > 0 {
		fmt.Fprintf(b, "    tags: [%s]\n", strings.Join(tags, ", "))
	}
}

// yamlText is a text as it can stand in the configuration, as a value of its own
// and in brackets: quoted unless it is plainly a text.
func yamlText(s string) string {
	// Only secrets may start so, and nothing of a list is one.
	s = strings.NewReplacer("${env:", "$ {env:", "${file:", "$ {file:").Replace(s)
	text := regexp.MustCompile(`^[\pL\p{Nd}](:*[\pL\p{Nd}._/()&;=?%+~'!*$@-]| )*$`)
	other := regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n)$| $`)
	if text.MatchString(s) && !other.MatchString(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case unicode.IsPrint(c):
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, `\U%08X`, c) // YAML 1.2 §5.7
		}
	}
	return b.String() + `"`
}

func (p *program) sourcesExportCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the sources as an OPML file for other readers",
		Long: `Export writes all sources but local files as OPML: each in the folder of its first
tag, with the other tags as its category. A source without a title of its own has
the one that its feed gives itself, once it was fetched. Headers are left out, and
so is what is secret in an address: xxxxx stands for it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			doc := listOf(cfg, p.told(cmd.Context(), cfg), time.Now())
			if local := len(cfg.Sources) - len(doc.Feeds); local > 0 {
				fmt.Fprintf(p.stderr, "%s left out: local files mean nothing elsewhere\n", count(local, "source"))
			}
			if n := secrets(cfg); n > 0 {
				fmt.Fprintf(p.stderr, "%s with secrets in the address: %s stands for them\n", count(n, "source"), link.Mask)
			}
			var b bytes.Buffer
			if err := opml.Write(&b, doc); err != nil {
				return fmt.Errorf("write sources: %w", err)
			}
			if out == "" || out == "-" {
				_, err = p.stdout.Write(b.Bytes())
				return err
			}
			return writeFile(out, b.Bytes())
		},
	}
	c.Flags().StringVarP(&out, "output", "o", "", "write to `FILE` instead of standard output")
	return c
}

// told is what feeds say of themselves, as far as the database knows: nothing where
// there is none yet, and without it the list is worth having, too.
func (p *program) told(ctx context.Context, cfg *config.Config) map[feed.SourceID]feed.Meta {
	if _, err := os.Stat(cfg.Storage.Path); errors.Is(err, fs.ErrNotExist) {
		return nil // opening it would make an empty one
	}
	all, err := p.health(ctx, cfg)
	if err != nil {
		fmt.Fprintf(p.stderr, "titles that feeds give themselves are left out: %v\n", err)
	}
	metas := make(map[feed.SourceID]feed.Meta, len(all))
	for i := range all {
		metas[all[i].Source.ID] = all[i].State.Meta
	}
	return metas
}

// listOf is the sources of a configuration as others can use them: headers and
// what else is secret, and local files stay here.
func listOf(cfg *config.Config, told map[feed.SourceID]feed.Meta, now time.Time) *opml.Document {
	doc := &opml.Document{Title: cmp.Or(cfg.Server.Title, "Topicwire"), Created: now}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; s.File == "" {
			meta := told[s.ID]
			doc.Feeds = append(doc.Feeds, opml.Feed{URL: exported(s.ID), Title: cmp.Or(s.Title, meta.Title), HTMLURL: link.Masked(meta.Link), Tags: s.Tags})
		}
	}
	return doc
}

// exported is the address of a source for others: masked, and without a user, whom
// no list has.
func exported(id feed.SourceID) string {
	address := link.Masked(string(id))
	if u, err := url.Parse(address); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return address
}

// secrets counts the sources that have some in their addresses.
func secrets(cfg *config.Config) (n int) {
	for i := range cfg.Sources {
		if link.Secret(string(cfg.Sources[i].ID)) {
			n++
		}
	}
	return n
}
