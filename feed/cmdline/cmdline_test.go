package cmdline

import (
	"os/exec"
	"testing"
)

// A shell reads a line as the words that it was made of.
func TestAShellReadsTheWordsOfALine(t *testing.T) {
	words := []string{"hide", "it's", "https://a.example/?a=1&b=$HOME", "", "-x", "a b\tc", "`id`", `\n"`}
	out, err := exec.Command("sh", "-c", `topicwire() { printf '%s\n' "$@"; }; `+Line(words...)).Output()
	if err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, w := range words {
		want += w + "\n"
	}
	if string(out) != want {
		t.Errorf("%q, want %q", out, want)
	}
}

func TestForNamesTheFile(t *testing.T) {
	for _, tt := range []struct{ file, text, want string }{
		{"", "run `topicwire fetch`", "run `topicwire fetch`"},
		{"a.yaml", "run `topicwire fetch` or `topicwire serve` first", "run `topicwire fetch -c a.yaml` or `topicwire serve -c a.yaml` first"},
		{"my wire/it's.yaml", "`topicwire reload accept` takes it", `` + "`topicwire reload accept -c 'my wire/it'\\''s.yaml'` takes it"},
		{"a.yaml", "see `topicwire fetch --help`", "see `topicwire fetch --help`"},
		{"a.yaml", "`topicwire check -c b.yaml`", "`topicwire check -c b.yaml`"},
		{"a.yaml", "`topicwire version` and `topicwire schema`", "`topicwire version` and `topicwire schema`"},
		{"a.yaml", "`mkdir -p none`, topicwire fetch", "`mkdir -p none`, topicwire fetch"},
		{"a.yaml", "`" + Line("hide", "t", "https://a.example/`x`", "--undo") + "`", "`topicwire hide t 'https://a.example/`x`' --undo`"},
	} {
		if got := For(tt.file, tt.text); got != tt.want {
			t.Errorf("%q\n%q, want\n%q", tt.text, got, tt.want)
		}
	}
}
