package html

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// news are fragments as feeds have them.
var news = []string{
	`<p><img src="https://img.example/a.jpg" width="640" height="360" alt="summit"></p><p>Leaders met in <strong>Tashkent</strong>. <a href="https://www.source-4.example/tag/security?page=3&amp;sort=new">More</a>.</p>`,
	`<div class="field field-name-body"><p style="text-align: justify;">Ташкент. 4 сентября.&nbsp;<b>Агентство</b> &mdash; В столице открылась конференция.</p><br clear="all"/></div>`,
	`<p>Oʻzbekiston poytaxtida konferensiya &laquo;Sharq&raquo; boshlandi.<p><i>Foto: <a href='/foto'>arxiv</a></i>`,
	`<figure><img src="/a.jpg" alt=""><figcaption>Photo</figcaption></figure><h2>Title</h2><ul><li>one</li><li>two</li></ul>`,
	`<table border=1><thead><tr><th>Year<th>Trade</thead><tr><td>2023<td>5,4</table>`,
	`Plain text, then<br><br>a <a href="http://a.example/">link</a>`,
	"<pre>\n  code &lt;b&gt;\n</pre>",
	`<dl><dt>SCO<dd>Shanghai Cooperation Organisation</dl>`,
}

// payloads are ways in which markup has carried scripts past filters, or broken
// the page around it. They are a file of one quoted string a line, which the
// tests of feed/parse put into every field of a feed.
var payloads = func() (list []string) {
	b, err := os.ReadFile("testdata/payloads.txt")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		p, err := strconv.Unquote(strings.TrimSpace(line))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", line, err))
		}
		list = append(list, p)
	}
	return list
}()
