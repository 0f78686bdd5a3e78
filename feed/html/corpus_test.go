package html

import (
	stdhtml "html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCorpus checks every promise of Sanitize on the fragments of captured and
// hostile feeds, where those are at hand.
func TestCorpus(t *testing.T) {
	root := os.Getenv("TOPICWIRE_SHARED")
	if root == "" {
		root = filepath.FromSlash("../../../shared")
	}
	root = filepath.Join(root, "corpus")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no captured feeds: %v", err)
	}
	fragment := regexp.MustCompile(`(?s)<!\[CDATA\[(.*?)\]\]>|<(?:description|content|summary)[^>]*>(.*?)</`)
	seen := make(map[string]bool)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(path) == root {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		all := []string{string(b[:min(len(b), 4096)])} // the document itself is bad HTML too
		for _, m := range fragment.FindAllStringSubmatch(string(b), -1) {
			// Some documents are one feed over and over.
			in := m[1] + stdhtml.UnescapeString(m[2])
			if in = in[:min(len(in), 8192)]; !seen[in] {
				seen[in] = true
				all = append(all, in)
			}
		}
		for _, in := range all {
			out := Sanitize(in, base)
			check(t, path, out)
			checkText(t, in, out)
			if ok, _ := proven(out, nil); !ok {
				checkVetted(t, in)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d fragments", len(seen))
}

// checkText fails where the walk that cleans a fragment gives another text than Text.
func checkText(t testing.TB, in, out string) {
	t.Helper()
	if clean, text := SanitizeText(in, base); clean != out || text != Text(out) {
		t.Errorf("%.300q is cleaned to %.300q with the text %.300q, want %.300q", in, clean, text, Text(out))
	}
}

// checkVetted fails where the policy takes something out of what the rewriter
// wrote: it would cost a reader all markup of the fragment.
func checkVetted(t testing.TB, in string) {
	t.Helper()
	if out := rewrite(strings.TrimSpace(in), base); out != "" && vetted(out) != out {
		t.Errorf("the policy changes %.300q to %.300q", out, policy().Sanitize(out))
	}
}
