package server

import (
	"net/http"
	"net/url"
	"strings"

	"topicwire/config"
	"topicwire/feed/fetch"
	"topicwire/server/web"
	"topicwire/server/websub"
)

// A public handler is all that answers to anybody: the site, and what takes more than GET
// and HEAD. Its paths are understood with and without the path of the public address, as
// the site's are.
type public struct {
	site   http.Handler
	prefix string
	hub    http.Handler // nil where there is none
	pushes http.Handler // what the hubs of sources call
}

func newPublic(st *state, site *web.Site, hub *websub.Hub, subscriber *websub.Subscriber) *public {
	p := &public{site: site, pushes: subscriber}
	if u, err := url.Parse(st.cfg.Server.URL); err == nil {
		p.prefix = strings.TrimRight(u.Path, "/")
	}
	if st.cfg.WebSub.Hub {
		p.hub = hub
	}
	return p
}

func (p *public) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.TrimPrefix(r.URL.Path, p.prefix); {
	case p.hub != nil && path == websub.HubPath:
		p.hub.ServeHTTP(w, r)
	case strings.HasPrefix(path, websub.CallbackPath):
		p.pushes.ServeHTTP(w, r)
	default:
		p.site.ServeHTTP(w, r)
	}
}

// hubs are those that the documents name: our own first.
func hubs(cfg *config.Config) []string {
	var list []string
	if cfg.WebSub.Hub {
		list = append(list, cfg.Server.URL+websub.HubPath)
	}
	return append(list, cfg.WebSub.PublishTo...)
}

// newHub is the hub of what a site publishes.
func (s *Server) newHub(st *state, site *web.Site) (*websub.Hub, error) {
	hub, err := websub.NewHub(websub.HubOptions{
		URL: st.cfg.Server.URL, Open: st.cfg.WebSub.Hub, Hubs: st.cfg.WebSub.PublishTo,
		Document: func(path string) (websub.Document, bool) {
			d, ok := site.Carried(path)
			return websub.Document(d), ok
		},
		Paths: site.CarriedPaths, Store: s.db, Submit: s.writer.submit,
		Client: func() *fetch.Client { return s.state.Load().courier },
		Now:    s.o.Now, Log: s.log,
	})
	if err == nil {
		s.hub.Store(hub)
	}
	return hub, err
}

// hubCounts is how the hub does; nothing before Serve.
func (s *Server) hubCounts() websub.HubCounts {
	if hub := s.hub.Load(); hub != nil {
		return hub.Counts()
	}
	return websub.HubCounts{}
}
