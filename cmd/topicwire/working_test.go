package main

import (
	"bytes"
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/server"
)

// A screen says when something is written to it.
type screen struct {
	bytes.Buffer
	drawn chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	select {
	case s.drawn <- struct{}{}:
	default:
	}
	return s.Buffer.Write(p)
}

// How far a work of another process is has a bar here as well, as long as it goes on.
func TestAServersWorkHasABar(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	writeConfig(t, path, strings.Replace(wire, `admin: "127.0.0.1:0"`, `admin: ""`, 1)+"sources: []\ntopics: {t: {any: [Tashkent]}}\n")
	cfg, problems := (&program{config: path}).load()
	if cfg == nil {
		t.Fatal(problems)
	}
	s, err := server.Open(t.Context(), server.Options{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- s.Serve(ctx, nil, func(net.Addr) { close(ready) }) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	<-ready
	c, err := server.Dial(t.Context(), cfg.Storage.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	out := &screen{drawn: make(chan struct{}, 1)}
	w := &works{bar: &bar{w: out, width: 80}}
	err = w.during(t.Context(), c, feed.WorkBuild, func() error {
		waited := false // in the middle of the work, which a build of this process is
		return server.Build.Each(t.Context(), s, server.BuildRequest{}, func(server.BuildPart) {
			if waited {
				return
			}
			waited = true
			select {
			case <-out.drawn:
			case <-time.After(30 * time.Second):
				t.Error("nothing is drawn")
			}
		})
	})
	if err != nil || !strings.Contains(out.String(), feed.WorkBuild.Says()+"\r\x1b[K") || !strings.HasSuffix(out.String(), "\r\x1b[K") {
		t.Errorf("%v, %q", err, out.String())
	}
}
