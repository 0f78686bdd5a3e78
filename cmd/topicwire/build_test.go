package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/server"
	site "topicwire/server/web"
)

// tree is what lies in a folder: bytes and dates of its files by their names.
type tree map[string]treeFile

type treeFile struct {
	body string
	at   time.Time
}

func readTree(t *testing.T, dir string) tree {
	t.Helper()
	files := tree{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		st, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = treeFile{string(b), st.ModTime()}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// twoTopics is a configuration with two topics over two feeds of one folder, and a way to
// change what they say.
func twoTopics(t *testing.T, more string) (config string, say func(feed string, titles ...string)) {
	t.Helper()
	dir := t.TempDir()
	say = func(feed string, titles ...string) {
		t.Helper()
		var items strings.Builder
		for i, title := range titles {
			fmt.Fprintf(&items, "<item><title>%s</title><link>https://%s.example/%d</link><guid>https://%[2]s.example/%[3]d</guid><pubDate>%s</pubDate></item>",
				title, feed, i, time.Date(2026, 9, 1+i%25, 10+i/25, 0, 0, 0, time.UTC).Format(time.RFC1123Z))
		}
		writeConfig(t, filepath.Join(dir, feed+".xml"), fmt.Sprintf(`<rss version="2.0"><channel><title>%s</title><link>https://%[1]s.example/</link><description>d</description>%s</channel></rss>`, feed, &items))
	}
	config = filepath.Join(dir, "config.yaml")
	writeConfig(t, config, `
server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", timezone: Asia/Tashkent}
fetch: {contact: x@x.example}
storage: {path: t.db, keep: 36500d}
sources:
  - {url: "file:rivers.xml", tags: [rivers], language: en}
  - {url: "file:roads.xml", tags: [roads], language: ru}
topics:
  rivers: {sources: {tags: [rivers]}, limit: 10}
  roads: {sources: {tags: [roads]}, group: story}
`+more)
	return config, say
}

func titles(what string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s number %d is of %d", what, i, i*i)
	}
	return list
}

func must(t *testing.T, args ...string) result {
	t.Helper()
	r := command(args...)
	if r.code != exitDone {
		t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return r
}

// The folder has every document that pages and feeds lead to, with the bytes that a
// server answers with.
func TestBuildIsWhatAServerServes(t *testing.T) {
	config, say := twoTopics(t, "websub: {hub: false}\n")
	say("rivers", titles("river", 300)...)
	say("roads", "A road is closed in the north", "Another thing", "A road is closed in the north of the north")
	must(t, "fetch", "-c", config)
	out := filepath.Join(t.TempDir(), "public")
	must(t, "build", "-c", config, "-o", out)
	files := readTree(t, out)
	delete(files, manifestName)
	for _, want := range []string{
		"index.html", "404.html", "_headers", "about/index.html", "sources/index.html", "topics.opml", "sources.opml", "robots.txt", "favicon.ico",
		"topics/rivers/index.html", "topics/rivers.atom", "topics/rivers.rss", "topics/rivers.json", "topics/rivers/en.atom",
		"topics/rivers/archive/1.atom", "topics/rivers/archive/2.json", "topics/rivers/2026-09/index.html", "topics/rivers/2026-09/1/index.html",
		"topics/roads/2026-09/lang/ru/index.html", "topics/roads/ru.atom", "all.atom", "all/archive/2.json", "all/ru.rss", "all/en.atom",
	} {
		if files[want].body == "" {
			t.Errorf("the folder lacks %s", want)
		}
	}
	// What a host without a server of ours is told of the documents, as they are served.
	for _, want := range []string{
		"/*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: no-referrer\n  Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self';",
		"\n/*.atom\n  Content-Type: application/atom+xml; charset=utf-8\n  Cache-Control: public, max-age=",
		"\n/*.rss\n  Content-Type: application/rss+xml; charset=utf-8\n  Cache-Control: public, max-age=",
		"\n/*.json\n  Content-Type: application/feed+json; charset=utf-8\n  Cache-Control: public, max-age=",
		"\n/*.opml\n  Content-Type: text/x-opml; charset=utf-8\n  Access-Control-Allow-Origin: *\n",
		"\n/static/*\n  Cache-Control: public, max-age=31536000, immutable\n",
	} {
		if !strings.Contains("\n"+files["_headers"].body, want) {
			t.Errorf("_headers lacks %q:\n%s", want, files["_headers"].body)
		}
	}
	s := startService(t, config)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if name == "404.html" || strings.HasPrefix(name, "_") {
			continue
		}
		path := "/" + strings.TrimSuffix(strings.TrimSuffix(name, "index.html"), "/")
		res, body := s.get(path)
		if res.StatusCode != 200 || body != files[name].body {
			t.Errorf("%s: the server says %s, and others bytes: %v", name, res.Status, body != files[name].body)
		}
	}
	// Every page and feed that is led to is there.
	for name, f := range files {
		for _, to := range links(f.body) {
			path, _, _ := strings.Cut(to, "#")
			path = strings.Trim(path, "/")
			if files[path].body == "" && files[strings.TrimPrefix(path+"/index.html", "/")].body == "" {
				t.Errorf("%s leads to %s, which is not there", name, to)
			}
		}
	}
	// Beside a server the server is asked.
	beside := filepath.Join(t.TempDir(), "beside")
	must(t, "build", "-c", config, "-o", beside)
	again := readTree(t, beside)
	delete(again, manifestName)
	for name := range files {
		if again[name].body != files[name].body {
			t.Errorf("built beside a server, %s has other bytes", name)
		}
	}
}

// links are the addresses of the site that a document leads to.
func links(body string) (list []string) {
	for _, quote := range []string{`href="`, `src="`} {
		for _, part := range strings.Split(body, quote)[1:] {
			to, _, _ := strings.Cut(part, `"`)
			to = strings.TrimPrefix(to, "http://127.0.0.1:8080")
			if strings.HasPrefix(to, "/") {
				list = append(list, to)
			}
		}
	}
	return list
}

// A second build leaves what did not change as it is, and takes away what is gone.
func TestBuildTouchesOnlyWhatChanged(t *testing.T) {
	config, say := twoTopics(t, "")
	say("rivers", titles("river", 30)...)
	say("roads", titles("road", 20)...)
	must(t, "fetch", "-c", config)
	out := filepath.Join(t.TempDir(), "public")
	must(t, "build", "-c", config, "-o", out)
	first := readTree(t, out)
	if r := must(t, "build", "-c", config, "-o", out); !strings.Contains(r.out, " 0 written, 0 removed") {
		t.Errorf("nothing changed: %s", r.out)
	}
	for name, f := range readTree(t, out) {
		if name != manifestName && (f.body != first[name].body || !f.at.Equal(first[name].at)) {
			t.Errorf("nothing changed, and %s did", name)
		}
	}
	say("roads", titles("road", 21)...)
	must(t, "fetch", "-c", config, "--all")
	must(t, "build", "-c", config, "-o", out)
	second := readTree(t, out)
	if second["topics/roads.atom"].body == first["topics/roads.atom"].body {
		t.Error("news are not in the folder")
	}
	for name, f := range first {
		if strings.Contains(name, "topics/rivers") && !second[name].at.Equal(f.at) {
			t.Errorf("news of roads, and %s was written", name)
		}
	}
	// It names no hub but what it is told: nobody would tell it of changes.
	if strings.Contains(second["topics/roads.atom"].body, `rel="hub"`) || strings.Contains(second["topics/roads/index.html"].body, `rel="hub"`) {
		t.Error("a folder names a hub")
	}
	must(t, "build", "-c", config, "-o", out, "--hub", "https://hub.example/")
	for _, name := range []string{"topics/roads.atom", "topics/roads/ru.rss", "topics/rivers/index.html"} {
		if !strings.Contains(readTree(t, out)[name].body, `<link rel="hub" href="https://hub.example/"`) && !strings.Contains(readTree(t, out)[name].body, `<atom:link rel="hub" href="https://hub.example/"`) {
			t.Errorf("%s does not name the hub", name)
		}
	}
	// A topic that goes takes its files along.
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	writeConfig(t, config, string(bytes.Replace(text, []byte("  roads: {"), []byte("  streets: {was: [roads], "), 1)))
	must(t, "build", "-c", config, "-o", out)
	third := readTree(t, out)
	for name := range third {
		if strings.HasPrefix(name, "topics/roads") {
			t.Errorf("%s is still there", name)
		}
	}
	if !strings.Contains(third["_redirects"].body, "/topics/roads.atom /topics/streets.atom 308\n") || !strings.Contains(third["_redirects"].body, "/topics/roads/* /topics/streets/:splat 308\n") {
		t.Errorf("hosts are not told where a renamed topic is: %s", third["_redirects"].body)
	}
}

// A build that fails or is killed leaves the folder as it was; the next one is whole.
func TestAHalfBuildReplacesNothing(t *testing.T) {
	config, say := twoTopics(t, "")
	say("rivers", titles("river", 30)...)
	say("roads", titles("road", 20)...)
	must(t, "fetch", "-c", config)
	out := filepath.Join(t.TempDir(), "public")
	must(t, "build", "-c", config, "-o", out)
	whole := readTree(t, out)
	same := func(when string) {
		t.Helper()
		if now := readTree(t, out); !maps.Equal(now, whole) {
			t.Errorf("%s the folder is another one", when)
		}
	}
	// As far as a killed one came: the lock of the dead is nobody's.
	f, err := openFolder(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.put("index.html", []byte("half")); err != nil {
		t.Fatal(err)
	}
	same("half way")
	if r := command("build", "-c", config, "-o", out); r.code != exitFailed || !strings.Contains(r.err, "another build") {
		t.Errorf("beside another build: exit %d, %s", r.code, r.err)
	}
	f.lock.Close() // as when its process dies
	must(t, "build", "-c", config, "-o", out)
	same("after the next")
	// What lies beside is a folder that was whole, and changes with the next.
	say("roads", titles("road", 22)...)
	must(t, "fetch", "-c", config, "--all")
	must(t, "build", "-c", config, "-o", out)
	if before := readTree(t, out+".part"); !maps.Equal(before, whole) {
		t.Error("beside the folder lies another one than that of before")
	}
	whole = readTree(t, out)
	say("roads", titles("road", 23)...)
	must(t, "fetch", "-c", config, "--all")
	must(t, "build", "-c", config, "-o", out)
	if before := readTree(t, out+".part"); !maps.Equal(before, whole) {
		t.Error("beside the folder lies another one than that of before, the second time")
	}
	// One that was killed half way through changing what lies beside, too.
	if f, err = openFolder(out); err != nil {
		t.Fatal(err)
	}
	var stayed []string // what the next takes from there as it is
	for name, u := range f.old.Units {
		if before := f.spare.Units[name]; before != nil && before.State == u.State {
			stayed = append(stayed, u.Files...)
		}
	}
	if len(stayed) == 0 {
		t.Fatal("nothing stayed as it was")
	}
	for _, name := range stayed {
		if err := f.put(name, []byte("half")); err != nil {
			t.Fatal(err)
		}
	}
	f.lock.Close()
	say("roads", titles("road", 24)...)
	must(t, "fetch", "-c", config, "--all")
	must(t, "build", "-c", config, "-o", out)
	fresh := filepath.Join(t.TempDir(), "fresh")
	must(t, "build", "-c", config, "-o", fresh)
	for name, f := range readTree(t, fresh) {
		if got := readTree(t, out)[name]; got.body != f.body {
			t.Errorf("made of the one before, %s is another", name)
		}
	}
	if len(readTree(t, fresh)) != len(readTree(t, out)) {
		t.Error("made of the one before, the folder has other files")
	}
	// A link stays one, to a folder that is replaced.
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(out, link); err != nil {
		t.Fatal(err)
	}
	must(t, "build", "-c", config, "-o", link)
	if st, err := os.Lstat(link); err != nil || st.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	// What nobody built is not replaced.
	other := t.TempDir()
	writeConfig(t, filepath.Join(other, "mine.txt"), "mine")
	if r := command("build", "-c", config, "-o", other); r.code != exitUsage || !strings.Contains(r.err, "is not empty") {
		t.Errorf("a folder with something in it: exit %d, %s", r.code, r.err)
	}
	mine := filepath.Join(other, "mine.txt")
	if r := command("build", "-c", config, "-o", mine); r.code != exitUsage || !strings.Contains(r.err, "mine.txt is a file") {
		t.Errorf("a file: exit %d, %s", r.code, r.err)
	}
	for _, hub := range []string{"", "hub", "ftp://hub.example/", "https://"} {
		if r := command("build", "-c", config, "-o", out, "--hub", hub); r.code != exitUsage || !strings.Contains(r.err, "topicwire: --hub \""+hub) || !strings.Contains(r.err, "hint: ") {
			t.Errorf("a hub %q: exit %d, %s", hub, r.code, r.err)
		}
	}
	if r := command("build", "-c", config); r.code != exitUsage || !strings.Contains(r.err, "hint: name one: `topicwire build -o DIR -c ") {
		t.Errorf("without a folder: exit %d, %s", r.code, r.err)
	}
}

// Names that come over the socket cannot leave the folder.
func TestAFolderTakesNoNamesOutsideIt(t *testing.T) {
	f, err := openFolder(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.abandon()
	for _, name := range []string{"../x", "/x", "a/../../x", ""} {
		if err := f.put(name, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

// A file of two units that one has as it was, and the other anew, is the new one, whichever
// is said first; the old folder keeps its own.
func TestWhatIsNewHolds(t *testing.T) {
	for _, keptFirst := range []bool{true, false} {
		out := filepath.Join(t.TempDir(), "out")
		build := func(steps ...func(*folder)) {
			t.Helper()
			f, err := openFolder(out)
			if err != nil {
				t.Fatal(err)
			}
			for _, step := range steps {
				step(f)
			}
			if err := f.finish(); err != nil {
				t.Fatal(err)
			}
		}
		add := func(unit, body string) func(*folder) {
			return func(f *folder) {
				if err := f.add(server.BuildPart{Unit: unit, State: body, File: &site.File{Path: "stories/1/index.html", Body: []byte(body)}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		keep := func(f *folder) {
			if err := f.add(server.BuildPart{Unit: "a", State: "one"}); err != nil {
				t.Fatal(err)
			}
		}
		build(add("a", "one"), add("b", "one"))
		build(add("a", "one"), add("b", "one"), func(f *folder) { f.put("other", []byte("x")) })
		if keptFirst {
			build(keep, add("b", "two"))
		} else {
			build(add("b", "two"), keep)
		}
		if now, before := readTree(t, out), readTree(t, out+".part"); now["stories/1/index.html"].body != "two" || before["stories/1/index.html"].body != "one" || len(now) != 2 {
			t.Errorf("kept first %v: %q, and before %q; %d files", keptFirst, now["stories/1/index.html"].body, before["stories/1/index.html"].body, len(now))
		}
	}
}
