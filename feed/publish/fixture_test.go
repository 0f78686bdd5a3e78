package publish

import (
	"time"

	"topicwire/feed"
)

var site = Site{Title: "Central Asia wire", URL: "https://wire.example/news", Generator: "Topicwire 1.0"}

func at(day, hour, minute int) time.Time {
	return time.Date(2024, 9, day, hour, minute, 0, 0, time.UTC)
}

// awkward is an edition with what has broken feeds before.
func awkward() *feed.Edition {
	gazeta := feed.SourceInfo{ID: "https://gazeta.example/rss", Title: "Gazeta & Co", Link: "https://gazeta.example/", Language: "ru", Rights: "© Gazeta", Updated: at(4, 9, 0)}
	agency := feed.SourceInfo{
		ID: "https://agency.example/atom.xml", Title: "Agency", Link: "https://agency.example/", FeedID: "tag:agency.example,2020:feed",
		Language: "en", Authors: []feed.Person{{Name: "The Agency", URI: "https://agency.example/about"}}, Updated: at(4, 10, 0),
	}
	file := feed.SourceInfo{ID: "file:samples/local.xml", Title: "Local file"}
	return &feed.Edition{
		Topic:   feed.Topic{ID: "regional-security", Title: "Regional security <SCO>", Description: "Security & cooperation", Language: "en"},
		Updated: at(5, 8, 30),
		Entries: []feed.Item{
			{ // everything at once
				PublicID: "https://agency.example/conference",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "https://agency.example/conference", Link: "https://agency.example/conference",
						Title:     "Tashkent hosts \"RATS\" & CIS <conference> on 4\u20135 September",
						Summary:   "<p>Delegates of nine states.</p>",
						Content:   "<p>Two days ]]> of talks &amp; an exercise.</p>\n<p>See <a href=\"https://agency.example/?a=1&amp;b=2\">more</a>.</p>",
						Published: at(4, 8, 15), Updated: at(4, 9, 45), Language: "en", Rights: "© Agency 2024",
						Authors:    []feed.Person{{Name: "A. Writer", Email: "a@agency.example"}, {Name: "B. Writer", URI: "https://agency.example/b"}},
						Categories: []feed.Category{{Term: "security", Scheme: "https://agency.example/topics", Label: "Security & defence"}, {Term: "СНГ"}, {Term: "СНГ"}},
						Enclosures: []feed.Enclosure{
							{URL: "https://agency.example/a.jpg?w=1&h=2", Type: "image/jpeg", Length: 12345},
							{URL: "https://agency.example/long.mp4", Type: "video/mp4", Length: 5_000_000_000},
							{URL: "https://agency.example/unknown"},
						},
					},
					Key: 7, Source: agency.ID, Seen: at(4, 8, 20),
				},
				Source: agency, Filed: at(4, 8, 21), Changed: at(4, 9, 50), Story: 7,
				Also: []feed.Also{
					{Source: gazeta, Link: "https://gazeta.example/1?a=1&b=2", Title: "В Ташкенте открылась <конференция>", When: at(4, 8, 40)},
					{Source: file, When: at(4, 9, 0)},
				},
				Reasons: []feed.Reason{
					{Score: 9, Threshold: 6, Hits: []feed.Hit{
						{Pattern: "RATS", List: "sco", Field: feed.FieldTitle, Text: "RATS", Weight: 6},
						{Pattern: "CIS", Field: feed.FieldTitle, Text: "CIS", Weight: 3},
						{Pattern: "exercise*", Field: feed.FieldContent, Text: "exercise"},
					}},
					{Hits: []feed.Hit{{Pattern: "RATS", Field: feed.FieldTitle, Text: "rats"}, {Pattern: "конференц*", Field: feed.FieldTitle, Text: "конференция"}}},
				},
			},
			{ // no title, no link, characters that XML forbids, a name of a file
				PublicID: "urn:uuid:5f3b2f0e-3f57-5b6c-9d3e-1d2c3b4a5f60",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "local-1", Summary: "Oʻzbekiston\x00 poytaxtida\x0b xavfsizlik boʻyicha konferensiya ish boshladi, unda toʻqqiz davlat vakillari ishtirok etmoqda\uFFFE.",
						Language: "uz",
					},
					Key: 6, Source: file.ID, Seen: at(4, 7, 0),
				},
				Source: file, Filed: at(4, 7, 1), Changed: at(4, 7, 1),
			},
			{ // only a title and a link; a date in the future; a feed that has an author
				PublicID: "tag:agency.example,2024:9",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "tag:agency.example,2024:9", Link: "https://agency.example/9", Title: "Ўзбекистон Республикаси Президенти нутқи",
						Published: at(30, 0, 0),
					},
					Key: 5, Source: agency.ID, Seen: at(4, 6, 0),
				},
				Source: agency, Filed: at(4, 6, 1), Changed: at(4, 6, 1),
			},
			{ // copied from a third feed; summary alone, with others; no own language
				PublicID: "https://gazeta.example/?p=4",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "https://gazeta.example/?p=4", Link: "https://gazeta.example/news/4", Title: "Единая система ПВО СНГ",
						Summary: "Страны СНГ договорились.", Updated: at(3, 12, 0),
						Origin: &feed.Origin{Title: "Third Wire", Link: "https://third.example/rss"},
					},
					Key: 4, Source: gazeta.ID, Seen: at(3, 13, 0),
				},
				Source: gazeta, Filed: at(3, 13, 1), Changed: at(3, 13, 1),
				Also:  []feed.Also{{Source: agency, Link: "https://agency.example/4", When: at(3, 13, 5)}},
				Group: 4, Story: 2,
				Placed: &feed.Placed{Entry: 4, At: at(3, 13, 0), Placement: feed.Placement{
					Tier: feed.TierStory, Group: 4, Story: 2, Partner: 2,
					Why: &feed.Likeness{
						Score: 0.41237, Needed: 0.25, Mean: 0.3, MeanNeeded: 0.18, Title: 0.5, Rule: "text",
						Shared:  []feed.SharedWord{{Word: "ПВО", Share: 0.6}, {Word: "СНГ", Share: 1.0 / 3}},
						Numbers: []string{"2024"}, Apart: -90 * time.Minute,
					},
				}},
				Partner: &feed.Also{Source: agency, Link: "https://agency.example/2", Title: "Air defence of the CIS", When: at(3, 10, 30)},
			},
		},
	}
}

