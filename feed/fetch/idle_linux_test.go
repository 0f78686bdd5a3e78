package fetch_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"topicwire/feed/fetch"
)

// The connections that are kept leave room below the descriptors of the process, however
// many hosts it speaks to. A process of its own has few.
func TestIdleConnectionsLeaveRoom(t *testing.T) {
	const files, hosts = 80, 150
	port := os.Getenv("TOPICWIRE_TEST_PORT")
	if port == "" {
		l, err := net.Listen("tcp", "0.0.0.0:0") // all of 127/8 is this machine
		if err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
		srv.Listener.Close()
		srv.Listener = l
		srv.Start()
		defer srv.Close()
		c := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		c.Env = append(os.Environ(), "TOPICWIRE_TEST_PORT="+srv.URL[strings.LastIndexByte(srv.URL, ':')+1:])
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: files, Max: files}); err != nil {
		t.Fatal(err)
	}
	for _, kept := range []int{1, 64} {
		c := fetch.New(fetch.Options{Version: "test", AllowPrivate: true, Kept: kept})
		for i := range hosts {
			if _, err := c.Send(t.Context(), fetch.Message{Method: http.MethodGet, URL: fmt.Sprintf("http://127.0.1.%d:%s/", i+1, port)}); err != nil {
				t.Fatalf("host %d: %v", i, err)
			}
		}
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		if len(open) > files/4 {
			t.Errorf("%d kept to a host: %d of %d files are open", kept, len(open), files)
		}
		c.Close()
	}
}
