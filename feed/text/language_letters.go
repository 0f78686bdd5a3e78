package text

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
