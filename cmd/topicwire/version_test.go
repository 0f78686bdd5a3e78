package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

// A build says its release and its commit, whoever told it of them.
func TestBuildKnowsItsCommit(t *testing.T) {
	const hash = "f35c5043a3db498db60317be5b0b76f63ebca6ba"
	checkout := func(module, modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: hash}, {Key: "vcs.time", Value: "2026-11-30T01:23:54Z"}, {Key: "vcs.modified", Value: modified},
		}}
	}
	other := strings.Repeat("ab", 20)
	for _, c := range []struct {
		name    string
		info    *debug.BuildInfo
		commit  string
		release bool
		want    string
	}{
		{"a checkout", checkout("v0.0.0-20261130012354-f35c5043a3db", "false"), "", false, Version + "-f35c5043a3db"},
		{"a checkout with changes", checkout("(devel)", "true"), "", false, Version + "-f35c5043a3db.modified"},
		{"a checkout of the tag", checkout("v"+Version, "false"), "", false, Version + "+f35c5043a3db"},
		{"a checkout of another tag", checkout("v0.0.1", "false"), "", false, Version + "-f35c5043a3db"},
		{"nothing known", &debug.BuildInfo{}, "", false, Version},
		{"linked", &debug.BuildInfo{}, other, false, Version + "-abababababab"},
		{"linked, a release", &debug.BuildInfo{}, other, true, Version + "+abababababab"},
		{"linked in a checkout", checkout("v"+Version, "true"), other, false, Version + "-abababababab"},
	} {
		b := buildOf(c.info, c.commit, "2026-11-30T01:23:54Z", c.release)
		if b.Version != c.want {
			t.Errorf("%s: version %q, want %q", c.name, b.Version, c.want)
		}
		if line := b.String(); !strings.HasPrefix(line, "topicwire "+c.want+" 2026-11-30 go1.") {
			t.Errorf("%s: %q", c.name, line)
		}
	}
}
