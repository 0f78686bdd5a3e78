package parse

import (
	"strings"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	const noon = "2024-09-05T12:00:00Z"
	for _, c := range []struct{ in, want string }{
		// RFC 822 and its successors
		{"Thu, 05 Sep 2024 12:00:00 GMT", noon},
		{"Thu, 5 Sep 24 12:00 UT", noon},
		{"05 Sep 2024 17:00:00 +0500", noon},
		{"Thu, 05 Sep 2024 17:00:00 +05:00", noon},
		{"Thu, 05 Sep 2024 07:00:00 EST", noon},
		{"Thu, 05 Sep 2024 07:00:00 -0500 (EST)", noon},
		{"Thursday, 5 September 2024, 12:00", noon},
		{"Thu,05-Sep-2024 12:00:00 Z", noon},
		{"Thu Sep 05 2024 15:00:00 GMT+0300 (MSK)", noon},
		{"Thu Sep  5 15:00:00 MSK 2024", noon},
		{"September 5, 2024 3:00 p.m. MSK", noon},
		{"Sep 5, 2024 12:00:00 AM", "2024-09-05T00:00:00Z"},
		{"Thu, 05 Sep 2024 24:00:00 GMT", "2024-09-06T00:00:00Z"},
		{"Thu, 05 Sep 2024", "2024-09-05T00:00:00Z"},
		{"Thu, 05 Sep 0124 12:00:00 GMT", ""},
		{"5 Sep 124 12:00:00 GMT", noon},
		// Zones that gofeed takes for UTC
		{"Thu, 05 Sep 2024 15:00:00 MSK", noon},
		{"Thu, 05 Sep 2024 17:00:00 UZT", noon},
		{"Thu, 05 Sep 2024 18:00:00 KGT", noon},
		{"Thu, 05 Sep 2024 17:00:00 ALMT", noon},
		{"Mon, 05 Sep 2022 18:00:00 ALMT", "2022-09-05T12:00:00Z"},
		{"Thu, 05 Sep 2024 15:00:00 GMT+3", noon},
		{"Thu, 05 Sep 2024 15:00:00 UTC+03:00", noon},
		{"Thu, 05 Sep 2024 09:00:00 GMT-3", noon},
		{"Thu, 05 Sep 2024 12:00:00 QQQ", noon},
		{"Thu, 05 Sep 2024 24:00:00 +0500", "2024-09-05T19:00:00Z"},
		{"05 Sep 2024 17:00 (UTC+5)", noon},
		{"Thu, 05 Sep 99 12:00:00 GMT", "1999-09-05T12:00:00Z"},
		{"Thu, 05 Sep 2024 12:00:00 +3000", noon},
		// Months of other languages
		{"Чт, 5 сентября 2024 15:00:00 МСК", noon},
		{"5 сен. 2024, 15:00 MSK", noon},
		{"пятница, 31 мая 2024 12:00", "2024-05-31T12:00:00Z"},
		{"1 июня 2024 12:00", "2024-06-01T12:00:00Z"},
		{"1 июль 2024 12:00", "2024-07-01T12:00:00Z"},
		{"5-sentabr 2024, 12:00", noon},
		{"1 iyul 2024 12:00", "2024-07-01T12:00:00Z"},
		{"5 сентябр 2024 12:00", noon},
		{"1 қаңтар 2024 12:00", "2024-01-01T12:00:00Z"},
		{"Do, 5. Dez 2024 12:00", "2024-12-05T12:00:00Z"},
		{"1 août 2024 12:00", "2024-08-01T12:00:00Z"},
		{"05 Sep 2024 17:00 Asia/Tashkent", noon},
		{"Thu, 05 Sept 2024 12:00:00 GMT", noon},
		{"5 Sept. 2024 12:00", noon},
		{"2024-yil 5-sentabr, 12:00", noon},
		{"2024 йил 5 сентябрь, 12:00", noon},
		{"5 сентябр 2024 йил 12:00", noon},
		{"5-noyabr, 2024", "2024-11-05T00:00:00Z"},
		{"12:00, 5 сентября 2024", noon},
		{"5 сентябри соли 2024, 12:00", noon},
		{"12:00 05.09.24", noon},
		// ISO 8601
		{"2024-09-05T12:00:00Z", noon},
		{"2024-09-05t12:00:00.123456z", noon},
		{"2024-09-05T17:00:00+05:00", noon},
		{"2024-09-05T17:00:00+0500", noon},
		{"2024-09-05T17:00+05", noon},
		{"2024-09-05 12:00:00", noon},
		{"2024-09-05 12:00:00 UTC", noon},
		{"2024-09-05", "2024-09-05T00:00:00Z"},
		{"2024-09", "2024-09-01T00:00:00Z"},
		{"2024-249", "2024-09-05T00:00:00Z"},
		{"20240905T120000Z", noon},
		{"20240905T1200Z", noon},
		{"2024-09-05T24:00:00Z", "2024-09-06T00:00:00Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		// Numbers
		{"1725537600", noon},
		{"1725537600000", noon},
		{"1725537600.75", noon},
		{"20240905", "2024-09-05T00:00:00Z"},
		{"20240905120000", noon},
		{"05.09.2024 12:00", noon},
		{"9/5/2024 12:00:00 PM", noon},
		{"25/09/2024 12:00", "2024-09-25T12:00:00Z"},
		{"2024/9/5 12:00:00", noon},
		// No dates
		{"", ""},
		{"yesterday", ""},
		{"2024", ""},
		{"Thu, 31 Feb 2024 12:00:00 GMT", ""},
		{"2024-13-05", ""},
		{"Thu, 05 Sep 2024 25:00:00 GMT", ""},
		{"99999999999999999999", ""},
	} {
		got, ok := parseDate(c.in)
		switch {
		case c.want == "":
			if ok {
				t.Errorf("%q = %v, want no date", c.in, got)
			}
		case !ok || got.Format(time.RFC3339) != c.want:
			t.Errorf("%q = %v, want %s", c.in, got, c.want)
		}
	}
}

// TestMonths reads the whole names of the months in the languages that matter
// most: Russian as in dates and alone, Uzbek in both scripts and spellings.
func TestMonths(t *testing.T) {
	for _, names := range []string{
		"January February March April May June July August September October November December",
		"января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
		"Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь",
		"янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
		"yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr",
		"Yanvar Fevral Mart Aprel May Iyun Iyul Avgust Sentyabr Oktyabr Noyabr Dekabr",
		"январ феврал март апрел май июн июл август сентябр октябр ноябр декабр",
	} {
		for i, name := range strings.Fields(names) {
			want := time.Date(2024, time.Month(i+1), 5, 7, 0, 0, 0, time.UTC)
			for _, text := range []string{"5 " + name + " 2024 12:00 UZT", "2024-yil 5-" + name + ", 12:00 +0500", "2024 йил 5 " + name + " 12:00 UTC+5"} {
				if got, ok := parseDate(text); !ok || !got.Equal(want) {
					t.Errorf("%q = %v, want %v", text, got, want)
				}
			}
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Thu, 05 Sep 2024 12:00:00 GMT", "2024-09-05T12:00:00+05:00", "5 сентября 2024, 15:00 MSK", "1725537600", "9/5/24 3:00 pm", "20240905T1200"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := parseDate(s)
		if !ok {
			return
		}
		if d.Location() != time.UTC || d.Nanosecond() != 0 {
			t.Fatalf("%q = %v: not whole seconds of UTC", s, d)
		}
		again, ok := parseDate(d.Format(time.RFC3339))
		if d.Year() >= 1000 && d.Year() <= 9999 && (!ok || !again.Equal(d)) {
			t.Fatalf("%q = %v, read again %v", s, d, again)
		}
	})
}
