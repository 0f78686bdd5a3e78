package server

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/story"
	"topicwire/storage"
)

// fixedState is the hash of what fixedChanges leave behind, on any machine. It changes
// with the layout of records, with the rules of matching and placement and with their
// defaults, and must with nothing else: say in the commit which it was.
const fixedState = "e72de7c6b324b177"

// News in three languages, each line an event: the sources are called as the
// languages are, and repeat each other.
var fixedNews = [][3]string{
	{"Earthquake of magnitude 5.4 shakes Tashkent region|A magnitude 5.4 earthquake struck near Tashkent on Tuesday, damaging 120 houses.",
		"Землетрясение магнитудой 5,4 произошло в Ташкентской области|Землетрясение магнитудой 5,4 произошло во вторник под Ташкентом, повреждены 120 домов.",
		"Toshkent viloyatida 5,4 magnitudali zilzila|Seshanba kuni Toshkent yaqinida 5,4 magnitudali zilzila yuz berdi, 120 ta uyga zarar yetdi."},
	{"SCO summit opens in Samarkand with eight leaders|Leaders of eight countries gathered in Samarkand for the summit of the SCO on security and trade.",
		"В Самарканде открылся саммит ШОС|Лидеры восьми стран собрались в Самарканде на саммит ШОС по безопасности и торговле.",
		"Samarqandda ShHT sammiti ochildi|Sakkiz davlat rahbari Samarqandda ShHT sammitiga yigʻildi."},
	{"Gas exports to China fall by 12 percent|Uzbekistan exported 12 percent less gas to China this year, the ministry of energy said.",
		"Экспорт газа в Китай упал на 12 процентов|Узбекистан экспортировал в этом году на 12 процентов меньше газа в Китай, сообщило министерство энергетики.",
		"Xitoyga gaz eksporti 12 foizga kamaydi|Oʻzbekiston bu yil Xitoyga 12 foiz kam gaz eksport qildi."},
	{"Border guards stop 37 trucks at Osh|Border guards in Osh stopped 37 trucks with fuel on Friday, officials said.",
		"Пограничники остановили 37 грузовиков в Оше|Пограничники в Оше остановили в пятницу 37 грузовиков с топливом.",
		"Oʻshda 37 ta yuk mashinasi toʻxtatildi|Chegarachilar juma kuni Oʻshda yonilgʻi ortilgan 37 ta yuk mashinasini toʻxtatdi."},
	{"Police detain 14 suspected extremists in Tashkent|Police detained 14 people suspected of extremism in a raid in Tashkent on Monday night.",
		"В Ташкенте задержаны 14 подозреваемых в экстремизме|Милиция задержала в ночь на понедельник в Ташкенте 14 подозреваемых в экстремизме.",
		"Toshkentda ekstremizmda gumonlangan 14 kishi ushlandi|Dushanba kechasi Toshkentda 14 kishi ushlandi."},
	{"Tashkent opens metro line to the airport|Passengers can travel from Chilanzar to the airport in forty minutes from Saturday on.",
		"В Ташкенте открыли линию метро до аэропорта|С субботы пассажиры доедут от Чиланзара до аэропорта за сорок минут.",
		"Toshkentda aeroportga metro yoʻnalishi ochildi|Shanbadan yoʻlovchilar Chilonzordan aeroportga qirq daqiqada yetib boradi."},
}

