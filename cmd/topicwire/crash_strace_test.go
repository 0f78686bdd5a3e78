package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// A call is one system call that a process made on its files, or a line that it wrote to
// its output.
type call struct {
	name   string // pwrite64, fdatasync, fsync, ftruncate, openat, rename, link, unlink, say
	file   string
	to     string // of a rename or link
	data   []byte
	at     int64 // of a write; the length of a truncation
	failed bool
}

// traced are the calls that are recorded.
const traced = "openat,pwrite64,write,fdatasync,fsync,ftruncate,rename,renameat,renameat2,link,linkat,unlink,unlinkat"

// underStrace makes c run under strace, which writes what it sees to a file.
func underStrace(c *exec.Cmd, out string, options ...string) *exec.Cmd {
	strace, err := exec.LookPath("strace")
	if err != nil {
		panic(err) // needStrace looked
	}
	args := append([]string{"strace", "-f", "-qq", "-e", "signal=none", "-o", out}, options...)
	c.Args = append(append(args, c.Path), c.Args[1:]...)
	c.Path = strace
	return c
}

// record runs a process to its end, whatever that is, and tells its calls on the files
// of a folder. more are options of strace.
func record(t *testing.T, dir string, c *exec.Cmd, more ...string) []call {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	underStrace(c, log, append([]string{"--seccomp-bpf", "-y", "-xx", "-s", "33554432", "-e", "trace=" + traced}, more...)...)
	if err := c.Run(); err != nil && len(more) == 0 {
		t.Fatalf("%v: %v\n%s%s", c.Args, err, stdout.String(), stderr.String())
	}
	if err := crashed(stderr.Bytes()); err != nil {
		t.Error(err)
	}
	calls, err := readCalls(log, dir)
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

// resumed is the end of a call that had to wait.
var resumed = regexp.MustCompile(`^<\.\.\. ([a-z0-9]+) resumed>.*\) += (\S+)`)

// readCalls reads what strace wrote. A call that had to wait stands where it ended: what
// it did is sure only then.
func readCalls(log, dir string) ([]call, error) {
	b, err := os.ReadFile(log)
	if err != nil {
		return nil, err
	}
	var calls []call
	waiting := make(map[string][2]string) // by thread: name and arguments
	for line := range strings.SplitSeq(string(b), "\n") {
		thread, line, _ := strings.Cut(line, " ")
		line = strings.TrimLeft(line, " ")
		name, args, is := strings.Cut(line, "(")
		result := ""
		if m := resumed.FindStringSubmatch(line); strings.HasPrefix(line, "<...") && m != nil {
			name, args, result = waiting[thread][0], waiting[thread][1], m[2]
		} else if before, ok := strings.CutSuffix(args, " <unfinished ...>"); ok {
			waiting[thread] = [2]string{name, before}
			continue
		} else if end := strings.LastIndex(args, " = "); is && end >= 0 {
			args, result = strings.TrimSuffix(strings.TrimRight(args[:end], " "), ")"), args[end+3:]
		} else {
			continue
		}
		result, _, _ = strings.Cut(result, " ")
		result, _, _ = strings.Cut(result, "<")
		c, err := readCall(name, args, result, dir)
		if err != nil {
			return nil, fmt.Errorf("%w: %.300s", err, line)
		}
		if c != nil {
			calls = append(calls, *c)
		}
	}
	return calls, nil
}

// readCall is nil for a call on other files.
func readCall(name, args, result, dir string) (*call, error) {
	var texts, names []string // the strings, and the files of descriptors
	for rest := args; ; {
		i := strings.IndexAny(rest, "\"<")
		if i < 0 {
			break
		}
		text, after, _ := strings.Cut(rest[i+1:], map[byte]string{'"': "\"", '<': ">"}[rest[i]])
		if rest[i] == '"' {
			texts = append(texts, unhex(text))
		} else {
			names = append(names, unhex(text))
		}
		rest = after
	}
	last := args[strings.LastIndex(args, " ")+1:]
	c := &call{name: strings.TrimSuffix(strings.TrimSuffix(name, "2"), "at"), failed: strings.HasPrefix(result, "-")}
	switch name {
	case "write":
		if strings.HasPrefix(args, "1<") || strings.HasPrefix(args, "2<") {
			return &call{name: "say", data: []byte(texts[0])}, nil
		}
		return nil, nil
	case "openat":
		if !strings.Contains(args, "O_CREAT") && !strings.Contains(args, "O_TRUNC") || c.failed {
			return nil, nil
		}
		c.name, c.file = "open", texts[0]
		if strings.Contains(args, "O_TRUNC") {
			c.at = -1
		}
	case "rename", "renameat", "renameat2", "link", "linkat":
		c.file, c.to = texts[0], texts[1]
	case "unlink", "unlinkat":
		c.file = texts[0]
	default:
		if len(names) == 0 {
			return nil, nil
		}
		c.name, c.file = name, names[0]
		if name == "pwrite64" {
			c.data = []byte(texts[0])
		}
		if name == "pwrite64" || name == "ftruncate" {
			var err error
			if c.at, err = strconv.ParseInt(last, 10, 64); err != nil {
				return nil, err
			}
		}
		if n, err := strconv.Atoi(result); name == "pwrite64" && !c.failed && (err != nil || n > len(c.data)) {
			return nil, errors.New("a write of another length")
		} else if name == "pwrite64" && !c.failed {
			c.data = c.data[:n]
		}
	}
	if c.file != dir && filepath.Dir(c.file) != dir {
		return nil, nil
	}
	return c, nil
}

func unhex(s string) string {
	b := make([]byte, 0, len(s)/4)
	for i := 0; i+3 < len(s); i += 4 {
		n, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
		if err != nil {
			panic(err)
		}
		b = append(b, byte(n))
	}
	return string(b)
}
