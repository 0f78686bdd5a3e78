package config

import (
	"cmp"
	"net/url"
	"strings"

	"topicwire/feed/link"
)

// WebSub is how news travels at once (https://www.w3.org/TR/websub/).
type WebSub struct {
	Hub       bool     // the server is a hub for its own feeds
	PublishTo []string // addresses of other hubs, http or https, that are told of changes
	// Subscribe says whether the hubs of sources are asked to push; nil leaves that to
	// server.url. Config.Subscribes tells.
	Subscribe *bool
}

func (r *reader) websubKeys(w *WebSub) *keys {
	subscribe := new(bool)
	k := r.truthInto(subscribe)
	read := k.read
	k.read = func(n *node, what string) {
		read(n, what)
		w.Subscribe = subscribe
	}
	return &keys{in: "websub", own: "hub publish_to subscribe", rows: []row{
		keyOr("hub own_hub enabled", "true", r.truthInto(&w.Hub),
			"Whether the server is a WebSub hub for its own feeds, at /hub."),
		key("publish_to hubs publish ping notify", listInto[string](r, &w.PublishTo, form(`^\s*`+anyHTTP+`([/?][^\s#]*)?\s*$`), "the hub", parsing(r, r.need("a URL"), hubURL)),
			"Other WebSub hubs that are told of every change, and that the feeds name.", []string{"https://pubsubhubbub.appspot.com/"}),
		key("subscribe subscriber push", k, "Whether the hubs of sources are asked to push what is new. By itself where server.url is a public address."),
	}}
}

// websub warns of subscriptions that no hub can serve.
func (r *reader) websub(at map[string]pair, c *Config) {
	if n := at["subscribe"].value; n != nil && c.Subscribes() && !publicHost(c.Server.URL) && !c.Fetch.AllowPrivate {
		r.warn(n, "subscribe is true, but hubs cannot reach "+quote(c.Server.URL)+", which is server.url", "set server.url to the public address")
	}
}

// Subscribes reports whether the hubs of sources are asked to push: as websub.subscribe
// says, else where server.url is a public address.
func (c *Config) Subscribes() bool {
	if c.WebSub.Subscribe != nil {
		return *c.WebSub.Subscribe
	}
	return publicHost(c.Server.URL)
}

// publicHost reports whether the host of an address may be reached from everywhere, as
// far as its name tells: it is none of a network's own, nor one that no name server knows
// (RFC 6761, RFC 7686).
func publicHost(address string) bool {
	u, err := url.Parse(address)
	if err != nil || link.Inside(address) {
		return false
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return !strings.HasSuffix(host, ".example") && !strings.HasSuffix(host, ".onion")
}

// WrongHub says what is wrong with the address of a hub that is not in the file, which
// what names, and how to write it; "" for nothing.
func WrongHub(what, address string) (wrong, hint string) {
	_, wrong, hint = hubURL(what, address)
	return wrong, cmp.Or(hint, "http:// or https:// and a host")
}

func hubURL(what, text string) (address, wrong, hint string) {
	u, wrong, hint := httpURL(what, text)
	if wrong == "" && u.Fragment != "" {
		wrong, hint = what+" "+quote(link.Masked(text))+" has a fragment", "leave out # and what follows"
	}
	return text, wrong, hint
}
