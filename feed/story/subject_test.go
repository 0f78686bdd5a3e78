package story

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// A subject writes long articles in few words: the general ones of its
// language, and eighteen of its own.
type subject struct {
	rng      *rand.Rand
	language int
	number   int
}

func (s subject) words(n int) []string {
	words := make([]string, n)
	for i := range words {
		v := s.rng.Float64()
		rank := int(v * v * 250)
		if s.rng.IntN(5) == 0 {
			rank = 250 + 18*s.number + s.rng.IntN(18)
		}
		words[i] = word(1000*s.language + rank)
	}
	return words
}

// Long texts of one subject are near to each other, and of few words so are
// all of a language. Who only writes about the same things does not report the
// same event; from the first entries of the window on.
func TestSubjectsAreNoStories(t *testing.T) {
	s, x := newShelf(), New(Options{})
	rng := rand.New(rand.NewPCG(11, 11))
	var titles, texts []string
	retold, found := 0, 0
	for i := 1; i <= 1200; i++ {
		w := subject{rng, rng.IntN(2), rng.IntN(10)}.words(120)
		title, text := strings.Join(w[:8], " "), strings.Join(w[8:], " ")
		of := -1
		if i > 100 && rng.IntN(10) == 0 {
			// Another's article with one word in ten changed.
			of = rng.IntN(len(titles))
			w := strings.Fields(titles[of] + " " + texts[of])
			for j := range w {
				if rng.IntN(10) == 0 {
					w[j] = word(rng.IntN(250))
				}
			}
			title, text = strings.Join(w[:8], " "), strings.Join(w[8:], " ")
		}
		titles, texts = append(titles, title), append(texts, text)
		e, terms := entryOf(i, fmt.Sprint("s", i), title, text, epoch.Add(time.Duration(i)*time.Minute))
		p := s.place(t, x, e, terms)
		switch {
		case of < 0 && p.Tier != feed.TierNew:
			t.Errorf("entry %d is placed in story %d: %+v", i, p.Story, p.Why)
		case of >= 0:
			retold++
			if p.Story != 0 && p.Story == s.groups[s.group[feed.EntryKey(of+1)]].Story {
				found++
			}
		}
	}
	if retold < 50 || found*10 < retold*9 {
		t.Errorf("%d of %d retellings found", found, retold)
	}
}

// Names and rare words tell an event; brief texts need none.
func TestTells(t *testing.T) {
	for _, tt := range []struct {
		shared, telling int
		want            bool
	}{
		{2, 0, true}, {8, 0, true}, {9, 0, false}, {12, 1, true}, {13, 1, false}, {30, 6, true}, {30, 5, false},
	} {
		if n := (near{shared: tt.shared, telling: tt.telling}); n.tells() != tt.want {
			t.Errorf("%d shared words, %d of them telling: %v", tt.shared, tt.telling, !tt.want)
		}
	}
}

// A story that grows asks for more, where growth has a price.
func TestGrowth(t *testing.T) {
	x := New(Options{Growth: .01})
	x.search.words = briefWords
	one, two, many := x.needed(feed.StoryExtent{Entries: 1}, false), x.needed(feed.StoryExtent{Entries: 2}, false), x.needed(feed.StoryExtent{Entries: 256}, false)
	if one != x.o.Single || two != x.o.Mean+.01 || many != x.o.Mean+.04 {
		t.Errorf("needed %v, %v, %v", one, two, many)
	}
}

// Headlines of one subject share its name and seldom more. A story asks for twice
// as much of an entry that shares that name alone with its others, for less of one that
// shares more with all of them, and says nothing where it has few entries to tell by.
func TestASubjectIsNoEvent(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 60)
	titles := []string{
		"Poland cuts force in Iraq", "Iraq hostage seen alive", "Fierce fighting grips Iraq", "Annan warns of Iraq vote", "Iraq debt relief near", "Envoy leaves Iraq quietly",
	}
	var sample []feed.EntryKey
	for i, title := range titles {
		e, terms := entryOf(k+i, fmt.Sprint("p", i), title, "", epoch)
		s.place(t, x, e, terms)
		sample = append(sample, e.Key)
	}
	for _, tt := range []struct {
		title  string
		sample int
		want   float64
	}{
		{"Judge frees aide over Iraq ties", 6, narrowest},
		{"Judge frees aide over Iraq ties", 2, 1},
		{"Poland ends hostage talks in Iraq as fierce fighting nears", 6, x.o.Broad},
	} {
		e, terms := entryOf(k+50, "new", tt.title, "", epoch)
		x.seek(&x.search, terms, x.number(e.Source))
		if got := x.narrowness(sample[:tt.sample]); got != tt.want {
			t.Errorf("%q beside %d asks for %.2f, want %.2f", tt.title, tt.sample, got, tt.want)
		}
	}
}

// What one name chains, headline by headline, is no story.
func TestASubjectDoesNotChain(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 300)
	largest := map[feed.StoryKey]int{}
	for i := range 60 {
		// Each shares the name, and one word with the one before.
		title := fmt.Sprintf("Zorvania %s %s %s %s", word(7000+i), word(7001+i), word(30000+2*i), word(30001+2*i))
		e, terms := entryOf(k+i, fmt.Sprint("z", i), title, "", epoch.Add(time.Duration(i)*time.Minute))
		s.place(t, x, e, terms)
		largest[s.groups[s.group[e.Key]].Story]++
	}
	for story, n := range largest {
		if n > 15 {
			t.Errorf("story %d has %d entries", story, n)
		}
	}
}
