package link

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMasked(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"user and password", "https://desk:s3cret@a.example/feed", "https://xxxxx:xxxxx@a.example/feed"},
		{"user alone", "https://s3cret@a.example/feed", "https://xxxxx@a.example/feed"},
		{"password alone", "https://:s3cret@a.example", "https://xxxxx:xxxxx@a.example"},
		{"an @ in the password", "https://u:p@s3cret@a.example/@x", "https://xxxxx:xxxxx@a.example/@x"},
		{"token", "https://a.example/feed?topic=water&token=s3cret&page=2", "https://a.example/feed?topic=water&token=xxxxx&page=2"},
		{"both", "http://u:s3cret@[::1]:8080/?key=s3cret#top", "http://xxxxx:xxxxx@[::1]:8080/?key=xxxxx"},
		{"capitals", "HTTPS://a.example/?Api-Key=s3cret", "HTTPS://a.example/?Api-Key=xxxxx"},
		{"an escaped name", "https://a.example/?%74oken=s3cret", "https://a.example/?%74oken=xxxxx"},
		{"last word", "https://a.example/?feed_token=s3cret&accessKey=s3cret&X-Amz-Signature=s3cret", "https://a.example/?feed_token=xxxxx&accessKey=xxxxx&X-Amz-Signature=xxxxx"},
		{"in brackets", "https://a.example/?auth[pass]=s3cret&token[]=s3cret", "https://a.example/?auth[pass]=xxxxx&token[]=xxxxx"},
		{"signs in the value", "https://a.example/?token=s3;cret/s3?cret=#s3cret&x=1", "https://a.example/?token=xxxxx&x=1"},
		{"semicolons", "https://a.example/?x=1;token=s3cret", "https://a.example/?x=1;token=xxxxx"},
		{"references of HTML", "https://a.example/?x=1&amp;token=s3cret", "https://a.example/?x=1&amp;token=xxxxx"},
		{"in the path", "https://a.example/feed;jsessionid=s3cret?x=1", "https://a.example/feed;jsessionid=xxxxx"},
		{"in the fragment", "https://a.example/feed#access_token=s3cret", "https://a.example/feed#access_token=xxxxx"},
		{"behind a second question mark", "https://a.example/?x=1?token=s3cret", "https://a.example/?x=1?token=xxxxx"},
		{"an address inside", "https://p.example/?url=https://u:s3cret@a.example/?sid=s3cret&x=1", "https://p.example/?url=https://xxxxx:xxxxx@a.example/?sid=xxxxx&x=1"},
		{"an escaped address inside", "https://p.example/?url=https%3A%2F%2Fa.example%2F%3Ftoken%3Ds3cret&x=1", "https://p.example/?url=https%3A%2F%2Fa.example%2F%3Ftoken%3Dxxxxx&x=1"},
		{"escapes without end", "https://p.example/?a=%252525253Ftoken%252525253Ds3cret", "https://p.example/?a=xxxxx"},

		{"relative", "/feed?token=s3cret", "/feed?token=xxxxx"},
		{"a query alone", "?token=s3cret", "?token=xxxxx"},
		{"no scheme", "//u:s3cret@a.example/", "//xxxxx:xxxxx@a.example/"},
		{"no slashes", "u:s3cret@a.example/feed", "xxxxx:xxxxx@a.example/feed"},
		{"http without slashes", "http:s3cret@a.example/", "http:xxxxx@a.example/"},
		{"one slash", "https:/u:s3cret@a.example/", "https:/xxxxx:xxxxx@a.example/"},
		{"backslashes", `http:\\u:s3cret@a.example/`, `http:\\xxxxx:xxxxx@a.example/`},
		{"another scheme", "ftp://u:s3cret@a.example/", "ftp://xxxxx:xxxxx@a.example/"},
		{"feed scheme", "feed:https://u:s3cret@a.example/", "feed:https://xxxxx:xxxxx@a.example/"},
		{"white space before", "\n http://u:s3cret@a.example/", "\n http://xxxxx:xxxxx@a.example/"},
		{"a slash in the password", "http://u:p/s3cret@a.example/", "http://xxxxx:xxxxx@a.example/"},
		{"signs in the password", "http://u:p?x=#s3cret@a.example/?token=s3cret", "http://xxxxx:xxxxx@a.example/?token=xxxxx"},
		{"a control character", "http://u:s3cret@a.example/\x00?token=s3cret", "http://xxxxx:xxxxx@a.example/\x00?token=xxxxx"},
		{"an @ behind in what does not parse", "http://a.example/%zz?mail=a@b&token=s3cret", "http://xxxxx@b&token=xxxxx"},
		{"masked already", "http://xxxxx:xxxxx@a.example/?token=xxxxx", "http://xxxxx:xxxxx@a.example/?token=xxxxx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Masked(c.in); got != c.want {
				t.Errorf("Masked(%q) = %q, want %q", c.in, got, c.want)
			}
			if Secret(c.in) != (c.in != c.want) {
				t.Errorf("Secret(%q) = %t", c.in, Secret(c.in))
			}
		})
	}
}

