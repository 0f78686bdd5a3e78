package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxIncluded bounds how many files may be included, and maxTogether how many
// bytes they may have together.
const (
	maxIncluded = 1000
	maxTogether = 4 * MaxSize
)

// A part is what one file brings to the whole: nodes, nil where it has none.
type part struct {
	doc           *document
	lists, topics *node
}

// includedKeys are those of an included file: two of the main file's.
func (r *reader) includedKeys() *keys {
	homes := map[string]string{}
	for _, k := range r.root.rows {
		homes[k.name] = "the main file"
	}
	homes["include"] += ": included files include nothing themselves"
	return &keys{in: "an included file", rows: []row{*r.root.row("lists"), *r.root.row("topics")}, homes: homes}
}

// open makes a document of the bytes of a file and remembers the file.
func (r *reader) open(name, path string, data []byte) *document {
	d := newDocument(name, data)
	r.docs = append(r.docs, d)
	r.depends(path)
	return d
}

// depends remembers a file that the configuration depends on.
func (r *reader) depends(path string) {
	if !r.known[path] {
		r.known[path] = true
		r.files = append(r.files, path)
	}
}

// cutIncluded says that lists and topics may lack what an included file has.
func (r *reader) cutIncluded() { r.cut["lists"], r.cut["topics"] = true, true }

// within does something with nodes of d.
func (r *reader) within(d *document, do func()) {
	before := r.document
	r.document = d
	do()
	r.document = before
}

// lost reports whether a section lacks a part in some file, so that what is not
// found there is no problem of its own.
func (r *reader) lost(section string) bool {
	return slices.ContainsFunc(r.docs, func(d *document) bool { return d.cut[section] })
}

// include reads the files that the patterns under include match, in the order of
// their paths.
func (r *reader) include(n *node) []part {
	if n == nil {
		return nil
	}
	wanted := map[string]*node{} // by path, the pattern that brings it
	for _, item := range r.items(n, "include") {
		text, ok := r.text(item, "a file to include")
		if !ok {
			continue
		}
		for _, path := range r.matches(item, text) {
			wanted[path] = cmp.Or(wanted[path], item)
		}
	}
	var parts []part
	left := int64(maxTogether)
	for i, path := range slices.Sorted(maps.Keys(wanted)) {
		if i == maxIncluded {
			r.fail(wanted[path], fmt.Sprintf("more than %d files are included", maxIncluded))
			r.cutIncluded()
			break
		}
		if p := r.includeFile(wanted[path], path, &left); p.doc != nil {
			parts = append(parts, p)
		}
	}
	return parts
}

// matches are the paths that a pattern stands for, the main file left out.
func (r *reader) matches(n *node, text string) []string {
	main := r.files[0]
	if !strings.ContainsAny(text, `*?[`) {
		path := r.path(text)
		if path == main {
			r.fail(n, "the file includes itself")
			return nil
		}
		return []string{path}
	}
	pattern := filepath.Clean(text)
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(literal(r.dir), pattern)
	}
	paths, err := r.disk.glob(pattern)
	if err != nil {
		r.fail(n, quote(text)+" is no pattern for files", "* any run, ? one character, [a-z] one of these")
		return nil
	}
	r.globs = append(r.globs, pattern)
	paths = visible(pattern, paths)
	if len(paths) == 0 {
		hint := ""
		if strings.Contains(text, "**") {
			hint = "* stays inside one folder; list each folder"
		}
		r.emptyGlobs++
		if r.mustMatch {
			r.fail(n, "no file matches "+quote(text)+", and what the file needs is missing", cmp.Or(hint, "patterns start at the folder of this file"))
			r.cutIncluded()
		} else {
			r.warn(n, "no file matches "+quote(text), hint)
		}
	}
	return slices.DeleteFunc(paths, func(path string) bool { return path == main })
}

// literal is a path as a pattern that matches nothing else.
func literal(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// visible leaves out the files that start with a dot, as editors leave them
// beside what they edit, unless the pattern asks for such.
func visible(pattern string, paths []string) []string {
	if strings.HasPrefix(filepath.Base(pattern), ".") {
		return paths
	}
	return slices.DeleteFunc(paths, func(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") })
}

// includeFile reads one file, of at most so many bytes as are left; its document
// is nil where it cannot be read.
func (r *reader) includeFile(n *node, path string, left *int64) (p part) {
	data, err := r.disk.read(path, min(MaxSize, *left))
	if err != nil {
		r.depends(path)
		r.fail(n, quote(r.shown(path))+" cannot be read: "+err.Error())
		r.cutIncluded()
		return p
	}
	*left -= int64(len(data))
	p.doc = r.open(r.shown(path), path, data)
	p.doc.included = true
	before := len(r.problems)
	r.within(p.doc, func() {
		root := r.tree()
		var at map[string]pair
		if root != nil {
			at = r.read(root, r.includedKeys())
		}
		p.lists, p.topics = at["lists"].value, at["topics"].value
		if at == nil && failed(r.problems[before:]) {
			r.cutIncluded()
		}
	})
	return p
}

// shown is a path in the way in which the main file was named.
func (r *reader) shown(path string) string {
	rel, err := filepath.Rel(r.dir, path)
	if err != nil {
		return path
	}
	return filepath.Join(filepath.Dir(r.docs[0].file), rel)
}

// Watched lists the files whose change is a change of the configuration, as they
// are now: Files, and those that match Globs by now. Some may not exist.
func (c *Config) Watched() []string {
	paths := slices.Clone(c.Files)
	for _, pattern := range c.Globs {
		found, _ := filepath.Glob(pattern) // it was a pattern when it was read
		for _, path := range visible(pattern, found) {
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// A disk is where files are read from, other than the main one.
type disk struct {
	read func(path string, most int64) ([]byte, error)
	glob func(pattern string) ([]string, error) // as filepath.Glob
}

// theDisk is this machine's.
var theDisk = disk{readRegular, filepath.Glob}

// readRegular reads a regular file of at most so many bytes. Anything else could
// block or never end.
func readRegular(path string, most int64) (data []byte, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("not a regular file")
	default:
		data, err = readAtMost(path, most+1)
	}
	if err == nil && int64(len(data)) > most {
		err = errors.New("longer than " + size(most))
	}
	return data, bare(err)
}

// readAtMost reads the first bytes of a file.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}

// bare is an error of the file system without the path it repeats.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// size is a number of bytes in its largest whole unit.
func size(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
