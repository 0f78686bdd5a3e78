package opml

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReadFolders(t *testing.T) {
	d := read(t, `<?xml version="1.0" encoding="UTF-8"?>
<!-- kept by hand -->
<opml version="2.0"><head><title>The &amp; <![CDATA[<desk>]]></title><dateCreated>Tue, 03 Sep 2024 10:00:00 +0500</dateCreated></head>
<body>
 <outline text="Central  Asia">
  <!-- mornings
       only -->
  <outline text="Gazeta" title="Gazeta.uz" type="rss" xmlUrl="https://a.example/rss?x=1&amp;y=2" htmlUrl="https://a.example/"/>
  <outline title="Sport"><outline title="Ўзбек" xmlUrl="http://b.example/" category="/News/Uzbekistan, Football"></outline></outline>
  <outline xmlUrl="http://c.example/"/>
 </outline>
 <outline text="http://d.example/" xmlUrl="http://d.example/"/>
 <outline text="Sport"><outline text="again" xmlUrl="https://A.example:443/rss?x=1&#38;y=2#top"/></outline>
 <!-- the end -->
</body></opml>`)
	want := &Document{
		Title:    "The & <desk>",
		Created:  time.Date(2024, 9, 3, 5, 0, 0, 0, time.UTC),
		Comments: []string{"kept by hand", "the end"},
		Feeds: []Feed{
			{URL: "https://a.example/rss?x=1&y=2", Title: "Gazeta", HTMLURL: "https://a.example/", Tags: []string{"central-asia", "sport"}, Comments: []string{"mornings\nonly"}},
			{URL: "http://b.example/", Title: "Ўзбек", Tags: []string{"central-asia", "sport", "news", "uzbekistan", "football"}},
			{URL: "http://c.example/", Tags: []string{"central-asia"}},
			{URL: "http://d.example/"},
		},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	if got := d.Feeds[3].Name(); got != "http://d.example/" {
		t.Errorf("name %q", got)
	}
	if got := Tag(" Central  ASIA Ўзбек"); got != "central-asia-ўзбек" {
		t.Errorf("tag %q", got)
	}
}

// TestReadBadly reads each body into addresses and titles, as "address=title".
func TestReadBadly(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"odd case", `<OUTLINE TEXT='A' XMLURL='http://a/'/>`, "http://a/=A"},
		{"prefix", `<o:outline text="A" o:xmlUrl="http://a/"/>`, "http://a/=A"},
		{"blank text", `<outline text=" " title="A" xmlUrl=" http://a/ "/>`, "http://a/=A"},
		{"bare &", `<outline text="A & B &c" xmlUrl="http://a/?x=1&y=2&copy=3&amp;lt=4"/>`, "http://a/?x=1&y=2&copy=3&lt=4=A & B &c"},
		{"entities", `<outline text="&eacute;&#x2014;&#151;&nosuch;&copyx;&semi;" xmlUrl="http://a/"/>`, "http://a/=é——&nosuch;&copyx;;"},
		{"quotes inside", `<outline text="The "Daily" wire" xmlUrl="http://a/" title=""Q""/>`, `http://a/=The "Daily" wire`},
		{"quoted whole", `<outline text=""Q" is here" xmlUrl="http://a/"/>`, `http://a/="Q" is here`},
		{"an equals sign inside", `<outline text="if x="1" then" xmlUrl="http://a/"/>`, `http://a/=if x="1" then`},
		{"signs inside", `<outline text="I <3 > RSS <br>" xmlUrl="http://a/"/>`, "http://a/=I <3 > RSS <br>"},
		{"no blanks between", `<outline text="A"type="rss"xmlUrl="http://a/"/>`, "http://a/=A"},
		{"no quotes", `<outline text=A type=rss xmlUrl=http://a/b/><outline text="B" type=rss xmlUrl="http://b/"/>`, "http://a/b=A http://b/=B"},
		{"first attribute", `<outline text="A" text="B" xmlUrl="http://a/" xmlUrl="http://b/"/>`, "http://a/=A"},
		{"lines inside", "<outline text='A\n  B' xmlUrl='http://a/\n b'/>", "http://a/%20b=A B"},
		{"url", `<outline type="RSS" text="A" url="http://a/"/><outline text="B" url="http://b/"/>`, "http://a/=A"},
		{"include and link", `<outline type="include" text="A" url="http://a/"/><outline type="link" text="B" url="http://b/" xmlUrl="http://b/"/>`, ""},
		{"commented out", `<outline isComment="true" text="X"><outline text="A" xmlUrl="http://a/"/></outline><outline text="B" xmlUrl="http://b/"/>`, "http://b/=B"},
		{"comment", `<!-- <outline text="A" xmlUrl="http://a/"/> --><outline text="B" xmlUrl="http://b/"/>`, "http://b/=B"},
		{"comment without end", `<!-- <outline text="A" xmlUrl="http://a/"/>`, "http://a/=A"},
		{"empty comment", `<!----><outline text="A" xmlUrl="http://a/"/><!-->`, "http://a/=A"},
		{"unclosed quote", "<outline text=\"A\" xmlUrl=\"http://a/\n<outline text=\"B\" xmlUrl=\"http://b/\"/>", "http://b/=B"},
		{"unclosed tag", "<outline text=\"A\" xmlUrl=\"http://a/\"\n<outline text=\"B\" xmlUrl=\"http://b/\"/>", "http://a/=A http://b/=B"},
		{"cut", `<outline text="A" xmlUrl="http://a/"/><outline text="B" xmlUrl="http://b/lo`, "http://a/=A"},
		{"cut behind", `<outline text="A" xmlUrl="http://a/"/><outline text="B" xmlUrl="http://b/"`, "http://a/=A"},
		{"stray ends", `</outline></outline><outline text="A" xmlUrl="http://a/"/></outline></x`, "http://a/=A"},
		{"feed in feed", `<outline text="A" xmlUrl="http://a/"><outline text="B" xmlUrl="http://b/"/></outline>`, "http://a/=A http://b/=B"},
		{"html", `<outline text="&lt;b&gt;A&lt;/b&gt; &amp;amp; B" xmlUrl="http://a/"/>`, "http://a/=<b>A</b> &amp; B"},
		{"forbidden characters", "<outline text=\"A\x00\x01\x7fB&#0;&#x1F;\" xmlUrl=\"http://a/\x01\"/>", "http://a/%01=AB\ufffd"},
		{"feed scheme", `<outline text="A" xmlUrl="feed://a/x"/><outline text="B" xmlUrl="feed:https://b/x"/>`, "http://a/x=A https://b/x=B"},
		{"title that is the address", `<outline text="feed://a/x" xmlUrl="feed://a/x"/>`, "http://a/x="},
		{"scheme in capitals", `<outline text="A" xmlUrl="HTTP://A/x"/>`, "http://A/x=A"},
		{"foreign characters", `<outline text="A" xmlUrl="http://a/ў/«b c»?q={x}|&quot;"/>`, "http://a/ў/«b%20c»?q=%7Bx%7D%7C%22=A"},
		{"same feed", `<outline text="A" xmlUrl="http://a/x/"/><outline text="B" xmlUrl="https://A:443/x"/>`, "http://a/x/=A"},
		{"doctype", `<!DOCTYPE opml [<!ENTITY a "<outline xmlUrl='http://evil/'/>"> <!-- don't ]> --> <!ENTITY % b SYSTEM "file:///etc/passwd">]><outline text="&a;%b;" xmlUrl="http://a/"/>`, "http://a/=&a;%b;"},
		{"doctype without end", `<!DOCTYPE opml [<outline text="A" xmlUrl="http://a/"/>`, "http://a/=A"},
		{"processing instruction", `<?x <outline xmlUrl="http://evil/"/>?><outline text="A" xmlUrl="http://a/"/><?`, "http://a/=A"},
		{"in text", `<![CDATA[<outline xmlUrl="http://evil/"/>]]><outline text="A" xmlUrl="http://a/"/>`, "http://a/=A"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := read(t, "<opml><body>"+tt.body)
			var got []string
			for _, f := range d.Feeds {
				got = append(got, f.URL+"="+f.Title)
			}
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got  %s\nwant %s", g, tt.want)
			}
		})
	}
}

