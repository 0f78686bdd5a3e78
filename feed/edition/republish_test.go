package edition

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"topicwire/feed"
)

func TestRepublish(t *testing.T) {
	long := strings.Repeat("Ўзбекистон & region. ", 60)
	full := feed.StoredEntry{Key: 1, Source: "https://a.example/", Seen: time.Unix(1e9, 0), Entry: feed.Entry{
		ID: "1", Link: "https://a.example/1", Title: "T", Rights: "© A",
		Summary: "<p>One <b>bold</b> &lt;word&gt;</p>", Content: "<p>" + long + "</p>",
		Enclosures: []feed.Enclosure{{URL: "https://a.example/1.mp3"}},
	}}
	noSummary := full
	noSummary.Summary = ""
	of := func(e feed.StoredEntry, r feed.Republish) feed.StoredEntry {
		filed := []feed.Filed{{Membership: feed.Membership{PublicID: "urn:1", Group: 1, Lead: 1}, Entries: []feed.StoredEntry{e}}}
		ed := Of(&feed.Topic{}, filed, Options{Source: func(feed.SourceID) feed.SourceInfo { return feed.SourceInfo{Title: "A", Republish: r} }, At: e.Seen})
		return ed.Entries[0].Entry
	}
	for _, r := range []feed.Republish{"", feed.RepublishFull} {
		if got := of(full, r); got.Summary != full.Summary || got.Content != full.Content || len(got.Enclosures) != 1 {
			t.Errorf("%q: %+v", r, got)
		}
	}
	got := of(full, feed.RepublishSummary)
	if got.Summary != "One bold &lt;word&gt;" || got.Content != "" || len(got.Enclosures) != 1 {
		t.Errorf("summary: %+v", got)
	}
	got = of(noSummary, feed.RepublishSummary)
	if n := utf8.RuneCountInString(strings.ReplaceAll(got.Summary, "&amp;", "&")); n > 500 || n < 450 || got.Content != "" || !strings.HasSuffix(got.Summary, "…") {
		t.Errorf("summary of a long content: %d characters, %q", n, got.Summary)
	}
	parts := full
	parts.Summary = `<p>One <a href="https://a.example/2">two</a></p><ul><li>three</li></ul><p><a href="https://a.example/1">Read more</a></p>`
	if got = of(parts, feed.RepublishSummary); got.Summary != `<p>One <a href="https://a.example/2">two</a></p><ul><li>three</li></ul>` {
		t.Errorf("summary in parts: %q", got.Summary)
	}
	parts.Summary = `<a href="https://a.example/1">Read more</a>`
	if got = of(parts, feed.RepublishSummary); !strings.HasPrefix(got.Summary, "Ўзбекистон &amp; region.") {
		t.Errorf("summary that says nothing: %q", got.Summary)
	}
	got = of(full, feed.RepublishLink)
	if got.Summary+got.Content != "" || len(got.Enclosures) != 0 || got.Title != "T" || got.Link != full.Link || got.Rights != full.Rights {
		t.Errorf("link: %+v", got)
	}
}

// A text that a source carries for search engines goes on only where all may go on.
func TestTextsApartGoOnInFullOnly(t *testing.T) {
	e := feed.StoredEntry{Key: 1, Source: "https://a.example/", Seen: time.Unix(1e9, 0), Entry: feed.Entry{
		ID: "1", Link: "https://a.example/1", Title: "T", FullText: "<p>The whole text.</p>", Image: "https://a.example/1.jpg", Podcast: &feed.Podcast{Episode: "1"},
	}}
	for r, want := range map[feed.Republish]string{"": " <p>The whole text.</p>", feed.RepublishFull: " <p>The whole text.</p>", feed.RepublishSummary: " ", feed.RepublishLink: " "} {
		filed := []feed.Filed{{Membership: feed.Membership{PublicID: "urn:1", Group: 1, Lead: 1}, Entries: []feed.StoredEntry{e}}}
		ed := Of(&feed.Topic{}, filed, Options{Source: func(feed.SourceID) feed.SourceInfo { return feed.SourceInfo{Title: "A", Republish: r} }, At: e.Seen})
		got := ed.Entries[0].Entry
		if s := got.Summary + " " + got.Content; s != want || got.FullText != "" {
			t.Errorf("%q: %q, apart %q; want %q", r, s, got.FullText, want)
		}
		if with := r != feed.RepublishLink; (got.Image != "") != with || (got.Podcast != nil) != with {
			t.Errorf("%q: picture %q, podcast %v", r, got.Image, got.Podcast)
		}
	}
}

// What readers' programs load by themselves comes from the internet, or from the network
// that they share with the server; links go on as they are.
func TestPrivateAddressesAreNotPassedOn(t *testing.T) {
	const picture, other = "http://192.168.1.1/cgi?reboot=1", "https://a.example/1.jpg"
	content := `<p>Text <img src="` + picture + `"/> <a href="` + picture + `">link</a> <img src="` + other + `"/></p>`
	e := feed.StoredEntry{Key: 1, Source: "https://a.example/", Seen: time.Unix(1e9, 0), Entry: feed.Entry{
		ID: "1", Link: picture, Title: "T", Summary: content, FullText: content + "<p>more</p>", Image: picture,
		Enclosures: []feed.Enclosure{{URL: "http://[::1]/a.mp3"}, {URL: "https://a.example/1.mp3"}},
		Podcast:    &feed.Podcast{Episode: "1", Chapters: &feed.PodcastFile{URL: "http://nas.local/c.json"}, Transcripts: []feed.PodcastFile{{URL: "http://2130706433/t"}, {URL: "https://a.example/t"}}},
	}}
	of := func(r feed.Republish, inside bool) feed.Entry {
		filed := []feed.Filed{{Membership: feed.Membership{PublicID: "urn:1", Group: 1, Lead: 1}, Entries: []feed.StoredEntry{e}}}
		ed := Of(&feed.Topic{}, filed, Options{Source: func(feed.SourceID) feed.SourceInfo { return feed.SourceInfo{Title: "A", Republish: r} }, At: e.Seen, Inside: inside})
		return ed.Entries[0].Entry.Entry
	}
	got := of(feed.RepublishFull, false)
	without := `<p>Text  <a href="` + picture + `">link</a> <img src="` + other + `"/></p>`
	if got.Summary != without || got.Content != without+"<p>more</p>" || got.Image != other || got.Link != picture {
		t.Errorf("in full: %+v", got)
	}
	for _, r := range []feed.Republish{feed.RepublishFull, feed.RepublishSummary} {
		got := of(r, false)
		if len(got.Enclosures) != 1 || got.Enclosures[0].URL != "https://a.example/1.mp3" || got.Podcast.Chapters != nil || len(got.Podcast.Transcripts) != 1 || got.Podcast.Episode != "1" || got.Image == picture {
			t.Errorf("%s: %+v, %+v", r, got, got.Podcast)
		}
	}
	if e.Podcast.Chapters == nil || len(e.Podcast.Transcripts) != 2 || len(e.Enclosures) != 2 || e.Podcast.Transcripts[0].URL != "http://2130706433/t" {
		t.Error("what was given was changed")
	}
	if got := of(feed.RepublishFull, true); got.Summary != content || got.Image != picture || len(got.Enclosures) != 2 || got.Podcast.Chapters == nil {
		t.Errorf("within the network: %+v", got)
	}
}
