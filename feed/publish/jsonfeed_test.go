package publish

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"topicwire/feed"
)

// JSON Feed 1.1, rule by rule, and our extension.
func TestJSONRules(t *testing.T) {
	var j struct {
		Version, Title string
		HomePage       string `json:"home_page_url"`
		Feed           string `json:"feed_url"`
		Items          []struct {
			ID          string
			URL         string
			Title       string
			HTML        string `json:"content_html"`
			Text        string `json:"content_text"`
			Summary     string
			Published   string `json:"date_published"`
			Modified    string `json:"date_modified"`
			Language    string
			Authors     []struct{ Name string }
			Author      *struct{ Name string }
			Tags        []string
			Attachments []struct {
				URL  string
				MIME string `json:"mime_type"`
				Size int64  `json:"size_in_bytes"`
			}
			Topicwire struct {
				About  string
				Source struct{ Title, URL, Feed string }
				Filed  string
				Why    []struct{ Words, Field string }
				Score  *float64
				Group  []struct{ Source, URL, Title, Published string }
				Story  uint64
				URL    string `json:"story_url"`
			} `json:"_topicwire"`
		}
	}
	b := render(t, awkward(), JSON)
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte(`\u003c`)) {
		t.Error("markup is escaped")
	}
	if j.Version != "https://jsonfeed.org/version/1.1" || j.Title == "" || j.Feed != "https://wire.example/news/topics/regional-security.json" || j.HomePage != "https://wire.example/news/topics/regional-security" || len(j.Items) != 4 {
		t.Fatalf("%+v", j)
	}
	for i, it := range j.Items {
		if it.ID == "" || (it.HTML == "") == (it.Text == "") || len(it.Authors) == 0 || it.Author != nil || it.Modified == "" || strings.Contains(it.Summary, "<") {
			t.Errorf("item %d: %+v", i, it)
		}
		for _, a := range it.Attachments {
			if a.URL == "" || a.MIME == "" {
				t.Errorf("item %d: attachment %+v", i, a)
			}
		}
		if it.Topicwire.About != "https://wire.example/news/about" || it.Topicwire.Filed == "" || it.Topicwire.Source.Title == "" {
			t.Errorf("item %d: extension %+v", i, it.Topicwire)
		}
	}
	first := j.Items[0]
	if first.Attachments[1].Size != 5_000_000_000 || first.Published != "2024-09-04T08:15:00Z" {
		t.Errorf("%+v", first)
	}
	x := first.Topicwire
	if len(x.Why) != 4 || x.Why[0].Words != "RATS" || x.Why[0].Field != "title" || x.Score != nil || x.Story != 7 {
		t.Errorf("why %+v, score %v", x.Why, x.Score)
	}
	if x.URL != "https://wire.example/news/stories/7" || j.Items[1].Topicwire.URL != "" {
		t.Errorf("story pages %q, %q", x.URL, j.Items[1].Topicwire.URL)
	}
	if len(x.Group) != 2 || x.Group[0].Title != "В Ташкенте открылась <конференция>" || x.Group[1].Title != first.Title || x.Group[0].Published != "2024-09-04T08:40:00Z" {
		t.Errorf("group %+v", x.Group)
	}
	if x.Source.Feed != "https://agency.example/atom.xml" || j.Items[1].Topicwire.Source.Feed != "" {
		t.Errorf("sources %+v, %+v", x.Source, j.Items[1].Topicwire.Source)
	}
	if want := "Oʻzbekiston poytaxtida xavfsizlik boʻyicha konferensiya ish boshladi, unda…"; j.Items[1].Title != want {
		t.Errorf("title %q, want %q", j.Items[1].Title, want)
	}
	if j.Items[2].Text != j.Items[2].Title {
		t.Errorf("text %q", j.Items[2].Text)
	}
	var empty map[string]json.RawMessage
	if err := json.Unmarshal(render(t, &feed.Edition{Topic: feed.Topic{ID: "x"}}, JSON), &empty); err != nil || string(empty["items"]) != "[]" {
		t.Errorf("items of an empty feed: %s, %v", empty["items"], err)
	}
}

// What the public sees of why an entry is here is what the topic's reasons say,
// no more.
func TestReasonsDetail(t *testing.T) {
	hits := map[feed.ReasonDetail]string{
		"":               `[{"words":"RATS","field":"title"},{"words":"CIS","field":"title"},{"words":"exercise","field":"content"},{"words":"конференция","field":"title"}]`,
		feed.ReasonWords: `[{"words":"RATS","field":"title"},{"words":"CIS","field":"title"},{"words":"exercise","field":"content"},{"words":"конференция","field":"title"}]`,
		feed.ReasonFull: `[{"words":"RATS","field":"title","pattern":"RATS","list":"sco","weight":6},{"words":"CIS","field":"title","pattern":"CIS","weight":3},` +
			`{"words":"exercise","field":"content","pattern":"exercise*","weight":0},{"words":"rats","field":"title","pattern":"RATS"},{"words":"конференция","field":"title","pattern":"конференц*"}]`,
		feed.ReasonNone: "",
	}
	const placed = `{"tier":"story","partner":{"source":"Agency","url":"https://agency.example/2","title":"Air defence of the CIS","published":"2024-09-03T10:30:00Z"},` +
		`"rule":"text","score":0.412,"needed":0.25,"mean":0.3,"mean_needed":0.18,"title":0.5,` +
		`"shared":[{"word":"ПВО","share":0.6},{"word":"СНГ","share":0.333}],"numbers":["2024"],"apart_seconds":5400}`
	for detail, want := range hits {
		ed := awkward()
		ed.Topic.Reasons = detail
		ed.Entries[0].Included = true
		var j struct {
			Items []struct {
				Topicwire map[string]json.RawMessage `json:"_topicwire"`
			}
		}
		if err := json.Unmarshal(render(t, ed, JSON), &j); err != nil {
			t.Fatal(err)
		}
		x, copied := j.Items[0].Topicwire, j.Items[3].Topicwire
		if got := string(x["why"]); got != want {
			t.Errorf("%q: why\n got %s\nwant %s", detail, got, want)
		}
		score, threshold := "", ""
		if detail == feed.ReasonFull {
			score, threshold = "9", "6"
		}
		if string(x["score"]) != score || string(x["threshold"]) != threshold {
			t.Errorf("%q: score %s of %s", detail, x["score"], x["threshold"])
		}
		told := detail != feed.ReasonNone
		if got := string(copied["placed"]); told && got != placed || !told && got != "" {
			t.Errorf("%q: placed\n got %s\nwant %s", detail, got, placed)
		}
		if _, ok := x["placed"]; ok {
			t.Errorf("%q: the first of a story was placed", detail)
		}
		if got := string(x["included"]) == "true"; got != told {
			t.Errorf("%q: included %s", detail, x["included"])
		}
		if x["group"] == nil || x["story"] == nil {
			t.Errorf("%q: the other reports are no reason: %s", detail, x["group"])
		}
	}
}

func TestPlacedTiers(t *testing.T) {
	for tier, want := range map[feed.Tier]string{feed.TierStory: "story", feed.TierGroup: "duplicate", feed.TierSameLink: "same-link"} {
		got := placed(&feed.Item{Placed: &feed.Placed{Placement: feed.Placement{Tier: tier}}})
		if got.Tier != want || got.Apart != nil || got.Partner != nil {
			t.Errorf("%d: %+v", tier, got)
		}
	}
	if placed(&feed.Item{}) != nil || placed(&feed.Item{Placed: &feed.Placed{}}) != nil {
		t.Error("what was not placed with anything has a reason")
	}
}
