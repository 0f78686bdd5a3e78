package web

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

var security = feed.Topic{
	ID: "regional-security", Title: "Regional security", Language: "en",
	Description: "Security cooperation in and around Central Asia",
	Reasons:     feed.ReasonFull,
}

var (
	wireEN = feed.SourceInfo{ID: "https://wire.example/rss", Title: "Steppe Wire", Link: "https://wire.example/"}
	dayRU  = feed.SourceInfo{ID: "https://den.example/rss", Title: "Азиатский день", Link: "https://den.example/"}
	uzLat  = feed.SourceInfo{ID: "https://xabar.example/rss", Title: "Poytaxt xabarlari", Link: "https://xabar.example/"}
	uzCyr  = feed.SourceInfo{ID: "file:samples/agency.xml", Title: "Вилоят овози"}
)

// at is a time on the days the fixture tells of.
func at(day, hour, minute int) time.Time {
	return time.Date(2024, time.September, day, hour, minute, 0, 0, time.UTC)
}

func item(key int, source feed.SourceInfo, language, title, summary string, when time.Time, reasons ...feed.Reason) feed.Item {
	link := fmt.Sprintf("https://news.example/%d", key)
	return feed.Item{
		PublicID: link, Source: source, Filed: when.Add(time.Minute), Changed: when.Add(time.Minute), Reasons: reasons,
		Entry: feed.StoredEntry{
			Key: feed.EntryKey(key), Source: source.ID, Seen: when.Add(time.Minute),
			Entry: feed.Entry{
				ID: link, Link: link, Canonical: link, Title: title, Summary: summary, Language: language,
				Published: when, Updated: when,
			},
		},
	}
}

func hit(list, pattern string, field feed.Field, text string, weight float64) feed.Hit {
	return feed.Hit{Pattern: pattern, List: list, Field: field, Text: text, Weight: weight}
}

func scored(score float64, hits ...feed.Hit) feed.Reason {
	return feed.Reason{Hits: hits, Score: score, Threshold: 6}
}

