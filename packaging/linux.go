package main

import (
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

const (
	summary     = "feed server that files entries of many feeds under topics"
	description = summary + `
Topicwire polls feeds (RSS, Atom, JSON Feed), recognises the same report when
several of them carry it, files every entry under topics that are described
in YAML, and publishes each topic as an RSS, Atom and JSON feed. It is one
process, one configuration and one database file.`
	maintainer = "Topicwire contributors <contributors@topicwire.invalid>"
)

// scripts are what runs as packages come and go. A line #NAME.sh stands for that file.
//
//go:embed scripts
var scripts embed.FS

// deb writes the package for Debian and its like. Its folders are made by its script, so
// that dpkg keeps its hands off what is in them.
func (s shipped) deb(to string) (string, error) {
	log, err := zip(s.debianChangelog(), gzip.BestCompression)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(s.folder, "CHANGELOG.md"))
	if err != nil {
		return "", err
	}
	changes, err := zip(text, gzip.BestCompression)
	if err != nil {
		return "", err
	}
	licence, err := s.copyright()
	if err != nil {
		return "", err
	}
	const doc = "usr/share/doc/topicwire/"
	info, err := s.info("deb", "usr/share/zsh/vendor-completions/_topicwire",
		file{path: doc + "copyright", mode: 0o644, data: licence},
		file{path: doc + "changelog.gz", mode: 0o644, data: changes},
		file{path: doc + "changelog.Debian.gz", mode: 0o644, data: log})
	if err != nil {
		return "", err
	}
	info.Section, info.Priority = "web", "optional"
	info.Depends = []string{"passwd"}
	info.Recommends = []string{"ca-certificates"}
	info.Deb.Compression = "zstd"
	if info.Scripts.PostInstall, err = s.script("deb/postinst"); err != nil {
		return "", err
	}
	if info.Scripts.PreRemove, err = s.script("deb/prerm"); err != nil {
		return "", err
	}
	if info.Scripts.PostRemove, err = s.script("deb/postrm"); err != nil {
		return "", err
	}
	return s.write(to, deb.Default, info)
}

// rpm writes the package for Fedora, openSUSE and their like.
func (s shipped) rpm(to string) (string, error) {
	info, err := s.info("rpm", "usr/share/zsh/site-functions/_topicwire",
		file{path: "usr/share/doc/topicwire/CHANGELOG.md", mode: 0o644, from: filepath.Join(s.folder, "CHANGELOG.md")},
		file{path: "usr/share/licenses/topicwire/LICENSE", mode: 0o644, from: filepath.Join(s.folder, "LICENSE")})
	if err != nil {
		return "", err
	}
	info.Contents = append(info.Contents,
		&files.Content{Destination: "/etc/topicwire", Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "topicwire", Mode: 0o750, MTime: s.at}},
		&files.Content{Destination: "/var/lib/topicwire", Type: files.TypeDir, FileInfo: &files.ContentFileInfo{Owner: "topicwire", Group: "topicwire", Mode: 0o750, MTime: s.at}})
	info.Depends = []string{"/usr/sbin/useradd"}
	info.Recommends = []string{"ca-certificates"}
	info.RPM.Summary, info.RPM.BuildHost, info.RPM.Compression = summary, "localhost", "zstd"
	for name, script := range map[string]*string{
		"rpm/pre": &info.Scripts.PreInstall, "rpm/post": &info.Scripts.PostInstall,
		"rpm/preun": &info.Scripts.PreRemove, "rpm/postun": &info.Scripts.PostRemove,
	} {
		if *script, err = s.script(name); err != nil {
			return "", err
		}
	}
	return s.write(to, rpm.DefaultRPM, info)
}

