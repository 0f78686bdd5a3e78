package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"topicwire"
	"topicwire/config"
	"topicwire/storage"
)

// configFlag is the flag that names the configuration. Where nobody does it is looked for.
func (p *program) configFlag(root *cobra.Command) {
	flags := root.PersistentFlags()
	env := os.Getenv("TOPICWIRE_CONFIG")
	file := env
	if file == "" {
		file = lookedFor()
	}
	flags.StringVarP(&p.config, "config", "c", file, "configuration `FILE`; else $TOPICWIRE_CONFIG, "+strings.Join(places(), ", "))
	flag := flags.Lookup("config")
	flag.DefValue = "" // help says where, not what was found there
	p.given = func() bool { return flag.Changed || env != "" }
}

// places are where a configuration is looked for, as people write them.
func places() (list []string) {
	for _, l := range config.Locations(os.LookupEnv) {
		list = append(list, l.Shown(os.LookupEnv))
	}
	return list
}

// lookedFor is the configuration that nobody named: the first that is there, else the
// machine's where its folder is closed to who asks; without any it is config.yaml. Another
// folder that is closed is somebody else's: of root's home, which a change of the user has
// left in the environment.
func lookedFor() string {
	all := config.Locations(os.LookupEnv)
	for _, l := range all {
		if _, err := os.Lstat(l.File); err == nil {
			return l.File
		}
	}
	if last := all[len(all)-1].File; there(last) {
		return last
	}
	return all[0].File
}

// there reports whether there is something at a path, as far as that may be seen.
func there(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

// nowhere reports whether there is no configuration, and nobody named one.
func (p *program) nowhere() bool { return !p.given() && !there(p.config) }

// unfound says where a configuration was looked for, and how to come by one.
func (p *program) unfound() error {
	hints := []string{"`topicwire init` asks a few questions and writes one"}
	for _, d := range topicwire.Desks() {
		hints = append(hints, fmt.Sprintf("`topicwire init --desk %s` writes one that is ready: %s", d.Name, d.About))
	}
	return &failure{exitUsage, "there is no configuration: looked for " + strings.Join(places(), ", "),
		strings.Join(append(hints, "-c FILE or $TOPICWIRE_CONFIG names one that is elsewhere"), "\n")}
}

// makeFolder makes the folder of a database where its location says so, as the XDG Base
// Directory Specification has it. Elsewhere it must be there: it may be a disk that is not.
func makeFolder(cfg *config.Config) error {
	for _, l := range config.Locations(os.LookupEnv) {
		if l.Mode == 0 || l.Database != cfg.Storage.Path {
			continue
		}
		if err := makeFolders(filepath.Dir(l.Database), fs.FileMode(l.Mode)); err != nil {
			return fmt.Errorf("folder of the database: %w", err)
		}
	}
	return nil
}

// makeFolders makes a folder and those above it that are missing, each of the owner of the
// one that it is in.
func makeFolders(dir string, mode fs.FileMode) error {
	if st, err := os.Stat(dir); err == nil && st.IsDir() {
		return nil
	}
	if up := filepath.Dir(dir); up != dir {
		if err := makeFolders(up, mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, mode); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil // by somebody else, meanwhile; or what is there is no folder, which whoever uses it says
		}
		return err
	}
	return storage.HandOver(dir)
}
