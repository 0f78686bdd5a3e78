package feed

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// What programs read of a value is its name for ever, and reads back as it was.
func TestForms(t *testing.T) {
	at := time.Date(2024, 9, 4, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		value any
		want  string
	}{
		{[]Tier{TierNew, TierStory, TierGroup, TierSameLink}, `["new","story","duplicate","same-link"]`},
		{[]Field{FieldTitle, FieldSummary, FieldContent, FieldCategory, FieldAuthor, FieldLink, FieldTag}, `["title","summary","content","category","author","link","tag"]`},
		{[]Pos{{}, {File: "c.yaml"}, {"c.yaml", 3, 7}, {"a:b.yaml", 3, 1}, {File: "a:b:c"}}, `["","c.yaml","c.yaml:3:7","a:b.yaml:3:1","a:b:c"]`},
		{Reason{Score: 1.5, Threshold: 1, Hits: []Hit{{Text: "Osh", Field: FieldContent, Word: 2, Pattern: "osh*", List: "places", Weight: -1}, {Text: "x"}}},
			`{"score":1.5,"threshold":1,"hits":[{"words":"Osh","field":"content","word":2,"pattern":"osh*","list":"places","weight":-1},{"words":"x","field":"title"}]}`},
		{Reason{}, `{"score":0,"threshold":0}`},
		{Placed{Entry: 3, At: at, Placement: Placement{Tier: TierGroup, Group: 1, Story: 1, Partner: 2, Why: &Likeness{
			Rule: "text", Score: .9, Needed: .82, Title: .5, TitleNeeded: .4, Shared: []SharedWord{{"gas", .25}}, Numbers: []string{"12"}, Apart: 90*time.Minute + time.Millisecond,
		}}}, `{"entry":3,"at":"2024-09-04T08:00:00Z","tier":"duplicate","group":1,"story":1,"partner":2,` +
			`"why":{"rule":"text","score":0.9,"needed":0.82,"title":0.5,"title_needed":0.4,"shared":[{"word":"gas","share":0.25}],"numbers":["12"],"apart_seconds":5400.001}}`},
		{Decided{Number: 2, Decision: Decision{At: at, Kind: DecisionHide, Topic: "t", By: "ann", Entries: []EntryKey{1}}, UndoneBy: 3},
			`{"number":2,"at":"2024-09-04T08:00:00Z","kind":"hide","topic":"t","by":"ann","note":"","entries":[1],"undone_by":3}`},
		{Source{ID: "https://x.example/"}, ""},
	} {
		b, err := json.Marshal(tt.value)
		if err != nil || tt.want != "" && string(b) != tt.want {
			t.Errorf("%s, %v\nwant %s", b, err, tt.want)
		}
		back := reflect.New(reflect.TypeOf(tt.value))
		if err := json.Unmarshal(b, back.Interface()); err != nil || !reflect.DeepEqual(back.Elem().Interface(), tt.value) {
			t.Errorf("%s came back as %+v, %v", b, back.Elem().Interface(), err)
		}
	}
	for _, bad := range []string{`"copy"`, `""`, `"Title"`} {
		if json.Unmarshal([]byte(bad), new(Tier)) == nil || json.Unmarshal([]byte(bad), new(Field)) == nil {
			t.Errorf("%s was read", bad)
		}
	}
	if json.Unmarshal([]byte(`{"score":"x"}`), new(Likeness)) == nil {
		t.Error("a score that is no number was read")
	}
	// What a source is asked with may be secret.
	b, err := json.Marshal(Source{Header: map[string]string{"Cookie": "crumb"}})
	if err != nil || strings.Contains(string(b), "crumb") {
		t.Errorf("%s, %v", b, err)
	}
}

// A source that is not there has nothing but its id.
func TestSourcesOf(t *testing.T) {
	list := []Source{{ID: "a", Tags: []string{"x"}}}
	m := SourcesByID(list)
	if m.Of("a") != &list[0] || !reflect.DeepEqual(m.Of("b"), &Source{ID: "b"}) || Moment(time.Time{}) != nil {
		t.Errorf("%+v, %+v", m.Of("a"), m.Of("b"))
	}
}