// conference is an edition in three languages and four scripts' worth of titles,
// with a group of several reports.
func conference() *feed.Edition {
	first := item(11, wireEN, "en",
		"Tashkent hosts joint anti-terror conference of SCO and CIS bodies as the East-Anti-Terror-2024 exercise opens",
		"<p>Delegations from the Regional Anti-Terrorist Structure of the Shanghai Cooperation Organization and the CIS Anti-Terrorism Center met in Tashkent on 4 September. The president&#39;s address, read at the opening, called for closer exchange of information on fighters who return and on recruiting by messengers, and for a common list of extremist material.</p>",
		at(5, 9, 40),
		scored(14.5, hit("sco", "SCO", feed.FieldTitle, "SCO", 3), hit("terror", "anti-terror*", feed.FieldTitle, "anti-terror", 4),
			hit("terror", "anti-terror*", feed.FieldSummary, "Anti-Terrorist", 4), hit("terror", "anti-terror*", feed.FieldSummary, "Anti-Terrorism", 4),
			hit("terror", "extremis*", feed.FieldSummary, "extremist", 4), hit("cis", "CIS", feed.FieldTitle, "CIS", 1),
			hit("sco", "Shanghai Cooperation Organi*", feed.FieldSummary, "Shanghai Cooperation Organization", 3),
			hit("region", "Tashkent", feed.FieldTitle, "Tashkent", 0.5)))
	first.Also = []feed.Also{
		{Source: uzLat, Link: "https://xabar.example/konferensiya", Title: "Toshkentda xalqaro konferensiya", When: at(5, 10, 5)},
		{Source: dayRU, Link: "https://den.example/konf", When: at(5, 10, 20)},
		{Source: uzCyr, When: at(5, 11, 0)},
	}
	entries := []feed.Item{
		first,
		item(12, dayRU, "ru",
			"В Ташкенте обсудили противодействие терроризму и экстремизму: в конференции участвуют представители десяти государств",
			"<p>Участники говорили об обмене сведениями между антитеррористическими центрами, о возвращении боевиков и о вербовке через мессенджеры. Завершит встречу совместное учение, в котором заняты подразделения пяти стран.</p>",
			at(5, 8, 15), scored(9, hit("terror", "террор*", feed.FieldTitle, "терроризму", 4), hit("terror", "экстремис*", feed.FieldTitle, "экстремизму", 4),
				hit("region", "Ташкент*", feed.FieldTitle, "Ташкенте", 1))),
		item(13, uzLat, "uz",
			"Oʻzbekiston va qoʻshni davlatlar chegara xavfsizligi boʻyicha hamkorlikni kengaytiradi",
			"Tomonlar chegara oʻtkazish joylarida axborot almashish tartibini kelishib oldi; kelgusi yilda qoʻshma mashgʻulotlar oʻtkaziladi.",
			at(5, 7, 2), feed.Reason{Hits: []feed.Hit{hit("region", "Oʻzbek*", feed.FieldTitle, "Oʻzbekiston", 0), hit("", "chegara xavfsizligi*", feed.FieldTitle, "chegara xavfsizligi", 0)}}),
		item(14, uzCyr, "uz",
			"Ўзбекистонда терроризмга қарши кураш бўйича халқаро анжуман бошланди",
			"Анжуманда ҳамкорлик ташкилотлари вакиллари, экспертлар ва ҳуқуқ-тартибот идоралари раҳбарлари қатнашмоқда.",
			at(4, 13, 30), scored(8, hit("terror", "террор*", feed.FieldTitle, "терроризмга", 4), hit("region", "Ўзбек*", feed.FieldTitle, "Ўзбекистонда", 1))),
		item(15, wireEN, "en", "CIS defence ministers agree on one air defense system", "", at(4, 11, 0),
			scored(6, hit("cis", "CIS", feed.FieldTitle, "CIS", 1), hit("", "air defen*", feed.FieldTitle, "air defense", 3))),
		item(16, wireEN, "en", "What the rise of HTS in Syria means for Central Asia’s security services",
			"<p>Fighters from the region are a small part of the group, yet its success changes what recruiters can promise. Four questions for the services of five states.</p>",
			at(4, 6, 45), scored(7, hit("", "security NEAR/6 (region* OR threat*)", feed.FieldSummary, "security services Fighters from the region", 3), hit("region", "Central Asia*", feed.FieldTitle, "Central Asia", 1))),
		item(17, dayRU, "ru", "Учение на полигоне «Фориш» завершено", "<p>Итоги подвели на закрытом совещании.</p>", at(3, 16, 20)),
	}
	return &feed.Edition{Topic: security, Updated: at(5, 11, 1), Entries: entries}
}

// sized is an edition whose feeds are each about n bytes.
func sized(n int) *feed.Edition {
	ed := &feed.Edition{Topic: security, Updated: at(5, 11, 1)}
	for i := 0; i*1000 < n; i++ {
		var words strings.Builder
		for w := uint32(i + 1); words.Len() < 700; w = w*1664525 + 1013904223 {
			fmt.Fprintf(&words, "%x ", w>>12)
		}
		ed.Entries = append(ed.Entries, item(i+1, wireEN, "en", fmt.Sprintf("Report number %d", i), words.String(), at(5, 9, 40).Add(-time.Duration(i)*time.Hour)))
	}
	return ed
}

func newTestSite(t testing.TB, o Options, editions ...*feed.Edition) *Site {
	t.Helper()
	s := New(o)
	var topics []feed.Topic
	for _, ed := range editions {
		topics = append(topics, ed.Topic)
	}
	s.SetTopics(topics)
	if err := s.Publish(editions...); err != nil {
		t.Fatal(err)
	}
	return s
}

// Publish renders editions and shows them.
func (s *Site) Publish(editions ...*feed.Edition) error {
	var errs []error
	var all []*publish.Documents
	for _, ed := range editions {
		docs, err := publish.RenderAll(ed, s.site())
		if err != nil {
			errs = append(errs, err)
			continue
		}
		all = append(all, docs)
	}
	return errors.Join(append(errs, s.Show(all...))...)
}
