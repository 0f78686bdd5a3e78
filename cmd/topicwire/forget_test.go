package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// answered is command with somebody at the terminal who answers.
func answered(t *testing.T, answer string, args ...string) (r result, end *failure) {
	t.Helper()
	var out, stderr bytes.Buffer
	root := (&program{stdout: &out, stderr: &stderr}).root()
	root.SetArgs(args)
	root.SetIn(strings.NewReader(answer))
	if err := root.ExecuteContext(t.Context()); err != nil {
		end = explain(err)
		r.code = end.code
	}
	r.out, r.err = out.String(), stderr.String()
	return r, end
}

// Nothing is forgotten but for a yes in so many words: the answer is asked for once it is
// said what would go.
func TestForgetAsks(t *testing.T) {
	const question = "Forget it for good? [y/N] "
	config := badConfig(t, t.TempDir(), filepath.Join(t.TempDir(), "wire.db"))
	must(t, "fetch", "-c", config)
	stays := func(what string) {
		t.Helper()
		if r := must(t, "export", "t", "--format", "json", "-c", config); !strings.Contains(r.out, "https://x.example/7\"") {
			t.Errorf("%s: it is gone", what)
		}
	}
	for _, no := range []string{"", "\n", "n\n", "no\n", "yesterday\n", "ye\n", "не\n", "x\ny\n"} {
		r, end := answered(t, no, "forget", "https://x.example/7", "--by", "ann", "-c", config)
		if end == nil || end.code != exitFailed || end.text != "forget: nothing was forgotten" || r.out != "would be forgotten: 1 entry\n  Entry 7\nin: t\n" || r.err != question {
			t.Errorf("answered %q: %+v, %+v", no, r, end)
		}
		stays(no)
	}
	// Who only wants to know is not asked; who is asked has the answer apart from what is
	// printed for programs.
	if r, _ := answered(t, "y\n", "forget", "https://x.example/7", "--dry-run", "-c", config); r.code != exitDone || r.err != "" {
		t.Errorf("a dry run: %+v", r)
	}
	stays("a dry run")
	for i, yes := range []string{"y\n", "yes\n", " YES \n", "Y"} {
		id := "https://x.example/" + string(rune('1'+i))
		r, _ := answered(t, yes, "forget", id, "--by", "ann", "--json", "-c", config)
		if r.code != exitDone || !strings.HasPrefix(r.out, `{"dry":false,"number":`) || strings.Count(r.out, "\n") != 1 || !strings.HasPrefix(r.err, "would be forgotten: 1 entry\n") || strings.Count(r.err, question) != 1 {
			t.Errorf("answered %q: %+v", yes, r)
		}
		if r := must(t, "export", "t", "--format", "json", "-c", config); strings.Contains(r.out, id+`"`) {
			t.Errorf("answered %q: it is there still", yes)
		}
	}
}
