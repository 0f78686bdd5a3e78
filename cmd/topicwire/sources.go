package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
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
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := readList(args[0])
			if err != nil {
				return err
			}
			cfg, err := p.draft(cmd)
			if err != nil {
				return err
			}
			known := make(map[string]bool, len(cfg.Sources))
			for i := range cfg.Sources {
				known[opml.AddressKey(string(cfg.Sources[i].ID))] = true
			}
			fresh := slices.DeleteFunc(slices.Clone(doc.Feeds), func(f opml.Feed) bool { return known[opml.AddressKey(f.URL)] })
			for _, pr := range doc.Problems {
				fmt.Fprintf(p.stderr, "%s:%d: warning: %s\n", args[0], pr.Line, pr.Text)
			}
			if doc.Unlisted > 0 {
				fmt.Fprintf(p.stderr, "%s: warning: %d more problems are not shown\n", args[0], doc.Unlisted)
			}
			if err := writeItems(p.stdout, doc, fresh); err != nil {
				return fmt.Errorf("write sources: %w", err)
			}
			fmt.Fprintf(p.stderr, "%s: %s, %d new, %d already in %s\n", args[0], count(len(doc.Feeds), "feed"), len(fresh), len(doc.Feeds)-len(fresh), p.config)
			return nil
		},
	}
}

// readList reads an OPML file.
func readList(path string) (*opml.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &failure{exitFailed, err.Error(), ""}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, opml.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
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
func (p *program) draft(cmd *cobra.Command) (*config.Config, error) {
	if !cmd.Flags().Changed("config") && os.Getenv("TOPICWIRE_CONFIG") == "" {
		if _, err := os.Stat(p.config); errors.Is(err, fs.ErrNotExist) {
			return &config.Config{}, nil
		}
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
		for _, name := range f.Tags {
			if tag := opml.Tag(name); tag != "" && !slices.Contains(tags, yamlText(tag)) {
				tags = append(tags, yamlText(tag))
			}
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
	s = strings.ReplaceAll(s, "${", "$ {")
	text := regexp.MustCompile(`^[\pL\p{Nd}](:*[\pL\p{Nd}._/()&;=?%+~'!*$@-]| )*$`)
	other := regexp.MustCompile(`(?i)^(null|true|false|yes|no|on|off|y|n)$| $`)
	if text.MatchString(s) && !other.MatchString(s) {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func (p *program) sourcesExportCmd() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the sources as an OPML file for other readers",
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			doc := listOf(cfg, time.Now())
			if local := len(cfg.Sources) - len(doc.Feeds); local > 0 {
				fmt.Fprintf(p.stderr, "%s left out: local files mean nothing elsewhere\n", count(local, "source"))
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

// listOf is the sources of a configuration as others can use them: headers,
// which may be secrets, and local files stay here.
func listOf(cfg *config.Config, now time.Time) *opml.Document {
	doc := &opml.Document{Title: cmp.Or(cfg.Server.Title, "Topicwire"), Created: now}
	for i := range cfg.Sources {
		if s := &cfg.Sources[i]; s.File == "" {
			doc.Feeds = append(doc.Feeds, opml.Feed{URL: string(s.ID), Title: s.Title, Tags: s.Tags})
		}
	}
	return doc
}
