package publish

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

// A jsonExtension is what JSON Feed has no field for: where an entry comes from,
// who else reported it and why it is here. Of the last readers get as much as
// the topic's reasons say.
type jsonExtension struct {
	About  string      `json:"about"`
	Source jsonSource  `json:"source"`
	Origin *jsonOrigin `json:"origin,omitempty"`
	*jsonMore
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
	Feed  string `json:"feed,omitempty"`
}

// A jsonMore is what the other formats say of an entry and JSON Feed has no field for,
// under the names that they have there.
type jsonMore struct {
	Rights       string         `json:"rights,omitempty"`
	Contributors []*feed.Person `json:"contributors,omitempty"`
	Links        []feed.Link    `json:"links,omitempty"`
	Comments     string         `json:"comments,omitempty"`
	Places       []feed.Place   `json:"places,omitempty"`
	Podcast      *feed.Podcast  `json:"podcast,omitempty"`
}

func (n *item) more() *jsonMore {
	m := &jsonMore{Rights: n.rights, Links: n.links, Comments: n.comments, Places: n.places}
	for i := range n.contributors {
		m.Contributors = append(m.Contributors, &n.contributors[i])
	}
	if n.podcast.Says() {
		m.Podcast = &n.podcast
	}
	return m
}

// A jsonHit is words of the entry that a rule of the topic asks for; with full
// reasons also the rule, as written.
type jsonHit struct {
	feed.Hit
	Weight *float64 `json:"weight,omitempty"` // where the topic has a score
}

type jsonReport struct {
	Source    string `json:"source"`
	URL       string `json:"url,omitempty"`
	Title     string `json:"title"`
	Published string `json:"published,omitempty"`
	Language  string `json:"language,omitempty"`
}

// A jsonPlaced is how the entry came to its group or story: a feed.Placement with
// its likeness beside the tier, and with the partner in words. Scores and shares
// are from 0 to 1.
type jsonPlaced struct {
	Tier    string      `json:"tier"`
	Partner *jsonReport `json:"partner,omitempty"`
	*likeness
	Apart *int64 `json:"apart_seconds,omitempty"`
}

// A likeness is feed.Likeness as a part of something else.
type likeness feed.Likeness

func (d *document) extension(n *item) jsonExtension {
	id := n.Item.Source.ID
	if id == "" {
		id = n.Entry.Source
	}
	x := jsonExtension{
		About:    d.base + "/about",
		Source:   jsonSource{label(n.Item.Source.Title), sourceAddress(n.Item.Source.Link), sourceAddress(string(id))},
		Filed:    zulu(n.Filed),
		Language: n.language,
		Story:    uint64(n.Story),
	}
	if n.Story != 0 {
		x.StoryURL = d.base + "/stories/" + strconv.FormatUint(uint64(n.Story), 10)
	}
	if o := n.Entry.Origin; o != nil && line(o.Title) != "" {
		x.Origin = &jsonOrigin{line(o.Title), sourceAddress(o.Link), sourceAddress(o.Self)}
	}
	x.jsonMore = n.more()
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
	var list []jsonHit
	seen := make(map[feed.Hit]bool)
	for i := range reasons {
		for k := range reasons[i].Hits {
			h := reasons[i].Hits[k]
			w := jsonHit{Hit: feed.Hit{Text: line(h.Text), Field: h.Field}}
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
			once := w.Hit
			once.Text = strings.ToLower(w.Text)
			if w.Text == "" || seen[once] {
				continue
			}
			seen[once] = true
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
	j := &jsonPlaced{Tier: it.Placed.Tier.String()}
	if a := it.Partner; a != nil {
		o := newOther(a)
		r := o.json("")
		j.Partner = &r
	}
	if it.Placed.Why == nil {
		return j
	}
	w := likeness(*it.Placed.Why)
	w.Rule = line(w.Rule)
	for _, score := range []*float64{&w.Score, &w.Needed, &w.Mean, &w.MeanNeeded, &w.Title, &w.TitleNeeded} {
		*score = thousandths(*score)
	}
	w.Shared, w.Numbers = slices.Clone(w.Shared), slices.Clone(w.Numbers)
	for i := range w.Shared {
		w.Shared[i] = feed.SharedWord{Word: line(w.Shared[i].Word), Share: thousandths(w.Shared[i].Share)}
	}
	for i := range w.Numbers {
		w.Numbers[i] = line(w.Numbers[i])
	}
	apart := int64(w.Apart.Abs() / time.Second)
	j.likeness, j.Apart = &w, &apart
	return j
}

// thousandths is a score with as many digits as anybody reads. What is no number
// is 0: JSON cannot say it.
func thousandths(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*1000) / 1000
}