// TestNoOtherAddress holds the door shut: what is not http or https stays
// outside, and is named with its line.
func TestNoOtherAddress(t *testing.T) {
	for _, addr := range []string{
		"file:///etc/passwd", "FILE:/etc/passwd", "feed:file:///etc/passwd", "feed://", "/etc/passwd", "unix:/run/x.sock", "ftp://a.example/", "gopher://a/",
		"javascript:alert(1)", "data:text/xml,x", "a.example/rss", "//a.example/rss", "http:/a.example/", "http:a.example", "http://", "https:///x",
		"http://user:s3cret@a.example/", "http://s3cret@a.example/", "http://a.example:0/", "http://a.example:99999/", "http://a b.example/", "http://a\\b/", "http://[::1", "http://a.example/%zz",
		"http&#58;//user:s3cret&#64;a.example/", "http://a.example/" + strings.Repeat("x", maxAddress), "http://a.example/" + strings.Repeat(" ", maxAddress/2) + "x", " &#32; &#9;",
	} {
		d := read(t, "<opml>\n<outline text='A' xmlUrl='"+addr+"' htmlUrl='"+addr+"'/><outline xmlUrl='http://b/' htmlUrl='"+addr+"'/>")
		if len(d.Feeds) != 1 || d.Feeds[0].HTMLURL != "" {
			t.Errorf("%.60s came out: %+v", addr, d.Feeds)
		}
		if len(d.Problems) != 1 || d.Problems[0].Line != 2 || !strings.HasPrefix(d.Problems[0].Text, "the address ") || strings.Contains(d.Problems[0].Text, "s3cret") {
			t.Errorf("%.60s: problems %+v", addr, d.Problems)
		}
		var out bytes.Buffer
		if err := Write(&out, &Document{Feeds: []Feed{{URL: addr, HTMLURL: addr}}}); err != nil || strings.Contains(out.String(), "xmlUrl") && !strings.Contains(addr, "&#") {
			t.Errorf("%.60s was written: %v %s", addr, err, &out)
		}
	}
}

