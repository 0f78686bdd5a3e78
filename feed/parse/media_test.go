package parse

import (
	"fmt"
	"testing"

	"topicwire/feed"
)

const jpg = "https://n.example/t.jpg"

// Where publishers put the picture of an entry.
func TestPictures(t *testing.T) {
	for inside, want := range map[string]string{
		`<media:thumbnail width="240" url="https://n.example/t.jpg"/>`:                                                                      jpg,
		`<media:thumbnail width="80" url="https://n.example/s.jpg"/><media:thumbnail width="640" url="https://n.example/t.jpg"/>`:           jpg,
		`<media:group><media:thumbnail url="https://n.example/t.jpg"/></media:group>`:                                                       jpg,
		`<media:content url="https://n.example/v.mp4" type="video/mp4"><media:thumbnail url="https://n.example/t.jpg"/></media:content>`:    jpg,
		`<media:content url="https://n.example/t.jpg" type="image/jpeg"/>`:                                                                  jpg,
		`<media:content url="https://n.example/t?size=2" medium="image"/>`:                                                                  "https://n.example/t?size=2",
		`<media:content width="140" url="https://n.example/t.jpg"/>`:                                                                        jpg,
		`<enclosure url="https://n.example/t.jpg" length="5" type="image/jpeg"/>`:                                                           jpg,
		`<enclosure url="https://n.example/t.jpg"/>`:                                                                                        jpg,
		`<itunes:image href="https://n.example/t.jpg"/>`:                                                                                    jpg,
		`<atom:link rel="enclosure" href="https://n.example/other.png"/><media:thumbnail url="/t.jpg"/>`:                                    "https://wire.example/t.jpg",
		`<description>&lt;img src="https://n.example/spacer.gif"&gt;&lt;img src="https://n.example/t.jpg"&gt;</description>`:                jpg,
		`<content:encoded><![CDATA[<p><img src="data:image/gif;base64,R0lGOD" data-src="https://n.example/t.jpg"></p>]]></content:encoded>`: jpg,
		`<media:thumbnail url="javascript:alert(1)"/>`:                                                                                      "",
		`<enclosure url="https://n.example/a.mp3" type="audio/mpeg"/>`:                                                                      "",
	} {
		if got := item(t, inside).Image; got != want {
			t.Errorf("%s: %q, want %q", inside, got, want)
		}
	}
	d := mustFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><id>f</id>
<entry><id>1</id><title>t</title><link rel="enclosure" href="https://n.example/t.jpg" title="The &amp;lt;dam"/></entry>
<entry><id>2</id><title>v</title><media:group><media:content url="https://www.youtube.com/v/x?version=3" type="application/x-shockwave-flash"/><media:thumbnail url="https://i.example/hq.jpg"/></media:group></entry></feed>`)
	if e := d.Entries[0]; e.Image != jpg || len(e.Enclosures) != 1 || e.Enclosures[0].Title != "The <dam" {
		t.Errorf("Atom: %+v", e)
	}
	if e := d.Entries[1]; e.Image != "https://i.example/hq.jpg" || len(e.Enclosures) != 0 {
		t.Errorf("a video: %+v", e)
	}
	for member, want := range map[string]string{
		`"image":"https://n.example/t.jpg","banner_image":"https://n.example/b.jpg"`: jpg,
		`"banner_image":"https://n.example/t.jpg"`:                                   jpg,
		`"attachments":[{"url":"https://n.example/t.jpg","mime_type":"image/jpeg"}]`: jpg,
		`"content_html":"<img src=t.jpg>"`:                                           "https://wire.example/t.jpg",
	} {
		d := mustFeed(t, fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://wire.example/1",%s}]}`, member))
		if got := d.Entries[0].Image; got != want {
			t.Errorf("%s: %q, want %q", member, got, want)
		}
	}
}

