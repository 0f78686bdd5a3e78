package parse

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// One odd member costs neither its entry nor the others.
func TestOddJSONMembers(t *testing.T) {
	const plain = `{"id":"2","url":"https://wire.example/2","content_text":"b"}`
	dropped := map[string]int{
		`"title":{"a":1}`: 1, `"image":false`: 1, `"tags":["a",7,null,{}]`: 1, `"date_published":true,"title":"T"`: 1,
		`"attachments":[7,{"url":"https://wire.example/a.mp3","size_in_bytes":"many"}]`: 2,
	}
	for inside, want := range map[string]feed.Entry{
		`"title":2026`:                 {Title: "2026"},
		`"title":{"a":1}`:              {},
		`"image":false`:                {},
		`"tags":["a",7,null,{}]`:       {Categories: []feed.Category{{Term: "a"}, {Term: "7"}}},
		`"tags":"a, b"`:                {Categories: []feed.Category{{Term: "a"}, {Term: "b"}}},
		`"author":"Ann"`:               {Authors: []feed.Person{{Name: "Ann"}}},
		`"authors":["Ann",{"name":7}]`: {Authors: []feed.Person{{Name: "Ann"}, {Name: "7"}}},
		`"authors":{"name":"Ann"}`:     {Authors: []feed.Person{{Name: "Ann"}}},
		`"attachments":{"url":"https://wire.example/a.mp3","size_in_bytes":12.5,"duration_in_seconds":"61"}`: {
			Enclosures: []feed.Enclosure{{URL: "https://wire.example/a.mp3", Type: "audio/mpeg", Length: 12, Duration: 61}}},
		`"attachments":[7,{"url":"https://wire.example/a.mp3","size_in_bytes":"many"}]`: {
			Enclosures: []feed.Enclosure{{URL: "https://wire.example/a.mp3", Type: "audio/mpeg"}}},
		`"date_published":true,"title":"T"`: {Title: "T"},
	} {
		d, err := Feed([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"https://wire.example/1","content_text":"a",`+inside+`},`+plain+`]}`), Options{})
		if err != nil || len(d.Entries) != 2 {
			t.Errorf("%s: %v, %+v", inside, err, d)
			continue
		}
		want.ID, want.Link, want.Canonical, want.Content = "1", "https://wire.example/1", "https://wire.example/1", "a"
		want.Raw = d.Entries[0].Raw
		equal(t, inside, d.Entries[0], want)
		if n := dropped[inside]; d.Dropped != n {
			t.Errorf("%s: %d members dropped, want %d", inside, d.Dropped, n)
		}
	}
	for head, want := range map[string]feed.Meta{
		`"version":1.1,"title":"T"`:   {Title: "T"},
		`"author":"Ann"`:              {Authors: []feed.Person{{Name: "Ann"}}},
		`"expired":"false","title":7`: {Title: "7"},
		`"hubs":{"type":"WebSub","url":"https://hub.example/"},"title":"T"`: {Title: "T"},
		`"icon":["x"],"title":"T"`: {Title: "T"},
	} {
		d, err := Feed([]byte(`{`+head+`,"items":[`+plain+`]}`), Options{})
		if err != nil || len(d.Entries) != 1 {
			t.Errorf("%s: %v, %+v", head, err, d)
			continue
		}
		equal(t, head, d.Meta, want)
	}
	if _, err := Feed([]byte(`{"version":1,"items":[{"id":"1",`+strings.Repeat("x", 9)+`}]}`), Options{}); err == nil {
		t.Error("what is no JSON was read")
	}
}
