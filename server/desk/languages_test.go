package desk

import (
	"reflect"
	"testing"
)

func TestEvaluateLanguagesTold(t *testing.T) {
	const lines = `
{"id": "a", "title": "The ministers of the region said that the trade with their neighbours was on the agenda", "language": "en-us"}
{"id": "b", "title": "The council of the region and the heads of its states have met for the third time", "language": "ru"}
{"id": "c", "title": "В Ташкенте министры говорили о том, что они сделали для безопасности и что ещё предстоит после встречи", "language": "ru", "story": "s"}
{"id": "d", "title": "Ўзбекистон ва Қозоғистон ҳамкорликни кенгайтиради", "language": "uz-Cyrl", "topics": []}
{"id": "e", "title": "2024", "language": "en"}
{"id": "f", "title": "2025", "language": "en"}
{"id": "g", "title": "CIS", "language": "und"}
{"id": "h", "title": "CIS"}
`
	s := evaluate(t, lines, EvaluateOptions{Misses: true}).LanguagesTold
	want := &LanguagesTold{
		Entries: 6, Right: 3, Unknown: 2,
		Confusions: []Confusion{{"en", "", 2}, {"ru", "en", 1}},
		Wrong: []Misread{
			{"b", 3, "The council of the region and the heads of its states have met for the third time", "ru", "en"},
			{"e", 6, "2024", "en", ""}, {"f", 7, "2025", "en", ""},
		},
	}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("%+v\nwant %+v", s, want)
	}
	if s := evaluate(t, lines, EvaluateOptions{}).LanguagesTold; s.Wrong != nil || s.Right != 3 {
		t.Errorf("misses nobody asked for: %+v", s)
	}
	if s := evaluate(t, `{"title": "SCO"}`, EvaluateOptions{}).LanguagesTold; s != nil {
		t.Errorf("nobody named a language: %+v", s)
	}
}
