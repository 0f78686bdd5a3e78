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

// languageSlips are what people write for a language that is not its tag: its
// name, its country's code, its three letters.
var languageSlips = map[string]string{
	"english": "en", "russian": "ru", "uzbek": "uz", "kazakh": "kk", "kyrgyz": "ky", "tajik": "tg", "turkmen": "tk",
	"ukrainian": "uk", "german": "de", "french": "fr", "spanish": "es", "turkish": "tr", "persian": "fa", "chinese": "zh", "arabic": "ar",
	"eng": "en", "rus": "ru", "uzb": "uz", "kaz": "kk", "kir": "ky", "tgk": "tg", "tuk": "tk", "ukr": "uk", "deu": "de", "ger": "de",
	"fra": "fr", "fre": "fr", "spa": "es", "tur": "tr", "fas": "fa", "per": "fa", "zho": "zh", "chi": "zh", "ara": "ar",
	"kz": "kk", "tj": "tg", "tm": "tk", "ua": "uk", "us": "en", "gb": "en", "cn": "zh", "jp": "ja", "cz": "cs", "dk": "da", "gr": "el", "by": "be",
}

// language reads a BCP 47 tag and gives it in lower case.
func (r *reader) language(n *node, what string) string {
	s, ok := r.text(n, what)
	if !ok {
		return ""
	}
	tag := strings.ToLower(s)
	primary, _, _ := strings.Cut(tag, "-")
	_, slip := languageSlips[primary]
	if !slip && languageTag.MatchString(tag) && (len(primary) == 3 || strings.Contains(iso639, " "+primary+" ")) {
		return tag
	}
	hint := "a tag such as en, ru or uz-latn"
	if fixed := strings.ReplaceAll(tag, "_", "-"); fixed != tag && languageTag.MatchString(fixed) {
		hint = "write " + fixed
	} else if code := languageSlips[tag]; code != "" {
		hint = "write " + code
	} else if code := languageSlips[primary]; code != "" {
		hint = "write " + code + strings.TrimPrefix(tag, primary)
	}
	r.fail(n, what+" "+quote(s)+" is not a language tag", hint)
	return ""
}