func TestCharsets(t *testing.T) {
	const text = `<?xml version="1.0" encoding="%s"?><opml><body><outline text="Ўзбек é" xmlUrl="http://a/"/></body></opml>`
	utf8 := func(label string) []byte { return []byte(fmt.Sprintf(text, label)) }
	wide := func(s []byte, big, bom bool) []byte {
		var out []byte
		for i, c := range append([]uint16{0xfeff}, utf16.Encode([]rune(string(s)))...) {
			if i == 0 && !bom {
				continue
			}
			if big {
				out = append(out, byte(c>>8), byte(c))
			} else {
				out = append(out, byte(c), byte(c>>8))
			}
		}
		return out
	}
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"plain":                 {utf8("utf-8"), "Ўзбек é"},
		"mark":                  {append([]byte("\xef\xbb\xbf"), utf8("UTF-8")...), "Ўзбек é"},
		"wrong declaration":     {utf8("windows-1251"), "Ўзбек é"},
		"utf-16 little":         {wide(utf8("utf-16"), false, true), "Ўзбек é"},
		"utf-16 big":            {wide(utf8("utf-16"), true, true), "Ўзбек é"},
		"utf-16 without mark":   {wide(utf8("utf-8"), false, false), "Ўзбек é"},
		"utf-16 be, no mark":    {wide(utf8("utf-8"), true, false), "Ўзбек é"},
		"utf-16 by word alone":  {utf8("utf-16"), "Ўзбек é"},
		"windows-1251":          {[]byte("<?xml version='1.0' encoding='windows-1251'?><opml><outline text='\xcc\xe8\xf0' xmlUrl='http://a/'/></opml>"), "Мир"},
		"undeclared":            {[]byte("<opml><outline text='caf\xe9' xmlUrl='http://a/'/></opml>"), "café"},
		"declared as utf-8":     {[]byte("<?xml version='1.0' encoding='utf-8'?><opml><outline text='caf\xe9' xmlUrl='http://a/'/></opml>"), "café"},
		"declared as utf-16":    {[]byte("<?xml version='1.0' encoding='utf-16'?><opml><outline text='caf\xe9' xmlUrl='http://a/'/></opml>"), "café"},
		"declared as nonsense":  {[]byte("<?xml version='1.0' encoding='x'?><opml><outline text='caf\xe9' xmlUrl='http://a/'/></opml>"), "café"},
		"one bad byte in UTF-8": {[]byte("<opml><outline text='Узбекистан Казахстан\xff' xmlUrl='http://a/'/></opml>"), "Узбекистан Казахстан\ufffd"},
	} {
		d, err := Read(tt.data)
		if err != nil || len(d.Feeds) != 1 || d.Feeds[0].Title != tt.want {
			t.Errorf("%s: %v %+v", name, err, d)
		}
	}
}

