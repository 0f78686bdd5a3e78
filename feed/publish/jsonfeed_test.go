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
	if len(x.Why) != 4 || x.Why[0].Words != "RATS" || x.Why[0].Field != "title" || x.Score == nil || *x.Score != 9 || x.Story != 7 {
		t.Errorf("why %+v, score %v", x.Why, x.Score)
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
