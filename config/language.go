package config

import (
	"regexp"
	"strings"
)

// languageTag is the part of RFC 5646 §2.1 that feeds use: language, script,
// region, variants.
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$`)

// iso639 holds the two-letter languages of ISO 639-1.
const iso639 = " aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "

// languageSpellings are what people write for a language that is not its tag: its
// name, its country's code, its three letters; one language a line.
const languageSpellings = `ar arabic ara
be by
cs cz
da dk
de german deu ger
el gr
en english eng us gb
es spanish spa
fa persian fas per
fr french fra fre
ja jp
kk kazakh kaz kz
ky kyrgyz kir
ru russian rus
tg tajik tgk tj
tk turkmen tuk tm
tr turkish tur
uk ukrainian ukr ua
uz uzbek uzb
zh chinese zho chi cn`

func languageSchema() *schema {
	s := form(`^\s*[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\s*$`)
	return s.says("A language.", "en", "ru", "uz", "kk", "ky", "tg")
}

// languageInto is the kind of one language.
func (r *reader) languageInto(to *string) kind {
	return parsed(r, to, languageSchema(), "a text", language)
}

// language reads a BCP 47 tag and gives it in lower case.
func language(what, s string) (tag, wrong, hint string) {
	tag = strings.ToLower(s)
	primary, _, _ := strings.Cut(tag, "-")
	isTag := languageTag.MatchString(tag)
	if isTag && strings.Contains(iso639, " "+primary+" ") {
		return tag, "", ""
	}
	_, meant := spellings(strings.Split(languageSpellings, "\n")...)
	code := meant[primary]
	fixed := strings.ReplaceAll(tag, "_", "-")
	switch {
	case isTag && len(primary) == 3 && code == "":
		return tag, "", ""
	case fixed != tag && languageTag.MatchString(fixed):
		hint = "write " + fixed
	case code != "":
		hint = "write " + code + strings.TrimPrefix(tag, primary)
	default:
		hint = "a tag such as en, ru or uz-latn"
	}
	return "", what + " " + quote(s) + " is not a language tag", hint
}
