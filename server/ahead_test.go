package server

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/server/poll"
)

// A server that looks ahead of its writer stores what one does that does not: the same
// documents are fetched by both.
func TestAheadStoresTheSame(t *testing.T) {
	var round atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil // the clock of the test is another
		fmt.Fprint(w, bulletins(round.Load(), r.URL.Path))
	}))
	defer srv.Close()
	fetch := func(ahead bool) (digest uint64, made, spared int64) {
		round.Store(0)
		now := noon
		s := openServer(t, Options{
			Config: severalFeeds(t, srv.URL), Ahead: ahead, Now: func() time.Time { return now },
			random: func() float64 { return .5 },
		})
		defer closeServer(t, s)
		for range 8 {
			if err := Fetch.Each(t.Context(), s, true, func(r poll.Report) {
				if r.Status != poll.OK {
					t.Errorf("%+v", r)
				}
			}); err != nil {
				t.Fatal(err)
			}
			now = now.Add(3 * time.Hour)
			round.Add(1)
		}
		sum, err := s.db.Digest()
		if err != nil {
			t.Fatal(err)
		}
		if s.index != nil {
			made, spared = s.index.Hints()
		}
		return sum, made, spared
	}
	want, _, _ := fetch(false)
	again, made, _ := fetch(false)
	if again != want || made != 0 {
		t.Fatalf("digest %x, then %x, without looking ahead; %d hints", want, again, made)
	}
	got, made, spared := fetch(true)
	if got != want {
		t.Errorf("digest %x with hints, %x without", got, want)
	}
	if made < 500 || spared < 500 {
		t.Errorf("%d hints were made, and spared %d searches", made, spared)
	}
	t.Logf("%d hints were made, and spared %d searches", made, spared)
}

// severalFeeds is a configuration of six sources that are visited one after the other.
func severalFeeds(t *testing.T, url string) *config.Config {
	t.Helper()
	dir := t.TempDir()
	var text strings.Builder
	fmt.Fprintf(&text, "fetch: {contact: desk@x.example, allow_private: true, host_gap: 0s, parallel: 1}\nstorage: {path: %q}\ntopics: {water: {any: [rivers], group: story}}\nsources:\n", filepath.Join(dir, "s.db"))
	for i := range 6 {
		fmt.Fprintf(&text, "  - {url: %q}\n", fmt.Sprint(url, "/", i))
	}
	cfg, problems := config.Parse("config.yaml", []byte(text.String()), dir, nil)
	if cfg == nil {
		t.Fatal(problems)
	}
	return cfg
}

// bulletins is what a source has in a round: twenty entries on what happened since, in
// words that others have too.
func bulletins(round int64, path string) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>S</title><link>https://x.example/</link><description>d</description>`)
	from := rand.New(rand.NewPCG(uint64(round), uint64(path[1])))
	for i := range 20 {
		event := from.IntN(40)
		words := strings.Fields("rivers roads markets schools Tashkent Osh Almaty Rahmonov ministers banks Russia China courts drought arrested signed opened closed repaired 2,000 340 57")
		rand.New(rand.NewPCG(uint64(round/2), uint64(event))).Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		words[from.IntN(12)] = fmt.Sprint("word", event)
		fmt.Fprintf(&b, "<item><guid>%s-%d-%d</guid><title>%s</title><pubDate>%s</pubDate></item>", path, round, i, strings.Join(words[:12], " "), noon.Add(time.Duration(3*round-int64(i%5))*time.Hour).Format(time.RFC1123Z))
	}
	return b.String() + "</channel></rss>"
}
