package main

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// Readers that people have see every entry once, with what its source said of it, are
// told when nothing is new, and see nothing twice, whatever happens to sources, rules
// and the server. A step that is to bring an entry names it; all else brings none.
func TestReadersSeeEveryEntryOnce(t *testing.T) {
	t.Parallel()
	d := newReaderDesk(t)
	d.firstSight()
	d.oneMore("/wire", d.account("wire-6", "https://wire.example/guards", "Пограничники Ташкента: «смотр»", guardsText))
	d.unchanged("after a new entry")
	d.growth()
	d.move()
	d.restart()
	d.rules()
	d.splits()
	d.address()
	d.oneMore("/moved/wire", d.account("wire-8", "https://wire.example/end", "Rivers: the end", "<p>That was all of the rivers &amp; lakes.</p>"))
	d.unchanged("at the end")
	d.told()
}

// What is told of the reservoir, but for its beginning.
const reservoirText = ` holds 2 million cubic metres of water again, the ministry of water said on Monday. Engineers opened three of its nine gates
in the morning, and villages downstream were told to keep their cattle away from the banks until the level falls. The dam was repaired last year.</p>`

const guardsText = `<p>Смотр пограничников прошёл утром в Ташкенте; его принял генерал Каримов. В строю стояли восемьсот человек с техникой и собаками.</p>`

// At first sight readers show what the source has: letters of all scripts, markup,
// ampersands, a file, an entry without a title, one without a link.
func (d *readerDesk) firstSight() {
	rivers := d.account("http://wire.example/?p=3", "https://wire.example/rivers", "Podcast: rivers & people", `<p>An hour about the rivers.</p>`)
	rivers.enclosure = "https://wire.example/rivers.mp3"
	untitled := d.account("https://wire.example/2", "https://wire.example/2", "", `<p>Toshkentda suv taʼminoti qayta tiklandi, deb xabar berdi vazirlik.</p>`)
	untitled.shown = "Toshkentda suv taʼminoti qayta tiklandi, deb xabar berdi vazirlik."
	first := []account{
		rivers, untitled,
		d.account("wire-1", "https://wire.example/news?id=1&lang=ru", "Границы & вода: «саммит» в Ташкенте",
			`<p>Главы государств обсудили <b>границы</b> и <a href="https://wire.example/plan?a=1&amp;b=2">план</a> &amp; воду.</p><ul><li>один</li><li>два</li></ul>`),
		d.account("wire-4", "https://wire.example/reservoir", "Tashkent reservoir filled to the brim", `<p>The reservoir above Tashkent`+reservoirText),
		d.account("wire-5", "", "Bulletin of the rivers: five stations", `<p>Chirchik 110 cm, Angren 85 cm, Naryn 140 cm, Syr Darya 212 cm, Kara Darya 97 cm; no ice, no floods, and no warnings for the night.</p>`),
	}
	first[len(first)-1].site = "https://wire.example/"
	for i := range first {
		d.press.report("/wire", first[i].item())
	}
	d.start()
	d.subscribe()
	d.published("Bulletin of the rivers", readerTopics...)
	for range 2 {
		d.each(func(_ int, s *subscriber) error { return s.reload() }) // newsboat keeps validators from the second answer on
	}
	d.expect(readerTopics, first...)
	d.unchanged("at first sight")
}

// oneMore is a new entry of a source.
func (d *readerDesk) oneMore(source string, a account) {
	d.press.report(source, a.item())
	d.visit()
	d.published(a.link, readerTopics...)
	d.expect(readerTopics, a)
	d.look("with " + a.guid)
}

// A report grows by the same link and by nearly the same text, and a story by another
// report of the event: only the last is an entry of its own, where each report is one.
func (d *readerDesk) growth() {
	same := d.account("digest-1", "https://wire.example/news?id=1&lang=ru&utm_source=digest", "О границах и воде в Ташкенте", `<p>Обсудили границы.</p>`)
	near := d.account("digest-2", "https://digest.example/reservoir", "The reservoir of Tashkent is full", `<p>The big reservoir above Tashkent`+reservoirText)
	event := d.account("digest-3", "https://digest.example/guards", "Генерал Каримов принял смотр пограничников",
		`<p>Генерал Каримов принял в Ташкенте смотр пограничников: восемьсот человек вышли с собаками, показали технику. Музыку играл оркестр, пришли и школьники.</p>`)
	d.grown = []account{same, near, event}
	for _, a := range d.grown {
		d.press.report("/digest", a.item())
	}
	d.visit()
	for _, topic := range readerTopics {
		d.published(near.link, topic)
	}
	d.published(event.link, readerTopics...)
	d.listed(event, "events")
	d.expect([]string{"t"}, event)
	d.look("with a report and a story that grew")
}

