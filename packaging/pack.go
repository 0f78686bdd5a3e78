package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// shipped is what the packages of one target are made of.
type shipped struct {
	source
	target
	work   string // a folder for what is in the making
	binary string // path
	manual manual
	third  []byte // licences of what others wrote and the binary has in it
}

// pack writes the archive of the target, and for Linux the packages and the image, and
// returns the names of the files.
func (s shipped) pack(to string) ([]string, error) {
	makers := []func(string) (string, error){s.archive}
	if s.os == "linux" {
		makers = append(makers, s.deb, s.rpm, s.image)
	}
	var names []string
	for _, m := range makers {
		name, err := m(to)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

// documents are the texts for people, below a folder.
func (s shipped) documents(folder string) ([]file, error) {
	found := []file{{path: path.Join(folder, "THIRD-PARTY-LICENSES"), mode: 0o644, data: s.third}}
	for _, pattern := range []string{"README.md", "docs/*.md"} {
		names, err := filepath.Glob(filepath.Join(s.folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			to := path.Join(folder, path.Dir(pattern), filepath.Base(name))
			found = append(found, file{path: to, mode: 0o644, from: name})
		}
	}
	return found, nil
}

// unit is the service of systemd.
func (s shipped) unit(to string) file {
	return file{path: to, mode: 0o644, from: filepath.Join(s.folder, "packaging/systemd/topicwire.service")}
}

// examples are the files for proxies, below a folder.
func (s shipped) examples(folder string) ([]file, error) {
	return tree(filepath.Join(s.folder, "packaging/proxy"), folder)
}

// tree is each file below a folder of this machine, none where there is no such folder.
func tree(from, to string) ([]file, error) {
	var found []file
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if name == from && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".go") {
			return err
		}
		rel, err := filepath.Rel(from, name)
		found = append(found, file{path: path.Join(to, filepath.ToSlash(rel)), mode: 0o644, from: name})
		return err
	})
	return found, err
}

// pages and completions are the manual in the given folders; zsh keeps its own elsewhere
// on each system.
func (s shipped) pages(folder string) []file {
	var found []file
	for name, text := range s.manual.pages {
		found = append(found, file{path: path.Join(folder, name), mode: 0o644, data: text})
	}
	return sorted(found)
}

func (s shipped) completions(bash, zsh, fish string) []file {
	var found []file
	for shell, to := range map[string]string{"bash": bash, "zsh": zsh, "fish": fish} {
		found = append(found, file{path: to, mode: 0o644, data: s.manual.completions[shell]})
	}
	return sorted(found)
}

func sorted(files []file) []file {
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files
}

// archive writes the .tar.gz of the target.
func (s shipped) archive(to string) (string, error) {
	folder := fmt.Sprintf("topicwire-%s-%s-%s", s.label(), s.os, s.arch)
	files, err := s.documents(folder)
	if err != nil {
		return "", err
	}
	files = append(files,
		file{path: folder + "/topicwire", mode: 0o755, from: s.binary},
		file{path: folder + "/CHANGELOG.md", mode: 0o644, from: filepath.Join(s.folder, "CHANGELOG.md")},
		file{path: folder + "/LICENSE", mode: 0o644, from: filepath.Join(s.folder, "LICENSE")})
	files = append(files, s.pages(folder+"/man/man1")...)
	files = append(files, s.completions(folder+"/completions/topicwire.bash", folder+"/completions/_topicwire", folder+"/completions/topicwire.fish")...)
	if s.os == "linux" {
		proxies, err := s.examples(folder + "/examples/proxy")
		if err != nil {
			return "", err
		}
		files = append(append(files, proxies...), s.unit(folder+"/examples/topicwire.service"))
	}
	var b bytes.Buffer
	if err := writeTar(&b, files, s.at); err != nil {
		return "", err
	}
	data, err := zip(b.Bytes(), gzip.DefaultCompression)
	if err != nil {
		return "", err
	}
	return folder + ".tar.gz", os.WriteFile(filepath.Join(to, folder+".tar.gz"), data, 0o644)
}
