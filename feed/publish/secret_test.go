package publish

import (
	"bytes"
	"testing"

	"topicwire/feed"
)

// A source is named without what is secret in its address, whatever carries it; its
// id stays the name of that source alone.
func TestNoSecretOfASource(t *testing.T) {
	const address = "https://desk:pw-secret@paid.example/feed?token=query-secret&topic=water"
	for _, tt := range []struct {
		name   string
		source feed.SourceInfo
		origin *feed.Origin
	}{
		{"no id of its own", feed.SourceInfo{ID: address, Title: "Paid"}, nil},
		{"its address as id and link", feed.SourceInfo{ID: address, Title: "Paid", FeedID: address, Link: address}, nil},
		{"its address as origin", feed.SourceInfo{ID: address, Title: "Paid"}, &feed.Origin{Title: "Paid", ID: address, Link: address}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := feed.StoredEntry{Key: 1, Source: address, Seen: at(4, 7, 0), Entry: feed.Entry{ID: "1", Title: "News", Link: "https://paid.example/1", Origin: tt.origin}}
			ed := &feed.Edition{Topic: feed.Topic{ID: "t"}, Updated: at(4, 8, 0), Entries: []feed.Item{{PublicID: "urn:x:1", Entry: e, Source: tt.source, Filed: at(4, 7, 0)}}}
			for _, f := range []Format{Atom, RSS, JSON} {
				doc, err := Render(ed, f, site)
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(doc, []byte("secret")) {
					t.Errorf("%s shows a secret:\n%s", f, doc)
				}
				if !bytes.Contains(doc, []byte("paid.example/feed?token=xxxxx&amp;topic=water")) && !bytes.Contains(doc, []byte("paid.example/feed?token=xxxxx&topic=water")) {
					t.Errorf("%s does not name the source:\n%s", f, doc)
				}
			}
		})
	}
	if one, other := sourceID(address, address), sourceID(address+"2", address+"2"); one == other || one != sourceID(address, address) {
		t.Errorf("ids %s and %s", one, other)
	}
	const open = "https://open.example/feed?topic=water"
	if id := sourceID(open, open); id != open {
		t.Errorf("the id of a source without a secret: %s", id)
	}
}
