package config

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/feed"
)

var update = flag.Bool("update", false, "rewrite the wanted lines of testdata/*.bad.yaml")

func testEnv(name string) (string, bool) {
	v, ok := map[string]string{"FIRST_TOKEN": "s3cret", "EMPTY": ""}[name]
	return v, ok
}

// parseFile reads a file of testdata under its base name, as if it lay in /etc/wire.
func parseFile(t *testing.T, path string) (*Config, []feed.Problem, string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, problems := sound(draft("", data, "/etc/wire", testEnv, testDisk()))
	return c, problems, string(data)
}

// testDisk holds the files of testdata as if they lay in /etc/wire.
func testDisk() disk {
	read := func(path string, most int64) ([]byte, error) {
		if name, ok := strings.CutPrefix(path, "/etc/wire/"); ok {
			path = filepath.Join("testdata", name)
		}
		return readRegular(path, most)
	}
	glob := func(pattern string) ([]string, error) {
		found, err := filepath.Glob(strings.Replace(pattern, "/etc/wire/", "testdata/", 1))
		for i, path := range found {
			found[i] = strings.Replace(path, "testdata/", "/etc/wire/", 1)
		}
		return found, err
	}
	return disk{read, glob}
}

// TestBad holds every *.bad.yaml to the problems that its comments announce, as
// "# want: LINE:COL: severity: text (hint)", no more and no fewer, in order.
func TestBad(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.bad.yaml")
	if len(files) < 40 {
		t.Fatalf("%d bad files", len(files))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			c, problems, text := parseFile(t, path)
			var got []string
			refused := false
			for _, p := range problems {
				refused = refused || p.Severity == feed.Error
				got = append(got, strings.TrimPrefix(strings.TrimPrefix(p.String(), ":"), " "))
				if strings.Contains(p.String(), "s3cret") {
					t.Errorf("a secret shows: %s", p)
				}
			}
			if *update {
				rewrite(t, path, text, got)
				return
			}
			if (c == nil) != refused {
				t.Errorf("config %v with errors %v", c, refused)
			}
			var want []string
			for line := range strings.Lines(text) {
				if w, ok := strings.CutPrefix(line, "# want: "); ok {
					want = append(want, strings.TrimSpace(w))
				}
			}
			if len(want) == 0 {
				t.Fatal("the file says nothing of what is wrong with it")
			}
			if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
				t.Errorf("got\n%s\nwant\n%s", g, w)
			}
		})
	}
}

func rewrite(t *testing.T, path, text string, got []string) {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "# want: ") {
			out.WriteString(line)
		}
	}
	for _, g := range got {
		out.WriteString("# want: " + g + "\n")
	}
	if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGood reads every *.good.yaml without a problem.
func TestGood(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.good.yaml")
	if len(files) == 0 {
		t.Fatal("no good files")
	}
	for _, path := range files {
		c, problems, _ := parseFile(t, path)
		if c == nil || len(problems) > 0 {
			t.Errorf("%s: %v", path, problems)
		}
	}
}