func TestDates(t *testing.T) {
	for s, want := range map[string]string{
		"Mon, 02 Sep 2024 10:00:00 GMT":  "2024-09-02T10:00:00Z",
		"2 Sep 2024 10:00 +0500":         "2024-09-02T05:00:00Z",
		" 2024-09-02T10:00:00.5+05:00\n": "2024-09-02T05:00:00Z",
		"yesterday":                      "",
		"":                               "",
		"Mon, 02 Sep 0024 10:00:00 GMT":  "",
		"0000-00-00T00:00:00Z":           "",
	} {
		d := read(t, "<opml><head><dateCreated>"+s+"</dateCreated></head><body/></opml>")
		got := ""
		if !d.Created.IsZero() {
			got = d.Created.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	}
}

func TestNoList(t *testing.T) {
	for _, s := range []string{"", " ", "http://a.example/rss\nhttp://b.example/\n", "<html><body>outline opml</body></html>", "<rss><channel/></rss>", "{}", "<", "<!--<opml>-->", "\xff\xfe", "\x00\x00\x00<"} {
		if d, err := Read([]byte(s)); err == nil {
			t.Errorf("%q gave %+v", s, d)
		}
	}
	if d, err := Read(make([]byte, MaxSize+1)); err == nil || !strings.Contains(err.Error(), "longer than 16 MiB") {
		t.Errorf("too long: %v %v", d, err)
	}
	if d := read(t, "<opml/>"); len(d.Feeds) != 0 {
		t.Errorf("%+v", d)
	}
}

// TestBounds reads what is more than anyone needs, in full and in little.
func TestBounds(t *testing.T) {
	t.Run("40,000 feeds", func(t *testing.T) {
		d := read(t, string(manyFeeds(40_000)))
		if len(d.Feeds) != 40_000 || len(d.Problems) != 0 {
			t.Errorf("%d feeds, %v", len(d.Feeds), d.Problems)
		}
	})
	t.Run("folders in folders", func(t *testing.T) {
		var b strings.Builder
		for i := range MaxDepth + 4 {
			fmt.Fprintf(&b, "<outline text='f%d'>\n", i)
		}
		d := read(t, b.String()+"<outline xmlUrl='http://a/'/>"+strings.Repeat("</outline>", MaxDepth+4)+"<outline xmlUrl='http://b/'/>")
		if len(d.Feeds) != 2 || len(d.Feeds[0].Tags) != MaxDepth || len(d.Feeds[1].Tags) != 0 {
			t.Errorf("%+v", d.Feeds)
		}
		if len(d.Problems) != 1 || d.Problems[0].Line != MaxDepth+1 || !strings.Contains(d.Problems[0].Text, "more than 16 deep") {
			t.Errorf("%+v", d.Problems)
		}
	})
	t.Run("tags of one feed", func(t *testing.T) {
		d := read(t, strings.Repeat("<outline text='f", 1)+"'>"+"<outline xmlUrl='http://a/' category='"+strings.Join(numbers(1000), ",")+"'/>")
		if len(d.Feeds[0].Tags) != maxTags {
			t.Errorf("%d tags", len(d.Feeds[0].Tags))
		}
	})
	t.Run("long names", func(t *testing.T) {
		d := read(t, "<outline text='"+strings.Repeat("ў ", 5000)+"'><outline text='"+strings.Repeat("ў", 5000)+"' xmlUrl='http://a/'/>")
		if f := d.Feeds[0]; f.Title != strings.Repeat("ў", maxTitle/2) || len(f.Tags[0]) > maxTag || strings.HasSuffix(f.Tags[0], " ") {
			t.Errorf("%+v", f)
		}
	})
	t.Run("problems", func(t *testing.T) {
		d := read(t, strings.Repeat("<outline xmlUrl='x:'/>\n", 1000))
		if len(d.Problems) != maxProblems || d.Unlisted != 1000-maxProblems || d.Problems[19].Line != 20 {
			t.Errorf("%d %d %+v", len(d.Problems), d.Unlisted, d.Problems[19])
		}
	})
}

func numbers(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

// feeds are documents as a program may hand them to Write, tidy or not.
var feeds = rapid.Custom(func(t *rapid.T) Feed {
	name := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB, /&<\"'>ў\n;#-")), 0, 6, -1), rapid.String())
	return Feed{
		URL:     rapid.SampledFrom([]string{"http://", "https://", "HTTP://", "feed://", "file://", ""}).Draw(t, "scheme") + rapid.SampledFrom([]string{"a", "A:80", "b:81", "ў.example"}).Draw(t, "host") + "/" + name.Draw(t, "path"),
		Title:   name.Draw(t, "title"),
		HTMLURL: rapid.SampledFrom([]string{"", "http://h/", "x", "https://ў/?a=1&b=2 3"}).Draw(t, "home"),
		Tags:    rapid.SliceOfN(name, 0, 5).Draw(t, "tags"),
	}
})