func TestFiles(t *testing.T) {
	for inside, want := range map[string][]feed.Enclosure{
		`<enclosure url="https://n.example/1.mp3"/>`: {{URL: "https://n.example/1.mp3", Type: "audio/mpeg"}},
		`<enclosure url="https://n.example/1.mp3" length="None" type=""/><itunes:duration>1:02:03</itunes:duration>`: {
			{URL: "https://n.example/1.mp3", Type: "audio/mpeg", Duration: 3723}},
		`<enclosure url="https://n.example/1.mp3" length="2452" type="audio/mpeg"/><media:content url="https://n.example/1.mp3" duration="60"><media:title>One</media:title></media:content>`: {
			{URL: "https://n.example/1.mp3", Type: "audio/mpeg", Length: 2452, Title: "One", Duration: 60}},
		`<enclosure url="https://n.example/1.jpg"/><enclosure url="https://n.example/1.ogg"/><itunes:duration>61.5</itunes:duration>`: {
			{URL: "https://n.example/1.jpg", Type: "image/jpeg"}, {URL: "https://n.example/1.ogg", Type: "audio/ogg", Duration: 61}},
		`<enclosure url="https://n.example/1" length="-4"/><itunes:duration>soon</itunes:duration>`: {{URL: "https://n.example/1"}},
		`<media:content url="https://n.example/1" medium="Image"/>`:                                 {{URL: "https://n.example/1", Type: "image/jpeg"}},
		`<enclosure url="https://n.example/game.swf"/>`:                                             nil,
	} {
		equal(t, inside, item(t, inside).Enclosures, want)
	}
	d := mustFeed(t, `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","attachments":[{"url":"https://n.example/a.mp3","mime_type":"audio/mpeg","title":"A","size_in_bytes":7,"duration_in_seconds":61}]}]}`)
	equal(t, "JSON", d.Entries[0].Enclosures, []feed.Enclosure{{URL: "https://n.example/a.mp3", Type: "audio/mpeg", Title: "A", Length: 7, Duration: 61}})
}

func TestPodcasts(t *testing.T) {
	e := item(t, `<itunes:episode>7</itunes:episode><itunes:season> 2 </itunes:season><itunes:episodeType>Bonus</itunes:episodeType><itunes:explicit>clean</itunes:explicit>
<podcast:transcript url="https://n.example/7.srt" type="application/srt" language="uz"/><podcast:transcript url="/7.vtt"/><podcast:chapters url="https://n.example/7.json" type="application/json+chapters"/>`)
	equal(t, "podcast", e.Podcast, &feed.Podcast{
		Episode: "7", Season: "2", EpisodeType: "bonus", Explicit: "false",
		Transcripts: []feed.PodcastFile{{URL: "https://n.example/7.srt", Type: "application/srt", Language: "uz"}, {URL: "https://wire.example/7.vtt", Type: "text/vtt"}},
		Chapters:    &feed.PodcastFile{URL: "https://n.example/7.json", Type: "application/json+chapters"},
	})
	if p := item(t, `<itunes:author>Ann</itunes:author><itunes:episode>seven</itunes:episode>`).Podcast; p != nil {
		t.Errorf("no podcast: %+v", p)
	}
}

// The texts that sources in Russian carry for search engines.
func TestTextsApart(t *testing.T) {
	for inside, want := range map[string]string{
		`<yandex:full-text>Министры обсудили границу.</yandex:full-text>`:                            "Министры обсудили границу.",
		`<description>Коротко.</description><yandex:full-text>Полный текст.</yandex:full-text>`:      "Полный текст.",
		`<turbo:content><![CDATA[<header><h1>Турбо</h1></header><p>Текст.</p>]]></turbo:content>`:    "<div><h1>Турбо</h1></div><p>Текст.</p>",
		`<rambler:full-text>Текст.</rambler:full-text>`:                                              "Текст.",
		`<description>Одно и то же.</description><yandex:full-text>Одно и то же.</yandex:full-text>`: "",
	} {
		e := item(t, inside)
		if e.FullText != want || e.Content != "" {
			t.Errorf("%s: %q and content %q, want %q", inside, e.FullText, e.Content, want)
		}
	}
}

