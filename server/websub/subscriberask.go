package websub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"topicwire/feed"
)

// The modes of requests and verifications (WebSub §5).
const (
	modeSubscribe   = "subscribe"
	modeUnsubscribe = "unsubscribe"
	modeDenied      = "denied"
)

// maxHubRedirects is how many redirects of a request to a hub are followed.
const maxHubRedirects = 5

// send asks a hub to push, or to stop pushing (WebSub §5.1). It returns why that came
// to nothing, "" where the hub took it; silent says that it did not answer at all.
// What it returns shows nothing secret.
func (s *Subscriber) send(ctx context.Context, l *feed.Lease, mode string) (why string, silent bool) {
	form := url.Values{"hub.mode": {mode}, "hub.topic": {l.Topic}, "hub.callback": {l.Callback}}
	if mode == modeSubscribe {
		form.Set("hub.lease_seconds", strconv.Itoa(int(askedLease.Seconds())))
		form.Set("hub.secret", l.Secret)
	}
	client, at := s.o.Client(), l.Hub
	for range maxHubRedirects + 1 {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(form.Encode()))
		if err != nil {
			return "its address is no valid URL", false
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("User-Agent", client.UserAgent())
		res, err := client.HTTP().Do(req)
		if err != nil {
			if u, ok := errors.AsType[*url.Error](err); ok {
				err = u.Err // the rest repeats the address
			}
			return said(l, err.Error()), true
		}
		to, why := hubAnswered(l, req.URL, res)
		res.Body.Close()
		if to == "" {
			return why, false
		}
		at = to
	}
	return fmt.Sprintf("more than %d redirects", maxHubRedirects), false
}

// hubAnswered is where a hub sends a request on (WebSub §5.1: 307, 308), else why it
// did not take it.
func hubAnswered(l *feed.Lease, at *url.URL, res *http.Response) (to, why string) {
	switch {
	case res.StatusCode/100 == 2:
		return "", ""
	case res.StatusCode == http.StatusTemporaryRedirect, res.StatusCode == http.StatusPermanentRedirect:
		u, err := at.Parse(res.Header.Get("Location"))
		if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || at.Scheme == "https") {
			return "", "it redirects to where no request may go"
		}
		return u.String(), ""
	}
	reason, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)) // what there is of it
	why = "it answered " + res.Status
	if text := said(l, string(reason)); text != "" && strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") {
		why += ": " + text
	}
	return "", why
}

// hostOfHub is the host of a hub's address.
func hostOfHub(address string) string {
	return (&feed.Lease{Hub: address}).HubHost()
}
