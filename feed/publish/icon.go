package publish

import "topicwire/feed"

// IconPath and LogoPath are where a site without an icon of its own has the pictures of
// its feeds, as PNG: one as high as wide (RFC 4287 §4.2.5), of iconSize, and one twice as
// wide (§4.2.8).
const (
	IconPath = "/icon.png"
	LogoPath = "/logo.png"
	iconSize = 144
)

// Bounds of an image of RSS 2.0; a reader makes it as large as the channel says.
const rssWidth, rssHeight = 144, 400

// SiteIconPath is where a site has an icon of its own.
func SiteIconPath(i feed.Icon) string { return "/icon" + i.Ext }

// TopicIconPath is where a site has a topic's own icon.
func TopicIconPath(t *feed.Topic) string { return "/topics/" + string(t.ID) + "/icon" + t.Icon.Ext }

// Picture is the path, below the site's address, of the picture that stands for a topic:
// its own icon, else the site's, else the program's. Drawings are passed over. own says
// that it is not the program's.
func Picture(t *feed.Topic, site feed.Icon) (path string, icon feed.Icon, own bool) {
	switch {
	case t.Icon.Raster():
		return TopicIconPath(t), t.Icon, true
	case site.Raster():
		return SiteIconPath(site), site, true
	}
	return IconPath, feed.Icon{Ext: ".png", Width: iconSize, Height: iconSize}, false
}

// A picture is the one of a document.
type picture struct {
	icon, logo    string // addresses; no logo where the icon is the operator's
	width, height int    // within the bounds of RSS
}

func newPicture(base string, t *feed.Topic, site feed.Icon) picture {
	path, icon, own := Picture(t, site)
	p := picture{icon: base + path, width: icon.Width, height: icon.Height}
	if !own {
		p.logo = base + LogoPath
	}
	if p.width > rssWidth {
		p.width, p.height = rssWidth, max(1, p.height*rssWidth/p.width)
	}
	if p.height > rssHeight {
		p.width, p.height = max(1, p.width*rssHeight/p.height), rssHeight
	}
	return p
}
