package server

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"topicwire/feed"
)

// alertRules has promtool evaluate the alert rules of the documentation over the metrics
// of each fault: ten minutes of a service that is well, and then two hours of the fault.
func alertRules(t *testing.T, seen seen) {
	doc, err := os.ReadFile("../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "### Alert rules")
	_, rest, _ = strings.Cut(rest, "```yaml\n")
	rules, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/operating.md has no alert rules")
	}
	var tests strings.Builder
	tests.WriteString("rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n")
	for _, kind := range feed.AlarmKinds() {
		name := alertName(kind)
		if !strings.Contains(rules, "alert: "+name+"\n") {
			t.Errorf("no rule for %s", kind)
		}
		if seen[kind] == "" {
			t.Errorf("no fault of the kind %s", kind)
			continue
		}
		fmt.Fprintf(&tests, "- name: %s\n  interval: 1m\n  input_series:\n", kind)
		before, during := samples(seen[""]), samples(seen[kind])
		for series, value := range during {
			was, there := before[series]
			if !there {
				was = value
			}
			fmt.Fprintf(&tests, "  - {series: '%s', values: '%s+0x9 %s+0x120'}\n", series, was, value)
		}
		fmt.Fprintf(&tests, "  - {series: 'up{job=\"topicwire\"}', values: '1+0x130'}\n  promql_expr_test:\n")
		fmt.Fprintf(&tests, "  - {expr: 'count(ALERTS{alertstate=\"firing\"}) or vector(0)', eval_time: 9m, exp_samples: [{labels: '{}', value: 0}]}\n")
		fmt.Fprintf(&tests, "  - {expr: 'count(ALERTS{alertstate=\"firing\",alertname=\"%s\"})', eval_time: 120m, exp_samples: [{labels: '{}', value: 1}]}\n", name)
	}
	tests.WriteString("- name: down\n  interval: 1m\n  input_series:\n  - {series: 'up{job=\"topicwire\"}', values: '1+0x9 0+0x120'}\n  promql_expr_test:\n" +
		"  - {expr: 'count(ALERTS{alertstate=\"firing\",alertname=\"TopicwireDown\"})', eval_time: 30m, exp_samples: [{labels: '{}', value: 1}]}\n")
	dir := t.TempDir()
	for name, text := range map[string]string{"rules.yml": rules, "tests.yml": tests.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skipf("the rules are evaluated by promtool, which is not here: %v", err)
	}
	for _, args := range [][]string{{"check", "rules", "rules.yml"}, {"test", "rules", "tests.yml"}} {
		c := exec.Command(promtool, args...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
}

// alertName is what the rule for a kind is called: TopicwireSourceFailing.
func alertName(kind feed.AlarmKind) string {
	name := "Topicwire"
	for _, word := range strings.Split(string(kind), "-") {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	return name
}

// samples are the values of our own metrics by their series, but for histograms.
func samples(text string) map[string]string {
	all := make(map[string]string)
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		if i := strings.LastIndexByte(s.Text(), ' '); i > 0 && strings.HasPrefix(s.Text(), "topicwire_") && !strings.Contains(s.Text(), "_bucket{") {
			all[s.Text()[:i]] = s.Text()[i+1:]
		}
	}
	return all
}

// The dashboard of the documentation asks for metrics that there are.
func TestDashboardAsksForWhatThereIs(t *testing.T) {
	doc, err := os.ReadFile("../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(doc, &dashboard); err != nil || len(dashboard.Panels) == 0 {
		t.Fatalf("%d panels, %v", len(dashboard.Panels), err)
	}
	f := newFaulty(t, seen{}, quietConfig(t, "t: {}"), resting)
	f.get(t, http.DefaultClient, "/")
	_, metrics := f.ask("/metrics")
	name := regexp.MustCompile(`\b(?:topicwire|process|go)_\w+`)
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			asked := name.FindAllString(target.Expr, -1)
			if len(asked) == 0 {
				t.Errorf("%s asks for nothing: %s", p.Title, target.Expr)
			}
			for _, m := range asked {
				if !regexp.MustCompile(`(?m)^`+m+`[ {]`).MatchString(metrics) && m != "topicwire_visit_duration_seconds_bucket" {
					t.Errorf("%s: there is no %s", p.Title, m)
				}
			}
		}
	}
}
