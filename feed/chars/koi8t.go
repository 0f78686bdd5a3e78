package chars

import (
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// koi8T is KOI8-T, the charset of Tajik: KOI8-R with ғ ӣ қ ӯ ҳ ҷ. Tajik feeds
// use it, and no table of x/text has it.
var koi8T encoding.Encoding = koi8TEncoding{}

// koi8TUpper is the characters of bytes 0x80 to 0xFF; � where there is none.
var koi8TUpper = []rune("қғ‚Ғ„…†‡�‰ҳ‹ҲҷҶ�" +
	"Қ‘’“”•–—�™�›����" +
	"�ӯӮё¤ӣ¦§���«¬\u00AD®�" +
	"°±²Ё�Ӣ¶·�№�»���©" +
	"юабцдефгхийклмно" +
	"пярстужвьызшэщчъ" +
	"ЮАБЦДЕФГХИЙКЛМНО" +
	"ПЯРСТУЖВЬЫЗШЭЩЧЪ")

type koi8TEncoding struct{}

func (koi8TEncoding) NewDecoder() *encoding.Decoder {
	return &encoding.Decoder{Transformer: koi8TDecoder{}}
}

// NewEncoder is there for the interface; nothing here encodes.
func (koi8TEncoding) NewEncoder() *encoding.Encoder { return encoding.Nop.NewEncoder() }

type koi8TDecoder struct{ transform.NopResetter }

func (koi8TDecoder) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	for _, c := range src {
		r := rune(c)
		if c >= 0x80 {
			r = koi8TUpper[c-0x80]
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc++
	}
	return nDst, nSrc, nil
}
