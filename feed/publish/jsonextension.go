package publish

import (
	"cmp"
	"math"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

// A jsonExtension is what JSON Feed has no field for: where an entry comes from,
// who else reported it and why it is here. Of the last readers get as much as
// the topic's reasons say.
type jsonExtension struct {
	About     string       `json:"about"`
	Source    jsonSource   `json:"source"`
	Origin    *jsonOrigin  `json:"origin,omitempty"`
	Filed     string       `json:"filed"`
	Language  string       `json:"language,omitempty"`
	Story     uint64       `json:"story,omitempty"`
	StoryURL  string       `json:"story_url,omitempty"`
	Included  bool         `json:"included,omitempty"` // by an operator, in spite of the rules
	Why       []jsonHit    `json:"why,omitempty"`
	Score     *float64     `json:"score,omitempty"`
	Threshold *float64     `json:"threshold,omitempty"`
	Group     []jsonReport `json:"group,omitempty"`
	Placed    *jsonPlaced  `json:"placed,omitempty"`
}

type jsonSource struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Feed  string `json:"feed,omitempty"`
}

// A jsonOrigin is the source that a source copied from.
type jsonOrigin struct {
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
}

// A jsonHit is words of the entry that a rule of the topic asks for; with full
// reasons also the rule, as written.
type jsonHit struct {
	Words   string   `json:"words"`
	Field   string   `json:"field"`
	Pattern string   `json:"pattern,omitempty"`
	List    string   `json:"list,omitempty"`
	Weight  *float64 `json:"weight,omitempty"` // where the topic has a score
}

type jsonReport struct {
	Source    string `json:"source"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title"`
	Published string `json:"published,omitempty"`
	Language  string `json:"language,omitempty"`
}

// A jsonPlaced is how the entry came to its group or story: feed.Placement in
// words. Scores and shares are from 0 to 1.
type jsonPlaced struct {
	Tier        string       `json:"tier"` // story, duplicate, same-link
	Partner     *jsonReport  `json:"partner,omitempty"`
	Rule        string       `json:"rule,omitempty"`
	Score       float64      `json:"score,omitempty"`
	Needed      float64      `json:"needed,omitempty"`
	Mean        float64      `json:"mean,omitempty"`
	MeanNeeded  float64      `json:"mean_needed,omitempty"`
	Title       float64      `json:"title,omitempty"`
	TitleNeeded float64      `json:"title_needed,omitempty"`
	Shared      []jsonShared `json:"shared,omitempty"`
	Numbers     []string     `json:"numbers,omitempty"`
	Apart       *int64       `json:"apart_seconds,omitempty"`
}

type jsonShared struct {
	Word  string  `json:"word"`
	Share float64 `json:"share"`
}

func (d *document) extension(n *item) jsonExtension {
	id := n.Item.Source.ID
	if id == "" {
		id = n.Entry.Source
	}
	x := jsonExtension{
		About:    d.base + "/about",
		Source:   jsonSource{line(n.Item.Source.Title), webAddress(n.Item.Source.Link), webAddress(string(id))},
		Filed:    zulu(n.Filed),
		Language: n.language,
		Story:    uint64(n.Story),
	}
	if n.Story != 0 {
		x.StoryURL = d.base + "/stories/" + strconv.FormatUint(uint64(n.Story), 10)
	}
	if o := n.Entry.Origin; o != nil && line(o.Title) != "" {
		x.Origin = &jsonOrigin{line(o.Title), webAddress(o.Link)}
	}
	lead := cmp.Or(line(n.OwnTitle), n.title)
	for _, o := range n.also {
		x.Group = append(x.Group, o.json(lead))
	}
	if d.ed.Topic.Reasons == feed.ReasonNone {
		return x
	}
	full := d.ed.Topic.Reasons == feed.ReasonFull
	x.Included = n.Included
	x.Why = why(n.Reasons, full)
	if full && len(n.Reasons) > 0 && n.Reasons[0].Threshold != 0 {
		score, threshold := thousandths(n.Reasons[0].Score), thousandths(n.Reasons[0].Threshold)
		x.Score, x.Threshold = &score, &threshold
	}
	x.Placed = placed(n.Item)
	return x
}

// json is the report with a title: its own, or the one it shares with the lead.
func (o *other) json(lead string) jsonReport {
	r := jsonReport{Source: o.source, URL: o.link, Title: o.title, Language: o.language}
	if r.Title == "" {
		r.Title = lead
	}
	if !o.when.IsZero() {
		r.Published = zulu(o.when)
	}
	return r
}

// why lists the words for which an entry was filed, the lead's first: each once
// a field, or once a field and rule where the rules are told too.
func why(reasons []feed.Reason, full bool) []jsonHit {
	type key struct{ words, field, pattern, list string }
	var list []jsonHit
	seen := make(map[key]bool)
	for i := range reasons {
		for k := range reasons[i].Hits {
			h := &reasons[i].Hits[k]
			w := jsonHit{Words: line(h.Text), Field: h.Field.String()}
			if full {
				w.Pattern, w.List = line(h.Pattern), line(h.List)
				if reasons[i].Threshold != 0 {
					weight := thousandths(h.Weight)
					w.Weight = &weight
				}
			}
			if h.Field == feed.FieldTag && !full {
				continue // the operator's word, none of the entry's
			}
			id := key{strings.ToLower(w.Words), w.Field, w.Pattern, w.List}
			if w.Words == "" || seen[id] {
				continue
			}
			seen[id] = true
			list = append(list, w)
		}
	}
	return list
}

// placed is how the lead came to what it is shown with; nil where it came first.
func placed(it *feed.Item) *jsonPlaced {
	if it.Placed == nil || it.Placed.Tier == feed.TierNew {
		return nil
	}
	j := &jsonPlaced{Tier: tierName(it.Placed.Tier)}
	if a := it.Partner; a != nil {
		o := newOther(a)
		r := o.json("")
		j.Partner = &r
	}
	w := it.Placed.Why
	if w == nil {
		return j
	}
	j.Rule = line(w.Rule)
	j.Score, j.Needed = thousandths(w.Score), thousandths(w.Needed)
	j.Mean, j.MeanNeeded = thousandths(w.Mean), thousandths(w.MeanNeeded)
	j.Title, j.TitleNeeded = thousandths(w.Title), thousandths(w.TitleNeeded)
	for _, s := range w.Shared {
		j.Shared = append(j.Shared, jsonShared{line(s.Word), thousandths(s.Share)})
	}
	for _, s := range w.Numbers {
		j.Numbers = append(j.Numbers, line(s))
	}
	apart := int64(w.Apart.Abs() / time.Second)
	j.Apart = &apart
	return j
}

func tierName(t feed.Tier) string {
	switch t {
	case feed.TierSameLink:
		return "same-link"
	case feed.TierGroup:
		return "duplicate"
	}
	return "story"
}

// thousandths is a score with as many digits as anybody reads. What is no number
// is 0: JSON cannot say it.
func thousandths(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*1000) / 1000
}