// TestFixedPoint writes any document, reads it and writes it again.
func TestFixedPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &Document{Title: rapid.String().Draw(t, "title"), Feeds: rapid.SliceOfN(feeds, 0, 12).Draw(t, "feeds")}
		if n := rapid.Int64Range(-1<<37, 1<<39).Draw(t, "created"); n != 0 {
			d.Created = time.Unix(n, 7)
		}
		holdsStill(t, d)
	})
}

type fataler interface{ Fatalf(string, ...any) }

func holdsStill(t fataler, d *Document) {
	var first, second bytes.Buffer
	if err := Write(&first, d); err != nil {
		t.Fatalf("%v", err)
	}
	again, err := Read(first.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, &first)
	}
	if len(again.Problems) > 0 {
		t.Fatalf("%v in\n%s", again.Problems, &first)
	}
	if err := Write(&second, again); err != nil {
		t.Fatalf("%v", err)
	}
	if first.String() != second.String() {
		t.Fatalf("%s", cmp.Diff(first.String(), second.String()))
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	err := Write(&out, &Document{Title: "A & B", Created: time.Date(2024, 9, 4, 5, 0, 0, 0, time.FixedZone("", 5*3600)), Feeds: []Feed{
		{URL: "https://a.example/?x=1&y=2", Title: `The "Daily"`, HTMLURL: "https://a.example/", Tags: []string{"news", "a/b", "wire"}},
		{URL: "https://b.example/", Tags: []string{"sport"}},
		{URL: "https://c.example/"},
		{URL: "https://d.example/", Title: "D", Tags: []string{"news"}},
		{URL: "https://a.example/?x=1&y=2#", Tags: []string{"late"}},
	}})
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:topicwire="urn:topicwire:opml">
  <head>
    <title>A &amp; B</title>
    <dateCreated>Wed, 04 Sep 2024 00:00:00 GMT</dateCreated>
  </head>
  <body>
    <outline text="https://c.example/" title="https://c.example/" type="rss" xmlUrl="https://c.example/"/>
    <outline text="news" title="news">
      <outline text="The &quot;Daily&quot;" title="The &quot;Daily&quot;" type="rss" xmlUrl="https://a.example/?x=1&amp;y=2" htmlUrl="https://a.example/" category="a-b,wire,late" topicwire:sourceTags="news,a/b,wire,late"/>
      <outline text="D" title="D" type="rss" xmlUrl="https://d.example/"/>
    </outline>
    <outline text="sport" title="sport">
      <outline text="https://b.example/" title="https://b.example/" type="rss" xmlUrl="https://b.example/"/>
    </outline>
  </body>
</opml>
`
	if diff := cmp.Diff(want, out.String()); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// TestTagsReturn writes tags of any kind and reads the same, each once.
func TestTagsReturn(t *testing.T) {
	for _, tags := range [][]string{
		{"news"}, {"Central Asia"}, {"a,b", "a/b", "a-b"}, {"a-b", "a/b", "a,b"}, {"100%", "%2C", "%"}, {"a  b", "a b", "A b"}, {`"quoted"`, "'", "<&>"},
		{"two\nlines", "a\tb", "x\u0085\u2028y", "\ufeff!"}, {"ў", "Ў"}, {strings.Repeat("long ", 60) + "!", "x"}, {"-", "/", ","},
	} {
		tagsReturn(t, tags)
	}
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB, /&<\"'>%ў\n;#-")), 0, 6, -1), rapid.String())
		var tags []string
		for _, s := range rapid.SliceOfN(tag, 0, 6).Draw(t, "tags") {
			if s = lawful(s); s != "" && !slices.Contains(tags, s) {
				tags = append(tags, s)
			}
		}
		tagsReturn(t, tags)
	})
}

func tagsReturn(t fataler, tags []string) {
	var out bytes.Buffer
	if err := Write(&out, &Document{Feeds: []Feed{{URL: "http://a/", Tags: tags}}}); err != nil {
		t.Fatalf("%v", err)
	}
	d, err := Read(out.Bytes())
	if err != nil || len(d.Feeds) != 1 || !slices.Equal(d.Feeds[0].Tags, tags) {
		t.Fatalf("%q came back as %+v, %v from\n%s", tags, d, err, &out)
	}
}

// TestTagsBesideFolders reads what others made of a list that was written here: a
// feed that was moved is in its new folder, too.
func TestTagsBesideFolders(t *testing.T) {
	for body, want := range map[string][]string{
		`<outline text="Fresh News"><outline xmlUrl="http://a/" category="x-y,B" topicwire:sourceTags="Old News,x%2Cy"/></outline>`: {"Old News", "x,y", "fresh-news", "b"},
		`<outline text="Old News"><outline xmlUrl="http://a/" category="x-y" topicwire:sourceTags="Old News,x%2Cy"/></outline>`:     {"Old News", "x,y"},
		`<outline xmlUrl="http://a/" sourceTags=" ,%zz,,a&#9;b,%20,%00c"/>`:                                                         {"%zz", "a\tb", "c"},
		`<outline xmlUrl="http://a/" tags="x,y"/>`:                                                                                  nil,
	} {
		if d := read(t, "<opml><body>"+body); !slices.Equal(d.Feeds[0].Tags, want) {
			t.Errorf("%s: %q, want %q", body, d.Feeds[0].Tags, want)
		}
	}
}

// TestRealLists reads lists that people have published, where they are at hand.
func TestRealLists(t *testing.T) {
	shared := os.Getenv("TOPICWIRE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	files, _ := filepath.Glob(filepath.Join(shared, "opml", "*"))
	if len(files) == 0 {
		t.Skipf("no lists in %s; set TOPICWIRE_SHARED to the folder that holds opml/", shared)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, ".opml") {
			// A list of addresses, one a line: as OPML it makes a large one.
			var b strings.Builder
			b.WriteString("<opml><body>\n")
			lines := strings.Fields(string(data))
			for _, line := range lines {
				b.WriteString(`<outline text="x" xmlUrl="` + line + "\"/>\n")
			}
			data = []byte(b.String())
		}
		d, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		outlines := bytes.Count(bytes.ToLower(data), []byte("xmlurl="))
		t.Logf("%s: %d outlines, %d feeds, %d problems %v", filepath.Base(path), outlines, len(d.Feeds), len(d.Problems)+d.Unlisted, d.Problems)
		addresses := map[string]bool{}
		for _, f := range d.Feeds {
			addresses[AddressKey(f.URL)] = true
		}
		if len(d.Feeds) < outlines*95/100 || len(addresses) != len(d.Feeds) {
			t.Errorf("%s: %d outlines gave %d feeds", path, outlines, len(d.Feeds))
		}
		holdsStill(t, d)
	}
}

