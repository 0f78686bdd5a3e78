package text

// A tongue is a language written in one script. Those without a tag are looked
// for only because they could pass for one that has a tag.
type tongue uint8

const (
	english tongue = iota
	latinUzbek
	turkish // and Azerbaijani, Turkmen, Karakalpak
	german  // and Dutch and the Scandinavian languages
	french  // and the other Romance languages
	polish  // and the other Slavic languages in Latin script
	finnish // and what else is written in Latin script

	russian
	ukrainian
	belarusian
	bulgarian
	serbian // and Macedonian
	mongolian
	tatar      // and Bashkir
	karakalpak // and other Turkic languages
	kazakh
	kyrgyz
	cyrillicUzbek
	tajik

	tongues
)

// tag is the tongue's BCP 47 tag, "" for one that is not told.
func (t tongue) tag() string {
	switch t {
	case english:
		return "en"
	case latinUzbek, cyrillicUzbek:
		return "uz"
	case russian:
		return "ru"
	case ukrainian:
		return "uk"
	case kazakh:
		return "kk"
	case kyrgyz:
		return "ky"
	case tajik:
		return "tg"
	}
	return ""
}

// A tongueSet has a bit for each tongue in it.
type tongueSet uint32

const (
	latinTongues    tongueSet = 1<<russian - 1
	cyrillicTongues tongueSet = 1<<tongues - 1<<russian
)

// alphabets tells for each small letter which tongues have it. Letters of names
// that any newspaper would print, as é in English, are no part of them.
var alphabets = lettersOf([tongues]string{
	english:    basicLatin,
	latinUzbek: "abcdefghijklmnopqrstuvxyz",
	turkish:    "abcdefghijklmnopqrstuvxyzâçğıîöşüûəäňýžáúóńǵ",
	german:     basicLatin + "äöüßåæøéë",
	french:     basicLatin + "àáâãçèéêëìíîïñòóôõùúûüœæășțşţ",
	polish:     basicLatin + "ąćęłńóśźżáčďéěíňřšťúůýžđľĺŕ",
	finnish:    basicLatin + "äöåáéíóöőúüűõāēīūčšžģķļņąęėįųūăâđêôơưàèìòùýãĩũ",

	russian:       russianLetters,
	ukrainian:     "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	belarusian:    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
	bulgarian:     "абвгдежзийклмнопрстуфхцчшщъьюя",
	serbian:       "абвгдежзиклмнопрстуфхцчшђѓѕјљњћќџ",
	mongolian:     russianLetters + "өү",
	tatar:         russianLetters + "әҗңөүһғҙҡҫ",
	karakalpak:    russianLetters + "әғқңөүўҳһҕҥӧӱјҷҗ",
	kazakh:        russianLetters + "әғқңөұүһі",
	kyrgyz:        russianLetters + "ңөү",
	cyrillicUzbek: "абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ",
	tajik:         "абвгдеёжзийклмнопрстуфхцчшъьэюяғӣқӯҳҷ",
})

const (
	basicLatin     = "abcdefghijklmnopqrstuvwxyz"
	russianLetters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
)

func lettersOf(of [tongues]string) *[simpleEnd]tongueSet {
	var t [simpleEnd]tongueSet
	for tongue, letters := range of {
		for _, r := range letters {
			if r < simpleEnd {
				t[r] |= 1 << tongue
			}
		}
	}
	return &t
}
