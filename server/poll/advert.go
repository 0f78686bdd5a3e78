package poll

import (
	"cmp"
	"errors"
	"net/url"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/html"
	"topicwire/feed/link"
	"topicwire/feed/parse"
)

// advertised is what an answer says of its hub (WebSub §4): the Link header before the
// document, each of hub and topic for itself. The document's own word in d is brought
// in line with it. Where parsing ended in err, d is nil; a web page may name a hub all
// the same, and anything else that is no feed says nothing, which is nil.
func advertised(src *feed.Source, res *fetch.Response, d *feed.Reading, err error) *feed.Advert {
	if src.File != "" || d == nil && !errors.Is(err, parse.ErrNotFeed) {
		return nil
	}
	base, perr := url.Parse(res.URL)
	if perr != nil {
		return nil
	}
	var said feed.Advert
	if d != nil {
		said = feed.Advert{Hub: d.Meta.Hub, Topic: d.Meta.Self}
	} else {
		said = advertOf(html.Links(html.UTF8(res.Body, res.ContentType), base))
	}
	a := advertOf(html.LinkHeaders(res.Link, base))
	a.Hub, a.Topic = cmp.Or(a.Hub, said.Hub), cmp.Or(a.Topic, said.Topic)
	switch {
	case a.Hub == "" && d == nil:
		return nil
	case a.Hub == "":
		return &feed.Advert{}
	case a.Topic == "" && len(src.Header) == 0 && !link.Secret(string(src.ID)) && !link.Secret(res.URL):
		a.Topic = res.URL
	case a.Topic == "":
		// Only where we asked tells, and that is a secret between the publisher and us.
		a = feed.Advert{}
	}
	if d != nil {
		d.Meta.Hub, d.Meta.Self = a.Hub, cmp.Or(a.Topic, d.Meta.Self)
	}
	return &a
}

// advertOf is the first hub and the first address of its own that links name.
func advertOf(links []html.Link) (a feed.Advert) {
	for i := range links {
		switch l := &links[i]; {
		case l.Has("hub") && a.Hub == "":
			a.Hub = l.Href
		case l.Has("self") && a.Topic == "":
			a.Topic = l.Href
		}
	}
	return a
}