func fixedConfig(t *testing.T, generation uint64, at time.Time, more string) *feed.ConfigChange {
	t.Helper()
	cfg, problems := config.Parse("config.yaml", []byte(`
fetch: {contact: desk@x.example}
server: {timezone: Asia/Tashkent}
sources:
  - {url: "https://en.example/rss", title: Wire, tags: [agency]}
  - {url: "https://ru.example/rss", language: ru, publisher: House}
  - {url: "https://uz.example/rss", language: uz}
lists:
  tashkent: {kind: place, any: [Tashkent, Ташкент*, Toshkent*]}
  sco: {kind: org, any: [SCO, ШОС, ShHT]}
  quake: {kind: event, any: [earthquake*, землетрясени*, zilzila*]}
topics:
  region: {group: story, language: en, any: [$tashkent, $sco, gas, газ*, Osh, Ош, Оше, Oʻsh, Oʻshda]}
`+more), t.TempDir(), nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	m, problems := Check(cfg)
	if m == nil {
		t.Fatal(problems)
	}
	c := new(Server).newState(cfg, m).announced
	c.At, c.Generation = at, generation
	return &c
}

// fixedChanges are some forty changes of all kinds. What visits bring is matched by
// the configurations among them.
func fixedChanges(t *testing.T) []feed.Change {
	at, body := noon, uint64(0)
	visit := func(language int, after time.Duration, events ...int) feed.Change {
		at = at.Add(after + 123456*time.Nanosecond)
		body++
		tag := []string{"en", "ru", "uz", "copies"}[language]
		v := &feed.Visit{At: at, Source: feed.SourceID("https://" + tag + ".example/rss"), Next: at.Add(time.Hour), HTTP: 200, Asked: at.Add(-time.Second),
			Validators: &feed.Validators{ETag: fmt.Sprint(body)}, Document: &feed.Reading{Body: body, Meta: feed.Meta{Title: tag}}}
		for _, n := range events {
			title, text, _ := strings.Cut(fixedNews[n%10][language%3], "|")
			e := feed.Entry{ID: fmt.Sprint(tag, n), Link: fmt.Sprintf("https://%s.example/%d", tag, n), Title: title, Summary: "<p>" + text + "</p>",
				Language: []string{"en", "ru", "uz"}[language%3], Published: at.Add(-time.Hour).Truncate(time.Second), Raw: feed.Raw(body*100 + uint64(n))}
			if n >= 10 { // as another source has it
				e.Link = fmt.Sprintf("https://en.example/%d", n%10)
			}
			e.Canonical = e.Link
			v.Document.Window = append(v.Document.Window, e.Raw)
			v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e})
		}
		return v
	}
	pushed := func(c feed.Change) feed.Change {
		return &feed.Push{At: c.Time(), Source: c.(*feed.Visit).Source, Document: *c.(*feed.Visit).Document}
	}
	decision := func(kind feed.DecisionKind, d feed.Decision) feed.Change {
		at = at.Add(time.Minute)
		d.At, d.Kind, d.By, d.Note = at, kind, "ann", "ў"
		return &d
	}
	refiling := func(generation uint64, done bool, entries ...feed.EntryMatches) feed.Change {
		at = at.Add(time.Second)
		return &feed.Refiling{At: at, Generation: generation, Topics: []feed.TopicID{"region", "quakes"}, Entries: entries, Done: done,
			Backfill: []time.Duration{time.Hour, 72 * time.Hour}}
	}
	matched := func(k feed.EntryKey, topic feed.TopicID) feed.EntryMatches {
		return feed.EntryMatches{Entry: k, Matches: []feed.Match{{Topic: topic, Reason: feed.Reason{Hits: []feed.Hit{{Text: "a", Pattern: "a*", Weight: .1}}}}}}
	}
	tick := func(after time.Duration) feed.Change {
		at = at.Add(after)
		return &feed.Tick{At: at}
	}
	en, ru, uz, copies := 0, 1, 2, 3
	cs := []feed.Change{fixedConfig(t, 1, at, "")}
	cs = append(cs,
		&feed.Claim{At: at, Sources: []feed.SourceID{"https://en.example/rss", "https://ru.example/rss"}, Next: []time.Time{at.Add(time.Hour), at.Add(2 * time.Hour)}, Why: "first"},
		visit(en, time.Second, 0, 1), visit(ru, time.Second, 0, 1), visit(uz, time.Second, 0),
		visit(en, time.Hour, 2, 3, 0), visit(ru, time.Minute, 2, 11), visit(uz, time.Minute, 1, 2),
		tick(time.Minute),
		visit(ru, time.Hour, 3, 4), visit(en, time.Second, 4), visit(uz, time.Second, 3, 4), visit(copies, time.Minute, 3, 4),
		decision(feed.DecisionHide, feed.Decision{Topic: "region", Entries: []feed.EntryKey{3}}),
		decision(feed.DecisionMerge, feed.Decision{Stories: []feed.StoryKey{1, 6}}),
		visit(en, time.Hour, 5), visit(ru, time.Second, 5), visit(uz, time.Second, 5, 15),
		decision(feed.DecisionUndo, feed.Decision{Undo: 2}),
		&feed.Visit{At: at, Source: "https://uz.example/rss", Next: at.Add(time.Hour), HTTP: 503, Error: "503", Hold: at.Add(time.Hour)},
		fixedConfig(t, 2, at, "  quakes: {max_age: 2d, any: [$quake]}\nstories: {preset: precise}\n"),
		refiling(2, false, matched(1, "quakes"), matched(2, "region")),
		visit(en, time.Minute, 10, 11, 12),
		refiling(2, true, matched(3, "quakes"), feed.EntryMatches{Entry: 4}),
		refiling(1, true, feed.EntryMatches{Entry: 1}),
		decision(feed.DecisionInclude, feed.Decision{Topic: "quakes", Entries: []feed.EntryKey{8}}),
		decision(feed.DecisionSplit, feed.Decision{Groups: []feed.GroupKey{2}}),
		visit(ru, time.Hour, 0, 12, 13), visit(uz, time.Minute, 0, 10),
		fixedConfig(t, 3, at, "stories: {story: .3, max_entries: 4}\n"),
		visit(en, 24*time.Hour, 0, 1, 2), visit(ru, time.Hour, 1, 10), visit(uz, time.Hour, 12), visit(copies, time.Hour, 1, 2),
		decision(feed.DecisionHide, feed.Decision{Topic: "region", Groups: []feed.GroupKey{1}}),
		decision(feed.DecisionUndo, feed.Decision{Undo: 1}),
		&feed.Claim{At: at, Sources: []feed.SourceID{"https://uz.example/rss"}, Next: []time.Time{at.Add(time.Hour)}, Hold: true, Why: "asked"},
		&feed.LeaseChange{At: at, Lease: feed.Lease{Source: "https://en.example/rss", Token: "t", State: feed.LeaseActive, Until: at.Add(time.Hour)}},
		pushed(visit(en, time.Minute, 14)),
		visit(uz, 24*time.Hour, 5), visit(ru, time.Hour, 3),
		&feed.Retention{At: at, Before: at.Add(-50 * time.Hour), From: 1, Limit: 5},
		&feed.Retention{At: at, Before: at.Add(-50 * time.Hour), From: 9, Limit: 4},
		visit(en, time.Hour, 3, 4, 13),
		tick(time.Hour),
	)
	return cs
}

