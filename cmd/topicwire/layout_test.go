package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// floors says on which floor each package stands: it imports only from floors
// below its own. A package that is not named here has no place yet.
var floors = map[string]int{
	"feed":          0,
	"feed/chars":    0,
	"feed/text":     1,
	"feed/html":     1,
	"feed/link":     1,
	"feed/opml":     1,
	"feed/memory":   1,
	"feed/cmdline":  1,
	"config":        2,
	"storage":       2,
	"feed/fetch":    2,
	"feed/parse":    2,
	"feed/match":    2,
	"feed/story":    2,
	"feed/edition":  2,
	"feed/publish":  2,
	"server/desk":   3,
	"server/poll":   3,
	"server/web":    3,
	"server/websub": 3, "server/alarm": 3,
	"server":        4,
	".":             4, // the desk that the program brings along: files alone
	"cmd/topicwire": 5,
}

// owners says which packages may import a module, by the longest prefix that
// fits. nil means any; an empty list means tests only.
var owners = map[string][]string{
	"github.com/mmcdole/gofeed":             {"feed/parse"},
	"github.com/gorilla/feeds":              {"feed/publish"},
	"go.etcd.io/bbolt":                      {"storage"},
	"go.yaml.in/yaml/v4":                    {"config"},
	"github.com/microcosm-cc/bluemonday":    {"feed/html"},
	"golang.org/x/net/html":                 {"feed/html"},
	"golang.org/x/net/idna":                 {"feed/link"},
	"golang.org/x/net/publicsuffix":         {"feed/link"},
	"github.com/clipperhouse/uax29/v2":      {"feed/text", "feed/html"},
	"code.dny.dev/ssrf":                     {"feed/fetch"},
	"github.com/andybalholm/brotli":         {"feed/fetch", "server/web"},
	"github.com/spf13/cobra":                {"cmd/topicwire"},
	"github.com/spf13/pflag":                {"cmd/topicwire"},
	"golang.org/x/term":                     {"cmd/topicwire"},
	"golang.org/x/sync":                     {"server"},
	"golang.org/x/sys":                      {"cmd/topicwire"},
	"github.com/coreos/go-systemd/v22":      {"cmd/topicwire"},
	"github.com/prometheus/client_golang":   {"server", "server/web"},
	"github.com/santhosh-tekuri/jsonschema": {},
	"github.com/invopop/jsonschema":         {"config"},
	"golang.org/x/text":                     nil,
	"github.com/klauspost/compress":         nil,
	"github.com/cespare/xxhash/v2":          nil,
	"github.com/google/go-cmp":              {},
	"pgregory.net/rapid":                    {},
	"github.com/rogpeppe/go-internal":       {},
	"github.com/chromedp":                   {},
}

// mayImportConfig are the packages that import config: the rest is handed values.
var mayImportConfig = map[string]bool{"cmd/topicwire": true, "server": true}

// broken says what is wrong with package pkg importing what, "" for nothing.
func broken(pkg, what string, test bool) string {
	if local, ok := strings.CutPrefix(what, "topicwire/"); ok || what == "topicwire" {
		if !ok {
			local = "."
		}
		if local == pkg { // an external test of the package itself
			return ""
		}
		from, placed := floors[pkg]
		to, known := floors[local]
		switch {
		case !placed:
			return pkg + " has no floor"
		case !known:
			return local + " has no floor"
		case to >= from:
			return pkg + " (floor " + strconv.Itoa(from) + ") imports " + local + " (floor " + strconv.Itoa(to) + ")"
		case local == "config" && !mayImportConfig[pkg]:
			return pkg + " imports config"
		}
		return ""
	}
	if !strings.Contains(strings.Split(what, "/")[0], ".") {
		return "" // the standard library
	}
	if pkg == "feed" && !test {
		return "feed imports " + what + ": the domain has the standard library only"
	}
	for module := what; module != "."; module = path.Dir(module) {
		allowed, known := owners[module]
		if !known {
			continue
		}
		if allowed == nil || test && len(allowed) == 0 {
			return ""
		}
		for _, o := range allowed {
			if o == pkg {
				return ""
			}
		}
		if len(allowed) == 0 {
			return pkg + " imports " + what + ", which is for tests"
		}
		return pkg + " imports " + what + ", which belongs to " + strings.Join(allowed, ", ")
	}
	return pkg + " imports " + what + ", which has no owner"
}

func TestLayout(t *testing.T) {
	const root = "../.."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || strings.HasPrefix(name, ".") && name != "..") {
			return filepath.SkipDir
		}
		// A module of its own, as packaging, is no part of the program and cannot import it.
		if _, err := os.Stat(filepath.Join(file, "go.mod")); d.IsDir() && file != root && err == nil {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		seen[pkg] = true
		if f.Name.Name == "util" || f.Name.Name == "common" || f.Name.Name == "helpers" {
			t.Errorf("%s: a package named %s says nothing", file, f.Name.Name)
		}
		for _, i := range f.Imports {
			what, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if wrong := broken(pkg, what, strings.HasSuffix(name, "_test.go")); wrong != "" {
				t.Errorf("%s: %s", file, wrong)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range floors {
		if !seen[pkg] {
			t.Errorf("%s has a floor but no file", pkg)
		}
	}
}

// The check itself must be able to fail.
func TestBrokenLayoutIsNoticed(t *testing.T) {
	for _, c := range []struct {
		pkg, what string
		test      bool
		ok        bool
	}{
		{"storage", "topicwire/feed", false, true},
		{"storage", "topicwire/feed/link", false, true},
		{"storage", "topicwire/feed/match", false, false},
		{"feed", "topicwire/feed/text", false, false},
		{"feed", "strings", false, true},
		{"feed", "github.com/cespare/xxhash/v2", false, false},
		{"server/web", "topicwire/config", false, false},
		{"server", "topicwire/config", false, true},
		{"server", "topicwire", false, false},
		{"cmd/topicwire", "topicwire", false, true},
		{"server/web", "topicwire/server/poll", false, false},
		{"feed/newcomer", "topicwire/feed", false, false},
		{"storage", "go.etcd.io/bbolt", false, true},
		{"server", "go.etcd.io/bbolt", false, false},
		{"server", "go.etcd.io/bbolt/errors", true, false},
		{"feed/publish", "github.com/mmcdole/gofeed", true, false},
		{"server/web", "golang.org/x/net/html", false, false},
		{"feed/parse", "golang.org/x/text/encoding/htmlindex", false, true},
		{"storage", "github.com/google/go-cmp/cmp", true, true},
		{"storage", "github.com/google/go-cmp/cmp", false, false},
		{"storage", "example.com/new", false, false},
	} {
		if got := broken(c.pkg, c.what, c.test); (got == "") != c.ok {
			t.Errorf("%s imports %s (test %v): %q", c.pkg, c.what, c.test, got)
		}
	}
}
