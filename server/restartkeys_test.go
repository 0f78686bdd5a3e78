package server

import (
	"path/filepath"
	"slices"
	"testing"

	"topicwire/config"
	"topicwire/feed"
)

// Every key that only a start reads keeps its running value at a reload, and is
// named for the operator.
func TestEveryKeyThatNeedsARestart(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	for key, value := range map[string]func(*config.Config) *string{
		"server.listen": func(c *config.Config) *string { return &c.Server.Listen },
		"server.admin":  func(c *config.Config) *string { return &c.Server.Admin },
		"server.url":    func(c *config.Config) *string { return &c.Server.URL },
		"server.title":  func(c *config.Config) *string { return &c.Server.Title },
		"storage.path":  func(c *config.Config) *string { return &c.Storage.Path },
	} {
		old, next := wire(t, db, "t: {}"), wire(t, db, "t: {}")
		*value(next) += "x"
		if late := keep(old, next); !slices.Equal(late, []string{key}) {
			t.Errorf("a change of %s: %v take effect at the next start", key, late)
		}
		if *value(next) != *value(old) {
			t.Errorf("%s is %q at once, want it to stay %q", key, *value(next), *value(old))
		}
	}
	// An icon by its bytes as much as by its size.
	for _, icon := range []config.Picture{{Icon: feed.Icon{Ext: ".svg"}}, {Icon: feed.Icon{Ext: ".png", Width: 1, Height: 1}, Body: []byte("b")}, {}} {
		old, next := wire(t, db, "t: {}"), wire(t, db, "t: {}")
		old.Server.Icon = config.Picture{Icon: feed.Icon{Ext: ".png", Width: 1, Height: 1}, Body: []byte("a")}
		next.Server.Icon = icon
		if late := keep(old, next); !slices.Equal(late, []string{"server.icon"}) || string(next.Server.Icon.Body) != "a" {
			t.Errorf("an icon %+v: %v take effect at the next start", icon, late)
		}
	}
	old, next := wire(t, db, "t: {}"), wire(t, db, "t: {}")
	next.WebSub = config.WebSub{Hub: !old.WebSub.Hub, PublishTo: []string{"https://hub.example/"}}
	if late := keep(old, next); !slices.Equal(late, []string{"websub.hub", "websub.publish_to"}) || next.WebSub.Hub != old.WebSub.Hub || next.WebSub.PublishTo != nil {
		t.Errorf("%v take effect at the next start; the hub is %+v", late, next.WebSub)
	}
}