// info is what both packages have in common.
func (s shipped) info(kind, zsh string, more ...file) (*nfpm.Info, error) {
	const doc = "usr/share/doc/topicwire"
	list, err := s.documents(doc)
	if err != nil {
		return nil, err
	}
	examples, err := s.examples(doc + "/examples")
	if err != nil {
		return nil, err
	}
	list = append(append(list, examples...), more...)
	list = append(list, s.pages("usr/share/man/man1")...)
	list = append(list, s.completions("usr/share/bash-completion/completions/topicwire", zsh, "usr/share/fish/vendor_completions.d/topicwire.fish")...)
	list = append(list, file{path: "usr/bin/topicwire", mode: 0o755, from: s.binary}, s.unit("usr/lib/systemd/system/topicwire.service"))
	info := &nfpm.Info{
		Name: "topicwire", Arch: s.arch, Platform: s.os, Version: s.version, Prerelease: s.prerelease(), Release: "1",
		Maintainer: maintainer, Description: description, License: "MIT", MTime: s.at,
	}
	for _, f := range list {
		content, err := s.content(kind, f)
		if err != nil {
			return nil, err
		}
		info.Contents = append(info.Contents, content)
	}
	return info, nil
}

// content is a file as the library takes it: by its place on this machine.
func (s shipped) content(kind string, f file) (*files.Content, error) {
	c := &files.Content{Source: f.from, Destination: "/" + f.path, FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: f.mode, MTime: s.at}}
	if f.from != "" {
		return c, nil
	}
	c.Source = filepath.Join(s.work, s.os+"-"+s.arch+"-"+kind, filepath.FromSlash(f.path))
	if err := os.MkdirAll(filepath.Dir(c.Source), 0o755); err != nil {
		return nil, err
	}
	return c, os.WriteFile(c.Source, f.data, f.mode)
}

// script is the path of a script that has the parts in it that it names.
func (s shipped) script(name string) (string, error) {
	text, err := scripts.ReadFile(path.Join("scripts", name))
	if err != nil {
		return "", err
	}
	all := string(text)
	for _, part := range []string{"user.sh", "next.sh"} {
		inner, err := scripts.ReadFile("scripts/" + part)
		if err != nil {
			return "", err
		}
		all = strings.Replace(all, "#"+part+"\n", string(inner), 1)
	}
	to := filepath.Join(s.work, s.os+"-"+s.arch+"-"+strings.ReplaceAll(name, "/", "-"))
	return to, os.WriteFile(to, []byte(all), 0o755)
}

// write has the library make the package.
func (s shipped) write(to string, by interface {
	Package(*nfpm.Info, io.Writer) error
	ConventionalFileName(*nfpm.Info) string
}, info *nfpm.Info) (string, error) {
	info = nfpm.WithDefaults(info)
	name := by.ConventionalFileName(info)
	f, err := os.Create(filepath.Join(to, name))
	if err != nil {
		return "", err
	}
	if err := by.Package(info, f); err != nil {
		f.Close()
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return name, f.Close()
}

// copyright is the licence as Debian writes it.
func (s shipped) copyright() ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(s.folder, "LICENSE"))
	if err != nil {
		return nil, err
	}
	_, terms, _ := strings.Cut(strings.TrimSpace(string(text)), "\n\n") // after the name
	holder, terms, _ := strings.Cut(terms, "\n\n")
	holder = strings.TrimPrefix(holder, "Copyright (c) ")
	terms = " " + strings.ReplaceAll(strings.ReplaceAll(terms, "\n", "\n "), "\n \n", "\n .\n")
	return fmt.Appendf(nil, `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Topicwire
Comment: What others wrote and the program has in it is under the terms in
 /usr/share/doc/topicwire/THIRD-PARTY-LICENSES.

Files: *
Copyright: %s
License: Expat
%s
`, holder, terms), nil
}

// debianChangelog has one entry; what changed is in the other changelog.
func (s shipped) debianChangelog() []byte {
	version := s.version
	if pre := s.prerelease(); pre != "" {
		version += "~" + pre
	}
	return fmt.Appendf(nil, "topicwire (%s-1) stable; urgency=medium\n\n  * Topicwire %s; changelog.gz beside this file says what changed.\n\n -- %s  %s\n",
		version, s.version, maintainer, s.at.Format(time.RFC1123Z))
}
