package html

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What publishers' software puts under a text. It is known by its words and
// addresses alone, so that nothing is left out that somebody wrote.

// isFooter reports whether a line is the one that WordPress puts under every entry,
// in the languages in which we met it.
func isFooter(line []byte) bool {
	for _, f := range [...][2]string{
		{"The post ", " appeared first on "}, {"The post ", " first appeared on "},
		{"Der Beitrag ", " erschien zuerst auf "}, {"L’article ", " est apparu en premier sur "}, {"La entrada ", " se publicó primero en "},
		{"Сообщение ", " появились сначала на "}, {"Запись ", " впервые появилась "}, {"Запись ", " появилась сначала на "},
	} {
		if bytes.HasPrefix(line, []byte(f[0])) && bytes.Contains(line, []byte(f[1])) && len(line) < 2*slack {
			return true
		}
	}
	return false
}

// sharers are how addresses begin that share a page, without scheme and www.
var sharers = strings.Fields(`facebook.com/sharer facebook.com/share.php facebook.com/dialog/ twitter.com/intent/ twitter.com/share twitter.com/home?status
	x.com/intent/ x.com/share t.me/share telegram.me/share vk.com/share vkontakte.ru/share api.whatsapp.com/send web.whatsapp.com/send wa.me/?
	linkedin.com/sharing/ linkedin.com/sharearticle linkedin.com/cws/share pinterest.com/pin/create reddit.com/submit connect.ok.ru/ ok.ru/dk?
	connect.mail.ru/share tumblr.com/share tumblr.com/widgets/share getpocket.com/save getpocket.com/edit addtoany.com/ threads.net/intent/
	bsky.app/intent/ news.ycombinator.com/submitlink mailto:? tg://msg tg:msg`)

func isSharer(href string) bool {
	href = asciiLower(href[:min(len(href), 100)])
	href = strings.TrimPrefix(strings.TrimPrefix(href, "https://"), "http://")
	href = strings.TrimPrefix(strings.TrimPrefix(href, "www."), "m.")
	for _, s := range sharers {
		if strings.HasPrefix(href, s) {
			return true
		}
	}
	return false
}

// shareWords are the words around buttons to share; those that are true say by
// themselves what stands there.
var shareWords = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq("this on via to in with post article story page the click в на с этой статьей статьёй новостью друзьями facebook twitter x telegram whatsapp vk вконтакте одноклассники viber linkedin pinterest reddit email e-mail print") {
		m[w] = false
	}
	for w := range strings.FieldsSeq("share поделиться поделись поделитесь ulashing ulashish улашинг улашиш бөлісу бөлүшүү") {
		m[w] = true
	}
	return m
}()

// isShareBar reports whether a block is nothing but links that share the page, or
// the words before them.
func (b *textBlock) isShareBar() bool {
	if b.count > slack/2 {
		return false
	}
	label := false
	parts := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' || unicode.IsSymbol(r)
	}
	words := func(text []byte) bool {
		for w := range bytes.FieldsFuncSeq(text, parts) {
			says, ok := shareWords[string(bytes.ToLower(w))]
			if !ok && bytes.IndexFunc(w, unicode.IsLetter) >= 0 {
				return false
			}
			label = label || says
		}
		return true
	}
	pos := 0
	for _, l := range b.links {
		if !isSharer(l.href) || !words(b.text[pos:l.from]) {
			return false
		}
		pos = l.to
	}
	return words(b.text[pos:]) && (len(b.links) > 0 || label)
}

// moreWords are the words of links that lead to the rest of a text; those that are
// true are said of nothing else, and may be followed by what the rest is of.
var moreWords = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.SplitSeq("more,read,details,learn more,see more,view more,full story,full article,далее,дальше,полностью,davomi,давоми,davomini o'qish,давомини ўқиш,to'liq,тўлиқ,толық,толугу менен,кененирээк,муфассал", ",") {
		m[w] = false
	}
	for w := range strings.SplitSeq("read more,read full article,read full story,read the full article,read the full story,read the rest,read on,read more here,continue reading,keep reading,"+
		"читать далее,читать дальше,читать полностью,читать ещё,читать еще,читать подробнее,читайте далее,продолжение,подробнее,batafsil,to'liq o'qish,батафсил,тўлиқ ўқиш,толығырақ,толығырақ оқу,толугураак", ",") {
		m[w] = true
	}
	return m
}()

// moreTails are how what follows such words begins.
var moreTails = []string{":", " about ", " at ", " on ", " in ", " of ", " на ", " в ", " о ", " об ", " \"", " “", " «", " →", " »", "…"}

// titled are those that a link puts before the title of the text.
var titled = map[string]bool{"continue reading": true, "читать далее": true}

var apostrophes = strings.NewReplacer("ʻ", "'", "’", "'", "‘", "'", "`", "'", "ʼ", "'", "´", "'")

// isMore reports whether a link, or a line, does nothing but lead to the rest of the
// text.
func isMore(s string, link bool) bool {
	if len(s) > slack {
		return false
	}
	s = strings.TrimSpace(strings.TrimLeft(apostrophes.Replace(strings.ToLower(s)), "([{«<→➡>›»…. "))
	words := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if alone, ok := moreWords[words]; ok {
		return (alone || link) && !strings.ContainsFunc(s, unicode.IsDigit)
	}
	if words == "" {
		return link && strings.Trim(s, " …[](){}.→➡»›>") == ""
	}
	for phrase, alone := range moreWords {
		rest, ok := strings.CutPrefix(s, phrase)
		if !alone || !ok {
			continue
		}
		if link && strings.HasPrefix(rest, " ") && titled[phrase] {
			return true
		}
		for _, tail := range moreTails {
			if strings.HasPrefix(rest, tail) {
				return link || !strings.Contains(strings.TrimSpace(rest[len(tail):]), " ")
			}
		}
	}
	return false
}

// ending takes off what leads to the rest of the text at its end.
func (d *digester) ending() {
	for len(d.blocks) > 0 {
		b := &d.blocks[len(d.blocks)-1]
		end := b.more()
		if end < 0 {
			return
		}
		rest := bytes.TrimRightFunc(b.text[:end], func(r rune) bool {
			return unicode.IsSpace(r) || strings.ContainsRune("([{«|·—–-→➡", r)
		})
		if len(rest) > 0 {
			dots := bytes.IndexFunc(b.text[end:], unicode.IsLetter) < 0 // […] says that there is more
			if b.truncate(len(rest)); dots {
				b.ellipsis()
				b.count = utf8.RuneCount(b.text)
			}
			return
		}
		d.blocks = d.blocks[:len(d.blocks)-1]
	}
}

// more is where in a block that ends so its link or line begins that leads to the
// rest of the text; -1 where it does not.
func (b *textBlock) more() int {
	if n := len(b.links); n > 0 {
		l := b.links[n-1]
		if strings.Trim(string(b.text[l.to:]), " \n…[](){}.→➡»›>") == "" && isMore(string(b.text[l.from:l.to]), true) {
			return l.from
		}
		line := b.lastLine()
		if l.to == len(b.text) && l.from > line && isMore(string(b.text[line:l.from]), false) {
			return line // Read more: <a>Title</a>
		}
	}
	if line := b.lastLine(); isMore(string(b.text[line:]), false) {
		return line
	}
	return -1
}

// lastLine is where the last line of a block begins.
func (b *textBlock) lastLine() int { return bytes.LastIndexByte(b.text, '\n') + 1 }
