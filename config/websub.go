package config

import "topicwire/feed/link"

// WebSub is how subscribers hear of changes at once (https://www.w3.org/TR/websub/).
type WebSub struct {
	Hub       bool     // the server is a hub for its own feeds
	PublishTo []string // addresses of other hubs, http or https, that are told of changes
}

func (r *reader) websubKeys(w *WebSub) *keys {
	return &keys{in: "websub", own: "hub publish_to", rows: []row{
		keyOr("hub own_hub enabled", "true", r.truthInto(&w.Hub),
			"Whether the server is a WebSub hub for its own feeds, at /hub."),
		key("publish_to hubs publish ping notify", listInto[string](r, &w.PublishTo, form(`^\s*`+anyHTTP+`([/?][^\s#]*)?\s*$`), "a hub", parsing(r, r.need("a URL"), hubURL)),
			"Other WebSub hubs that are told of every change, and that the feeds name.", []string{"https://pubsubhubbub.appspot.com/"}),
	}}
}

func hubURL(what, text string) (address, wrong, hint string) {
	u, wrong, hint := httpURL(what, text)
	if wrong == "" && u.Fragment != "" {
		wrong, hint = what+" "+quote(link.Masked(text))+" has a fragment", "leave out # and what follows"
	}
	return text, wrong, hint
}