// FuzzRead holds any bytes to these promises: no panic, only http and https
// addresses, each once, clean texts, problems in order, and a form that stays as
// it is once written.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"<opml><head><title>x</title></head><body><outline text='A'><outline text=\"B &amp; C\" xmlUrl=\"http://a/\" category='a/b,c'/></outline></body></opml>",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><outline xmlUrl='file:///x'/><outline xmlUrl=feed://x", "<outline text=\"a \"b\" c\" xmlUrl=\"http://a/\n<outline xmlUrl='https://b/'/>",
		"\xff\xfe<\x00o\x00p\x00m\x00l\x00>\x00", "<?xml encoding='gbk'?><opml>\x81\x40", "<outline isComment='true'><!--x--><![CDATA[y]]></outline><outline text='&#9;' xmlUrl='http://a/&#1;'>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		d, err := Read(data)
		if err != nil {
			return
		}
		keys := map[string]bool{}
		for _, feed := range d.Feeds {
			if again, why := address(feed.URL); again != feed.URL || keys[AddressKey(feed.URL)] {
				t.Errorf("address %q: %q %s", feed.URL, again, why)
			}
			keys[AddressKey(feed.URL)] = true
			for _, s := range []string{feed.Title, d.Title} {
				if s != clean(s, maxTitle) {
					t.Errorf("text %q", s)
				}
			}
			for _, s := range feed.Tags {
				if s == "" || s != lawful(s) {
					t.Errorf("tag %q", s)
				}
			}
			if len(feed.Tags) > maxTags {
				t.Errorf("%d tags", len(feed.Tags))
			}
		}
		line := 1
		for _, p := range d.Problems {
			if p.Line < line || strings.ContainsAny(p.Text, "\r\n") {
				t.Errorf("problem %+v after line %d", p, line)
			}
			line = p.Line
		}
		holdsStill(t, d)
	})
}

func read(t *testing.T, s string) *Document {
	t.Helper()
	d, err := Read([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