// The same changes leave the same state, by what they carry alone: in one transaction,
// each in its own with new processes in between, and through their bytes.
func TestAFixedRunLeavesAFixedState(t *testing.T) {
	for name, tt := range map[string]struct {
		cut    int // changes in a transaction
		reopen int // changes between two processes
		encode bool
	}{
		"in one": {cut: 100, reopen: 100}, "each alone": {cut: 1, reopen: 100}, "in new processes": {cut: 1, reopen: 5},
		"in a few": {cut: 7, reopen: 7}, "through bytes": {cut: 3, reopen: 12, encode: true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "s.db")
			var db *storage.DB
			open := func() {
				var err error
				if db, err = storage.Open(path, storage.Options{Place: story.New(story.Options{}), Match: &rematcher{s: new(Server)}, NoSync: true}); err != nil {
					t.Fatal(err)
				}
			}
			open()
			defer func() { db.Close() }()
			n := 0
			for batch := range slices.Chunk(fixedChanges(t), tt.cut) {
				if tt.encode {
					for i, c := range batch {
						var err error
						if batch[i], err = db.DecodeChange(db.EncodeChange(c)); err != nil {
							t.Fatal(err)
						}
					}
				}
				if _, err := db.Apply(batch); err != nil {
					t.Fatalf("from change %d: %v", n, err)
				}
				if n += len(batch); n%tt.reopen == 0 {
					db.Close()
					open()
				}
			}
			if err := db.Verify(t.Context(), func(wrong string) { t.Error(wrong) }); err != nil {
				t.Fatal(err)
			}
			seen := make(map[string]int)
			if err := db.View(func(r *storage.Reader) error {
				for _, id := range []feed.TopicID{"region", "quakes"} {
					filed, err := r.Filed(id, 1000)
					if err != nil {
						return err
					}
					for i := range filed {
						seen[string(id)]++
						if filed[i].InsteadOf != 0 {
							seen["led in another's stead"]++
						}
					}
				}
				return r.Entries(1, func(e feed.StoredEntry) bool {
					p, placed, err := r.Placed(e.Key)
					if err != nil {
						t.Error(err)
					}
					seen["stored"]++
					if placed {
						seen[p.Tier.String()]++
						if p.Why != nil {
							seen[p.Why.Rule]++
						}
					}
					return true
				})
			}); err != nil {
				t.Fatal(err)
			}
			for _, what := range []string{"region", "quakes", "led in another's stead", "same-link", "duplicate", "story", feed.RuleAcross} {
				if seen[what] == 0 {
					t.Errorf("the run shows no %s: %v", what, seen)
				}
			}
			digest, err := db.Digest()
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%x", digest); got != fixedState {
				t.Errorf("the state is %s, want %s", got, fixedState)
			}
		})
	}
}
