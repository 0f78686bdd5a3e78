package websub

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"topicwire/feed"
)

// Bounds of what a subscriber may ask for.
const (
	maxRequest  = 16 << 10 // bytes of a request
	maxCallback = 2048     // bytes of its address
	maxSecret   = 199      // bytes; WebSub §5.1 asks for less than 200

	defaultLease = 10 * 24 * time.Hour
	minLease     = 5 * time.Minute
	maxLease     = 30 * 24 * time.Hour
)

const about = `This is the WebSub hub of the feeds here (https://www.w3.org/TR/websub/).
Software subscribes by a POST of hub.mode, hub.topic and hub.callback; the topic
is the address of a feed or of a topic's page as it names itself (rel="self").
`

// A refusal is an answer to a request that nothing comes of.
type refusal struct {
	status int
	reason string
	after  time.Duration // when to come again; 0 leaves it unsaid
}

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status: status, reason: fmt.Sprintf(format, args...)}
}

// ServeHTTP takes requests of subscribers (WebSub §5.1).
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		_, _ = io.WriteString(w, about)
		return
	case http.MethodPost:
	default:
		header.Set("Allow", "GET, HEAD, POST")
		answer(w, refuse(http.StatusMethodNotAllowed, "only GET, HEAD and POST are answered here"))
		return
	}
	in, no := h.read(w, r)
	if no == nil {
		no = h.accept(in)
	}
	answer(w, no)
}

// answer says that a request was taken, or why not.
func answer(w http.ResponseWriter, no *refusal) {
	if no == nil {
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "taken; the callback is asked now\n")
		return
	}
	if no.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(no.after.Seconds())))
	}
	w.WriteHeader(no.status)
	_, _ = io.WriteString(w, no.reason+"\n")
}

// read is what a request asks for.
func (h *Hub) read(w http.ResponseWriter, r *http.Request) (*intent, *refusal) {
	form, no := formOf(w, r)
	if no != nil {
		return nil, no
	}
	in := &intent{mode: form.Get("hub.mode"), topic: form.Get("hub.topic"), secret: form.Get("hub.secret"), at: h.now()}
	switch in.mode {
	case subscribe, unsubscribe:
	case "publish":
		return nil, refuse(http.StatusBadRequest, "this hub knows of changes by itself: it carries the feeds of %s alone", h.o.URL)
	default:
		return nil, refuse(http.StatusBadRequest, "hub.mode is neither subscribe nor unsubscribe")
	}
	if in.topic == "" {
		return nil, refuse(http.StatusBadRequest, "hub.topic is missing")
	}
	path, ok := h.pathOf(in.topic)
	if ok && in.mode == subscribe {
		var d Document
		if d, ok = h.o.Document(path); d.Made && h.fullWith(path) {
			return nil, &refusal{http.StatusServiceUnavailable, "too many different feeds of stories and languages have subscribers", time.Hour}
		}
	}
	if !ok {
		return nil, refuse(http.StatusNotFound, "hub.topic is no feed of %s", h.o.URL)
	}
	callback, no := callbackOf(form.Get("hub.callback"))
	if no != nil {
		return nil, no
	}
	if len(in.secret) > maxSecret {
		return nil, refuse(http.StatusBadRequest, "hub.secret has 200 bytes or more")
	}
	if in.mode == subscribe {
		in.lease, no = leaseOf(form.Get("hub.lease_seconds"))
	}
	in.Wish = feed.Wish{Path: path, Callback: callback}
	return in, no
}

// formOf reads the parameters. Those that nobody knows are left alone.
func formOf(w http.ResponseWriter, r *http.Request) (url.Values, *refusal) {
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, refuse(http.StatusUnsupportedMediaType, "the request is no application/x-www-form-urlencoded")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, refuse(http.StatusRequestEntityTooLarge, "the request is longer than %d KiB", maxRequest>>10)
	} else if err != nil {
		return nil, refuse(http.StatusBadRequest, "the request is cut short")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the request is no application/x-www-form-urlencoded")
	}
	for name, values := range form {
		if !strings.HasPrefix(name, "hub.") {
			continue
		}
		if len(values) > 1 {
			return nil, refuse(http.StatusBadRequest, "%q is there more than once", name)
		}
		if !utf8.ValidString(values[0]) {
			return nil, refuse(http.StatusBadRequest, "%q is no UTF-8", name)
		}
	}
	return form, nil
}

// callbackOf is where a subscriber wants deliveries.
func callbackOf(address string) (string, *refusal) {
	u, err := url.Parse(address)
	switch {
	case address == "":
		return "", refuse(http.StatusBadRequest, "hub.callback is missing")
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return "", refuse(http.StatusBadRequest, "hub.callback is no http or https URL")
	case u.User != nil:
		return "", refuse(http.StatusBadRequest, "hub.callback holds a user or a password")
	case len(address) > maxCallback:
		return "", refuse(http.StatusBadRequest, "hub.callback is longer than %d bytes", maxCallback)
	}
	address, _, _ = strings.Cut(address, "#") // it is never sent
	return address, nil
}

// leaseOf is for how long a subscription lasts: what is asked for, within bounds.
func leaseOf(seconds string) (time.Duration, *refusal) {
	n, err := strconv.ParseUint(strings.TrimSpace(seconds), 10, 63)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return maxLease, nil
	case seconds != "" && err != nil:
		return 0, refuse(http.StatusBadRequest, "hub.lease_seconds is no number of seconds")
	case n == 0: // which older subscribers say for as long as possible
		return defaultLease, nil
	}
	return min(max(time.Duration(min(n, uint64(maxLease/time.Second)))*time.Second, minLease), maxLease), nil
}

// pathOf is the path of a topic below the public address; false where it lies elsewhere.
func (h *Hub) pathOf(topic string) (string, bool) {
	u, err := url.Parse(topic)
	base, berr := url.Parse(h.o.URL)
	if err != nil || berr != nil || u.User != nil || u.RawQuery != "" || u.ForceQuery {
		return "", false
	}
	if !strings.EqualFold(u.Scheme, base.Scheme) || !strings.EqualFold(u.Hostname(), base.Hostname()) || portOf(u) != portOf(base) {
		return "", false
	}
	path, ok := strings.CutPrefix(u.Path, strings.TrimRight(base.Path, "/"))
	return path, ok && strings.HasPrefix(path, "/")
}

func portOf(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	}
	return "80"
}
