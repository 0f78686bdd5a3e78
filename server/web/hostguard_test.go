package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A zone behind a loopback address is text that anybody may choose; no address
// with one is this machine's own name.
func TestTheOperatorsHostHasNoZone(t *testing.T) {
	for host, status := range map[string]int{
		"[::1]": http.StatusOK, "[::1]:8081": http.StatusOK, "127.0.0.1:8081": http.StatusOK, "[::ffff:127.0.0.1]": http.StatusOK,
		"[::1%25lo]": http.StatusForbidden, "[::1%lo]": http.StatusForbidden, "[::1%lo]:8081": http.StatusForbidden, "::1%lo": http.StatusForbidden,
		"[::1%evil.example]:8081": http.StatusForbidden,
	} {
		r := httptest.NewRequest(http.MethodGet, "/readyz", nil)
		r.Host = host
		w := httptest.NewRecorder()
		NewAdmin(AdminOptions{}).ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("Host %s: %d, want %d", host, w.Code, status)
		}
	}
}