func TestMoreOfAnEntry(t *testing.T) {
	e := item(t, `<comments>/1#comments</comments><wfw:commentRss>https://n.example/1/comments</wfw:commentRss><atom:link rel="via" href="https://v.example/" title="V" hreflang="EN" type="text/html"/>
<atom:link rel="related" href="https://r.example/"/><atom:link rel="next" href="https://x.example/"/><cc:license rdf:resource="https://cc.example/by"/>
<atom:contributor><atom:name>Bo</atom:name><atom:uri>https://bo.example/</atom:uri></atom:contributor><dc:contributor>Cy (cy@n.example)</dc:contributor>
<georss:point>41.3 69.2</georss:point><georss:point>95 0</georss:point><georss:box>40,60 42,70</georss:box><geo:lat>41.3</geo:lat><geo:long>69.2</geo:long>
<georss:where><gml:Point><gml:pos>-1.5 7</gml:pos></gml:Point></georss:where>`)
	equal(t, "comments", e.Comments, "https://wire.example/1#comments")
	equal(t, "links", e.Links, []feed.Link{
		{Rel: "via", URL: "https://v.example/", Type: "text/html", Title: "V", Language: "en"}, {Rel: "related", URL: "https://r.example/"},
		{Rel: "replies", URL: "https://n.example/1/comments", Type: "application/rss+xml"}, {Rel: "license", URL: "https://cc.example/by"},
	})
	equal(t, "contributors", e.Contributors, []feed.Person{{Name: "Bo", URI: "https://bo.example/"}, {Name: "Cy", Email: "cy@n.example"}})
	equal(t, "places", e.Places, []feed.Place{{Shape: "box", Coordinates: "40 60 42 70"}, {Shape: "point", Coordinates: "-1.5 7"}, {Shape: "point", Coordinates: "41.3 69.2"}})
	d := mustFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>t</title><link rel="replies" type="application/atom+xml" href="https://n.example/r"/>
<link rel="related" href="https://r.example/" hreflang="ru" title="R"/><link rel="license" href="https://cc.example/by"/><contributor><name>Bo</name><email>bo@n.example</email></contributor></entry></feed>`)
	equal(t, "Atom links", d.Entries[0].Links, []feed.Link{
		{Rel: "replies", URL: "https://n.example/r", Type: "application/atom+xml"}, {Rel: "related", URL: "https://r.example/", Title: "R", Language: "ru"},
		{Rel: "license", URL: "https://cc.example/by"},
	})
	equal(t, "Atom contributors", d.Entries[0].Contributors, []feed.Person{{Name: "Bo", Email: "bo@n.example"}})
	d = mustFeed(t, `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","url":"https://n.example/1","external_url":"https://r.example/"}]}`)
	equal(t, "JSON links", d.Entries[0].Links, []feed.Link{{Rel: "related", URL: "https://r.example/"}})
}

func TestCategoriesInAList(t *testing.T) {
	e := item(t, `<categories> <category>Connected &amp; Home</category><category><![CDATA[Locks]]></category></categories><category>Tech</category>`)
	equal(t, "categories", e.Categories, []feed.Category{{Term: "Tech"}, {Term: "Connected & Home"}, {Term: "Locks"}})
}

// A date before there were feeds says that somebody had none.
func TestDatesOfNothing(t *testing.T) {
	for date, want := range map[string]string{
		"Thu, 01 Jan 1970 00:00:00 GMT": "0001", "0001-01-01T00:00:00Z": "0001", "Fri, 01 Jan 1904 00:00:00 +0000": "0001", "0": "0001",
		"Sun, 31 Dec 1989 23:59:59 GMT": "0001", "Mon, 01 Jan 1990 00:00:00 GMT": "1990", "Thu, 05 Sep 2024 12:00:00 GMT": "2024",
	} {
		if got := item(t, "<pubDate>"+date+"</pubDate><atom:updated>"+date+"</atom:updated>"); got.Published.Format("2006") != want || got.Updated.Format("2006") != want {
			t.Errorf("%s: %v, %v, want %s", date, got.Published, got.Updated, want)
		}
	}
}

// What goes from the end of a text leaves no white space there.
func TestNoWhiteSpaceIsLeft(t *testing.T) {
	if e := item(t, "<guid isPermaLink=\"false\">x \u0080</guid><dc:creator>Ann \u0081</dc:creator>"); e.ID != "x" || e.Authors[0].Name != "Ann" {
		t.Errorf("%q, %q", e.ID, e.Authors[0].Name)
	}
}
