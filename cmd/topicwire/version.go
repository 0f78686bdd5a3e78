package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
)

// Version is the release, or the one that comes next.
const Version = "0.1.0"

// What a build says of its commit where Go does not find it out, as in a folder without
// .git. Only the linker writes them:
//
//	go build -ldflags '-X main.linkedCommit=HASH -X main.linkedTime=2026-11-30T01:23:54Z -X main.linkedRelease=true'
var linkedCommit, linkedTime, linkedRelease string

// A build is what a binary knows of itself. Its JSON is the answer to `version --json`.
type build struct {
	Version  string `json:"version"`            // 0.1.0+f35c5043a3db of a release, 0.1.0-f35c5043a3db before it, 0.1.0 where no commit is known
	Commit   string `json:"commit,omitempty"`   // hash
	Time     string `json:"time,omitempty"`     // of the commit, RFC 3339 in UTC
	Modified bool   `json:"modified,omitempty"` // the checkout had changes
	Go       string `json:"go"`
	System   string `json:"system"` // linux/amd64
}

// String is one line of words: name, version, date of the commit, Go, system.
func (b build) String() string {
	date := ""
	if t, err := time.Parse(time.RFC3339, b.Time); err == nil {
		date = " " + t.UTC().Format(time.DateOnly)
	}
	return fmt.Sprintf("topicwire %s%s %s %s", b.Version, date, b.Go, b.System)
}

// ownBuild is what this binary knows of itself.
func ownBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return buildOf(info, linkedCommit, linkedTime, linkedRelease != "")
}

// buildOf takes what was linked in, and else what Go found in the checkout. A checkout is a
// release where the commit has the tag of Version: Go writes that as the module's version.
func buildOf(info *debug.BuildInfo, commit, at string, release bool) build {
	b := build{Version: Version, Commit: commit, Time: at, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if commit == "" {
		release = info.Main.Version == "v"+Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Time = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	if len(b.Commit) >= 12 {
		sign := "-" // a pre-release, as Semantic Versioning has it
		if release {
			sign = "+"
		}
		b.Version += sign + b.Commit[:12]
	}
	if b.Modified {
		b.Version += ".modified"
	}
	return b
}

// version is what goes into the User-Agent, logs and answers.
func version() string { return ownBuild().Version }

func (p *program) versionCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return json.NewEncoder(p.stdout).Encode(ownBuild())
			}
			_, err := fmt.Fprintln(p.stdout, ownBuild())
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}
