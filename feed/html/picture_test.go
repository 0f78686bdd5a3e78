package html

import "testing"

func TestPicture(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"<p>no picture</p>", ""},
		{`<p>a<img src="https://n.example/a.jpg" alt="x"></p>`, "https://n.example/a.jpg"},
		{`<img alt="x" src="https://n.example/a.jpg?w=1&amp;h=2">`, "https://n.example/a.jpg?w=1&h=2"},
		{`<img src="https://n.example/spacer.gif"><img src="https://n.example/b.jpg" width="600">`, "https://n.example/b.jpg"},
		{`<img src="https://n.example/c.gif" width="1" height="1"><img src="https://n.example/d.gif" height="16">`, ""},
		{`<img src="https://s.w.org/images/core/emoji/15/72x72/1f600.png"><img src="https://mc.yandex.ru/watch/1">`, ""},
		{`<img alt="no address"><img src="https://n.example/e.jpg">`, "https://n.example/e.jpg"},
	} {
		if got := Picture(Sanitize(tt.in, nil)); got != tt.want {
			t.Errorf("Picture(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}
