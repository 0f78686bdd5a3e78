package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const completed = `
sources:
  - {url: "https://good.example/rss", title: Good news}
  - {url: "https://other.example/feed?token=s3cret"}
topics: {alpha: {title: All of it}, beta: {any: [water]}, beyond: {any: [fire]}}
`

// What shells propose: topics, sources, formats and files where they may stand, and
// nothing elsewhere; of a broken configuration what can be read, without a word.
func TestCompletion(t *testing.T) {
	dir := t.TempDir()
	good, broken := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "broken.yaml")
	writeConfig(t, good, "fetch: {contact: a@b.example}"+completed)
	writeConfig(t, broken, "fetch: {contcat: a@b.example}\nserver: {listen: nowhere}"+completed)
	const none, file, dirs, ext = ":4", ":0", ":16", ":8"
	const alpha, beta, beyond = "alpha\tAll of it", "beta\tbeta", "beyond\tbeyond"
	for _, c := range []struct {
		args, want string // arguments parted by blanks, the last one begun; lines parted by |
	}{
		{"export _", alpha + "|" + beta + "|" + beyond + "|" + none},
		{"export be", beta + "|" + beyond + "|" + none},
		{"export bet", beta + "|" + none},
		{"export beta _", none},
		{"export --format _", "atom|rss|json|" + none},
		{"export -f _", "atom|rss|json|" + none},
		{"export -o _", file},
		{"preview beta alp", alpha + "|" + none},
		{"preview beta be", beyond + "|" + none},
		{"preview --storage _", file},
		{"preview --samples _", none},
		{"explain al", alpha + "|" + none},
		{"explain alpha _", none},
		{"explain --story _", none},
		{"hide al", alpha + "|" + none},
		{"include al", alpha + "|" + none},
		{"hide alpha _", none},
		{"merge _", none},
		{"suggest al", alpha + "|" + none},
		{"suggest alpha _", "jsonl|" + ext},
		{"evaluate _", "jsonl|" + ext},
		{"forget https://g", "https://good.example/rss\tGood news|" + none},
		{"forget https://o", "https://other.example/feed?token=xxxxx|" + none},
		{"forget --note _", none},
		{"sources export _", none},
		{"sources import _", "opml|xml|" + ext},
		{"sources discover _", none},
		{"serve _", none},
		{"serve --log _", "text|json|" + none},
		{"build -o _", dirs},
		{"backup _", file},
		{"restore _", file},
		{"restore a _", none},
		{"status --config _", "yaml|yml|" + ext},
	} {
		for _, config := range []string{good, broken} {
			args := []string{"__complete", "-c", config}
			for _, a := range strings.Fields(c.args) {
				args = append(args, strings.TrimSuffix(a, "_"))
			}
			r := command(args...)
			got := strings.ReplaceAll(strings.TrimSpace(r.out), "\n", "|")
			if r.code != exitDone || got != c.want {
				t.Errorf("%s, %s: %q, want %q (status %d)", filepath.Base(config), c.args, got, c.want, r.code)
			}
			if said := strings.TrimSpace(r.err); strings.Count(said, "\n") > 0 || !strings.HasPrefix(said, "Completion ended with directive") {
				t.Errorf("%s, %s: it says %q", filepath.Base(config), c.args, said)
			}
		}
	}
	// No configuration at all is no topic.
	if r := command("__complete", "-c", filepath.Join(dir, "none.yaml"), "export", ""); r.code != exitDone || r.out != none+"\n" {
		t.Errorf("without a configuration: %+v", r)
	}
}

// Help says how shells learn all that, and each of their scripts is there.
func TestCompletionIsFound(t *testing.T) {
	if r := command("--help"); !strings.Contains(r.out, "source <(topicwire completion bash)") || !strings.Contains(r.out, "\n  completion ") {
		t.Errorf("help:\n%s", r.out)
	}
	for shell, part := range map[string]string{"bash": "complete -o default", "zsh": "#compdef topicwire", "fish": "complete -c topicwire", "powershell": "Register-ArgumentCompleter"} {
		if r := command("completion", shell); r.code != exitDone || !strings.Contains(r.out, part) || !strings.Contains(r.out, "__complete") {
			t.Errorf("%s: status %d, %d bytes", shell, r.code, len(r.out))
		}
	}
}
