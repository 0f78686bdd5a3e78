package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A proxy of the server's group may connect to the public socket, whatever the umask, and
// nobody but the owner to the operators'. A socket that was left behind is no obstacle;
// what answers, or is no socket, is.
func TestListenOnSockets(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-folder", 8)) // longer than sockets' addresses may be
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cfg := liveConfig(t, t.TempDir(), "https://x.example/rss", "t: {}")
	public, admin := filepath.Join(dir, "public"), filepath.Join(dir, "admin")
	cfg.Server.Listen, cfg.Server.Admin = "unix:"+public, "unix:"+admin
	dead := filepath.Join(t.TempDir(), "dead")
	left, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	left.SetUnlinkOnClose(false)
	left.Close()
	if err := os.Rename(dead, public); err != nil {
		t.Fatal(err)
	}

	l := goLive(t, cfg, nil)
	for path, want := range map[string]os.FileMode{public: 0o660, admin: 0o600} {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != want || st.Mode()&os.ModeSocket == 0 {
			t.Errorf("%s: %v, %v, want %v", path, st.Mode(), err, want)
		}
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialSocket(ctx, path)
		}}}
		if got := l.get(t, c, "http://localhost/"); !strings.Contains(got, "<html") {
			t.Errorf("%s: %s", path, got)
		}
	}
	if l.url != "http://"+public {
		t.Errorf("it says that it listens on %s", l.url)
	}
	if _, err := listen("server.listen", "unix:"+public, modeOfPublic); err == nil || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("where another one answers: %v", err)
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}

	if err := os.WriteFile(public, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listen("server.listen", "unix:"+public, modeOfPublic); err == nil || !strings.Contains(err.Error(), "is there and is no socket") {
		t.Errorf("where a file is: %v", err)
	}
	if b, err := os.ReadFile(public); err != nil || string(b) != "notes" {
		t.Errorf("the file is %q, %v", b, err)
	}
}