// What has no secret stays byte for byte.
func TestNothingToMask(t *testing.T) {
	for _, a := range []string{
		"", "https://a.example/feed?b=2&a=1#f", "HTTPS://A.example:443/%7e/?x=%2D", "https://social.example/@desk/feed", "http://localhost:3000/@desk", "https://a.example/?user=me@b.example",
		"http://@a.example/", "http://:@a.example/", "https://a.example/?token=", "https://a.example/?token", "https://a.example/token/x?", "https://a.example/?monkey=1&keyword=x&keys=2&hockey=3&code=uz&tokens=4&passage=5&id=6&design=7",
		"https://p.example/?url=https%3A%2F%2Fa.example%2F%3Fq%3D1", "file:private?token=x", "FILE:/u:p@x", "mailto:desk@a.example", "tag:desk@a.example,2005:1", "urn:uuid:1", "acct:desk@a.example", "News: ask me@home", "desk@a.example",
	} {
		if got := Masked(a); got != a {
			t.Errorf("Masked(%q) = %q", a, got)
		}
	}
}

func TestSecrets(t *testing.T) {
	got := Secrets("http://desk:p%40ss@a.example/?token=a+b%2Fc&x=1&url=http%3A%2F%2Fb.example%2F%3Fkey%3Dd")
	if want := []string{"desk", "p%40ss", "p@ss", "a+b%2Fc", "a b/c", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever stands around them, a password and a token are not in what is shown.
func TestNothingLeaks(t *testing.T) {
	around := rapid.StringOfN(rapid.RuneFrom([]rune("aB1/?#&;=:@%2.[] \\\x01ў")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		address := rapid.SampledFrom([]string{"http://", "https://", "HTTP:", "//", "feed:http://"}).Draw(t, "scheme") +
			rapid.StringMatching(`[a-z]{0,3}`).Draw(t, "user") + ":pw-s3cret@a.example/" + around.Draw(t, "path") +
			rapid.SampledFrom([]string{"?", "&", ";", "#"}).Draw(t, "sign") + rapid.SampledFrom([]string{"token", "key", "my_sig"}).Draw(t, "name") + "=s3cret" + around.Draw(t, "rest")
		got := Masked(address)
		if strings.Contains(got, "s3cret") {
			t.Fatalf("%q is shown as %q", address, got)
		}
		if again := Masked(got); again != got {
			t.Fatalf("%q, then %q", got, again)
		}
	})
}

func FuzzMasked(f *testing.F) {
	for _, s := range []string{"http://u:p@a.example/?token=x", "?a=%253Fkey%253D1", "u:p@h", "feed:http:\\\\x@y?sid=1;#"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Masked(s)
		if again := Masked(got); again != got {
			t.Errorf("%q, then %q, then %q", s, got, again)
		}
	})
}

// A secret may be what made an address one: without it rather more is masked, once and
// for all.
func TestMaskedIsMasked(t *testing.T) {
	for _, address := range []string{"http://u:pw@a.example/@&token=x?&%", "http://a.example/?key=a#b%&u:pw@c"} {
		once := Masked(address)
		if again := Masked(once); again != once {
			t.Errorf("%q becomes %q, and then %q", address, once, again)
		}
	}
}