// The source moves for good, and its ids to https; then the configuration names its new
// address, under which it is another source.
func (d *readerDesk) move() {
	d.press.move("/wire", "/moved/wire", func(item string) string {
		return strings.ReplaceAll(item, "<guid isPermaLink=\"false\">http://", "<guid isPermaLink=\"false\">https://")
	})
	d.oneMore("/moved/wire", d.account("wire-7", "https://wire.example/moved", "Rivers: we have moved", "<p>The wire of the rivers moved house.</p>"))

	d.sources = []string{"/moved/wire", "/digest"}
	d.reconfigure()
	d.oneMore("/digest", d.account("digest-4", "https://digest.example/moved", "Tashkent: the wire is elsewhere", "<p>Who looks for it finds it there.</p>"))
}

// A restart changes nothing at all.
func (d *readerDesk) restart() {
	d.service.stop()
	d.start()
	d.unchanged("after a restart")
}

// Other rules take the same entries for other reasons, and some not; these return with
// the former rules. The topic has another name.
func (d *readerDesk) rules() {
	d.patterns = "[саммит*, suv, Tashkent, смотр*]"
	d.title = "Wire & more"
	d.reconfigure()
	d.until(readerTopics, "other rules", func(doc string) bool {
		return strings.Contains(doc, "Wire & more") && !strings.Contains(doc, "/rivers\"")
	})
	d.look("with other rules")
	d.patterns = anyOfThem
	d.reconfigure()
	d.published("/rivers\"", readerTopics...)
	d.look("with the former rules")
}

// A report that is split off comes as one entry of its own, the one that led or another;
// and as none where it is joined again.
func (d *readerDesk) splits() {
	same, near, event := d.grown[0], d.grown[1], d.grown[2]
	d.decide("split", near.link)
	d.entry(near, true, readerTopics...)
	d.expect(readerTopics, near)
	d.look("with a copy that was split off")

	d.decide("split", "https://wire.example/news?id=1&lang=ru")
	d.entry(same, true, readerTopics...)
	d.expect(readerTopics, same)
	d.look("with the first of a report split off")

	d.decide("split", event.link)
	d.entry(event, true, "events")
	d.expect([]string{"events"}, event)
	d.look("with a report that left its story")

	d.decide("split", near.link, "--undo")
	d.entry(near, false, readerTopics...)
	d.look("with a split undone")
}

// The server is killed, and has another address when it comes back.
func (d *readerDesk) address() {
	d.service.signal(syscall.SIGKILL)
	d.service.cmd.Wait()
	d.general = strings.Replace(d.general, "https://wire.example/desk", "https://another.example", 1)
	d.configure()
	d.start()
	d.published("https://another.example/topics/t", "t")
	d.look("at another address")
}

// told compares how readers were told that something is new: those that ask for no more
// than that got it, others never.
func (d *readerDesk) told() {
	for _, s := range d.readers {
		if got := slices.Contains(s.all, 226); got != s.deltas {
			d.t.Errorf("%s got feeds of what is new: %v, want %v; all answers: %v", s.name, got, s.deltas, s.all)
		}
	}
}

// wrongWith says what is wrong with what a subscription shows.
func (s *subscriber) wrongWith(path string, want []account, got []shown) (wrong []string) {
	left := slices.Clone(got)
	for _, a := range want {
		i := slices.IndexFunc(left, func(g shown) bool {
			return g.Title == a.shown && (g.Link == a.link || a.link == "" && slices.Contains([]string{g.ID, a.site}, g.Link))
		})
		if i < 0 {
			wrong = append(wrong, fmt.Sprintf("no %q at %q", a.shown, a.link))
			continue
		}
		g := left[i]
		left = slices.Delete(left, i, i+1)
		if g.Date != a.at.Unix() {
			wrong = append(wrong, fmt.Sprintf("%q is of %d, want %d", a.shown, g.Date, a.at.Unix()))
		}
		if !strings.Contains(words(g.Content), words(a.text)) {
			wrong = append(wrong, fmt.Sprintf("%q says %s, want %s", a.shown, g.Content, a.text))
		}
		if !strings.Contains(g.Enclosure, a.enclosure) {
			wrong = append(wrong, fmt.Sprintf("%q has the enclosure %q, want %q", a.shown, g.Enclosure, a.enclosure))
		}
		id, known := s.ids[path+a.guid]
		if known && id != g.ID {
			wrong = append(wrong, fmt.Sprintf("%q has the id %s, and had %s", a.shown, g.ID, id))
		}
		for _, part := range a.markup() {
			// Later its source may be none any more, of which a summary goes on.
			if !known && !strings.Contains(g.Content, part) {
				wrong = append(wrong, fmt.Sprintf("%q has no %s: %s", a.shown, part, g.Content))
			}
		}
		s.ids[path+a.guid] = g.ID
	}
	for _, g := range left {
		wrong = append(wrong, fmt.Sprintf("an entry that is none, or is there already: %q at %q, id %s", g.Title, g.Link, g.ID))
	}
	return wrong
}
