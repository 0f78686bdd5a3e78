package web

import (
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// A Picture is an icon with its bytes.
type Picture struct {
	feed.Icon
	Body []byte
}

// Files are what an operator adds to a site.
type Files struct {
	Icons       map[feed.TopicID][]byte // of the topics that have one
	SecurityTxt []byte                  // /.well-known/security.txt (RFC 9116); nil for none
}

// SetFiles tells the site its files, for the next SetTopics to put in place. They are
// not written to.
func (s *Site) SetFiles(f Files) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = f
}

// securityPath is where researchers look (RFC 9116 §3).
const securityPath = "/.well-known/security.txt"

// placeFiles are the places of the files. The caller holds mu.
func (s *Site) placeFiles() []*slot {
	var places []*slot
	for _, t := range s.topics {
		if body := s.files.Icons[t.ID]; t.Icon.Ext != "" && body != nil {
			places = append(places, s.pictured(publish.TopicIconPath(&t.Topic), Picture{t.Icon, body}))
		}
	}
	if text := s.files.SecurityTxt; text != nil {
		place := s.slot(securityPath)
		place.Store(newDocument(text, time.Time{}, traits{mediaType: "text/plain; charset=utf-8", cache: cachePicture}, nil))
		places = append(places, place)
	}
	return places
}

// pictured serves a picture. Who opens a drawing by itself must not run what is in it.
func (s *Site) pictured(path string, p Picture) *slot {
	t := traits{mediaType: p.MediaType(), cache: cachePicture}
	if !p.Raster() {
		t.extra = []field{one("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")}
	}
	place := s.slot(path)
	place.Store(newDocument(p.Body, time.Time{}, t, nil))
	return place
}

// ourIcon is the program's, as pixels.
func ourIcon() Picture {
	_, icon, _ := publish.Picture(&feed.Topic{}, feed.Icon{})
	return Picture{icon, asset("icon.png")}
}

// picture serves a picture of the feeds.
func (s *Site) picture(path, name string) *slot { return s.kept(path, name, "image/png") }

// kept serves a file under the address by which feeds name it.
func (s *Site) kept(path, name, mediaType string) *slot {
	place := s.slot(path)
	place.Store(newDocument(asset(name), time.Time{}, traits{mediaType: mediaType, cache: cachePicture}, nil))
	return place
}