// whole is an edition of one entry that has all that an entry can have.
func whole() *feed.Edition {
	radio := feed.SourceInfo{ID: "https://radio.example/feed", Title: "Radio <i>one</i>", Link: "https://radio.example/", Language: "en", Rights: "© Radio <2024>"}
	return &feed.Edition{
		Topic:   feed.Topic{ID: "talks", Title: "<b>Talks</b>", Description: "Talks & <i>more</i> <SCO>", Language: "en"},
		Updated: at(5, 8, 30),
		Entries: []feed.Item{{
			PublicID: "https://radio.example/7",
			Entry: feed.StoredEntry{
				Entry: feed.Entry{
					ID: "https://radio.example/7", Link: "https://radio.example/7", Title: "Rivers & <b>dams</b>", Summary: "<p>Talk.\uFFFD</p>",
					Published: at(4, 8, 0), Updated: at(4, 9, 0), Language: "en", Image: "https://radio.example/7.jpg",
					Authors:    []feed.Person{{Name: "Ann <A>", Email: "ann at radio"}, {Name: "Bo", Email: "bo@radio.example"}},
					Categories: []feed.Category{{Term: "w", Label: "Water & land", Scheme: "https://radio.example/t"}, {Term: "Water & land"}, {Term: "R<D"}},
					Enclosures: []feed.Enclosure{
						{URL: "https://radio.example/7.png", Type: "image/png", Length: 9},
						{URL: "https://radio.example/7.mp3", Type: "audio/mpeg", Length: 5_000_000_000, Title: "The talk <whole>", Duration: 3723},
						{URL: "https://radio.example/7.ogg", Type: "audio/ogg", Duration: 3723},
					},
					Contributors: []feed.Person{{Name: "Cy", URI: "https://radio.example/cy"}},
					Links: []feed.Link{
						{Rel: "via", URL: "https://via.example/", Title: "V & W", Language: "ru", Type: "text/html"}, {Rel: "related", URL: "https://dam.example/"},
						{Rel: "license", URL: "https://cc.example/by"}, {Rel: "replies", URL: "https://radio.example/7/comments", Type: "application/atom+xml"},
					},
					Comments: "https://radio.example/7#comments#last",
					Places:   []feed.Place{{Shape: "point", Coordinates: "41.3 69.2"}, {Shape: "box", Coordinates: "40 60 42 70"}},
					Podcast: &feed.Podcast{
						Episode: "7", Season: "2", EpisodeType: "full", Explicit: "false",
						Transcripts: []feed.PodcastFile{{URL: "https://radio.example/7.srt", Type: "application/x-subrip", Language: "en"}},
						Chapters:    &feed.PodcastFile{URL: "https://radio.example/7.json", Type: "application/json+chapters"},
					},
					Origin: &feed.Origin{ID: "urn:agency", Title: "The <Agency>", Link: "https://agency.example/", Self: "https://agency.example/atom"},
				},
				Key: 7, Source: radio.ID, Seen: at(4, 8, 20),
			},
			Source: radio, Filed: at(4, 8, 21), Changed: at(4, 9, 50),
		}},
	}
}
