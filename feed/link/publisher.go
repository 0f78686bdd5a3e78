package link

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Publisher is the registrable domain of the site that an address is of, by
// which two feeds of one house are told to be of one: gazeta.uz of
// https://www.gazeta.uz/ru/rss/. "" where the domain names no house: hosts that
// many share, domains under which anybody registers, numeric addresses, names of
// one label, and what is no absolute http or https URL.
func Publisher(u string) string {
	a, ok := split(u)
	if !ok {
		return ""
	}
	host := a.host
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ""
	}
	for h := host; h != ""; _, h, _ = strings.Cut(h, ".") {
		if shared[h] || strings.HasPrefix(h, "blogspot.") { // it has a domain in most countries
			return ""
		}
	}
	suffix, registry := publicsuffix.PublicSuffix(host)
	if !registry && strings.Contains(suffix, ".") {
		return "" // a company lets anybody have a name below it: github.io, blogspot.com
	}
	if suffix == host {
		return ""
	}
	domain := under(host, suffix)
	if domain != host && stateDomain(domain) {
		return under(host, domain)
	}
	return domain
}

// under is the part of host that is one label longer than suffix.
func under(host, suffix string) string {
	rest := strings.TrimSuffix(host, "."+suffix)
	return rest[strings.LastIndexByte(rest, '.')+1:] + "." + suffix
}

// stateDomain reports whether a domain is one of those that a state keeps for its
// offices or schools and that no list of suffixes has, as gov.uz: each office
// below it is a house of its own.
func stateDomain(domain string) bool {
	label, country, _ := strings.Cut(domain, ".")
	switch label {
	case "gov", "gob", "gouv", "mil", "edu", "ac":
		return len(country) == 2
	}
	return false
}

// shared are hosts, with all below them, that carry the channels, blogs and feeds
// of many publishers under names of their own.
var shared = set(`
	youtube.com youtu.be youtube-nocookie.com vimeo.com dailymotion.com rutube.ru twitch.tv rumble.com odysee.com mover.uz
	t.me telegram.org telegram.me telegram.dog tgstat.com tgstat.ru tgstat.uz telegra.ph
	facebook.com fb.com instagram.com threads.net threads.com twitter.com x.com nitter.net bsky.app vk.com vk.ru ok.ru
	linkedin.com reddit.com pinterest.com tiktok.com weibo.com mastodon.social
	blogger.com wordpress.com medium.com substack.com ghost.io beehiiv.com buttondown.com buttondown.email
	livejournal.com livejournal.net dreamwidth.org tumblr.com typepad.com over-blog.com hatenablog.com note.com tistory.com
	blog.naver.com diary.ru liveinternet.ru teletype.in dzen.ru zen.yandex.ru boosty.to patreon.com
	weebly.com wixsite.com jimdosite.com squarespace.com webflow.io narod.ru ucoz.ru ucoz.com ucoz.net at.ua sites.google.com
	github.io github.com gitlab.io gitlab.com bitbucket.org codeberg.org codeberg.page sourceforge.net pages.dev netlify.app vercel.app
	soundcloud.com spotify.com anchor.fm podcasters.spotify.com libsyn.com buzzsprout.com simplecast.com megaphone.fm acast.com
	podbean.com spreaker.com transistor.fm fireside.fm captivate.fm rss.com mave.digital
	feedburner.com feedburner.google.com feedproxy.google.com feedblitz.com news.google.com groups.google.com
	rsshub.app rss.app rss-bridge.org fetchrss.com feed43.com politepol.com politepaul.com morss.it openrss.org
	kill-the-newsletter.com feedly.com inoreader.com feedspot.com feedity.com rssground.com siftrss.com feedrinse.com
	ampproject.org archive.org amazonaws.com googleapis.com cloudfront.net`)

// set has the words of lists.
func set(lists ...string) map[string]bool {
	words := make(map[string]bool)
	for word := range strings.FieldsSeq(strings.Join(lists, " ")) {
		words[word] = true
	}
	return words
}
