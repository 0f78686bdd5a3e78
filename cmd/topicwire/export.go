package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"topicwire/feed/publish"
	"topicwire/server"
)

func (p *program) exportCmd() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use:   "export TOPIC",
		Short: "Write a topic's feed as it is published now",
		Long:  `Export writes the very document that readers get, byte for byte: JSON is one line.`,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f := publish.Format(format)
			if !f.Valid() {
				return &failure{exitUsage, fmt.Sprintf("unknown format %q", format), "one of atom, rss, json"}
			}
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			t, err := p.topicOf(cfg, args[0])
			if err != nil {
				return err
			}
			s, err := p.stored(cmd.Context(), cfg, false)
			if err != nil {
				return err
			}
			defer s.Close()
			var doc []byte // whole, before anything is written: no file is replaced by half of one
			err = server.Export.Each(cmd.Context(), s, server.ExportRequest{Topic: t.ID, Format: f}, func(piece []byte) { doc = append(doc, piece...) })
			if err != nil {
				return err
			}
			if out == "" || out == "-" {
				_, err = p.stdout.Write(doc)
				return err
			}
			return writeFile(out, doc)
		},
	}
	c.Flags().StringVarP(&format, "format", "f", string(publish.Atom), "atom, rss or json")
	c.Flags().StringVarP(&out, "output", "o", "", "write to `FILE` instead of standard output")
	return c
}

// writeFile replaces a file whole: a reader sees the old one or the new one. A
// link stays a link.
func writeFile(path string, data []byte) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		// A device or a pipe is written to, not replaced.
		return ofKey("-o", os.WriteFile(path, data, 0))
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".topicwire-*")
	if err != nil {
		return ofKey("-o", fmt.Errorf("write %s: %w", path, bare(err)))
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return ofKey("-o", fmt.Errorf("write %s: %w", path, err))
	}
	return nil
}

// bare is an error of the file system without the path, which is that of a file in the
// making.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
