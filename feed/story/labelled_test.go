package story

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"topicwire/feed"
)

// A labelled entry is a line of the shared data, which is not part of the
// project.
type labelled struct {
	Title, Summary, Source string
	Published              time.Time
	Story, Duplicate, Edit string
}

func readLabelled(t *testing.T, name string) []labelled {
	t.Helper()
	dir := cmp.Or(os.Getenv("TOPICWIRE_SHARED"), "../../../shared")
	f, err := os.Open(filepath.Join(dir, "labelled", name))
	if err != nil {
		t.Skipf("no labelled data: %v", err)
	}
	defer f.Close()
	var rows []labelled
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var l labelled
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, l)
	}
	slices.SortStableFunc(rows, func(a, b labelled) int { return a.Published.Compare(b.Published) })
	return rows
}

// placeAll places rows in their order and returns the group and the story of each.
func placeAll(t *testing.T, rows []labelled, o Options) (groups, stories []string, tiers []feed.Tier) {
	s, x := newShelf(), New(o)
	for i, r := range rows {
		e, terms := entryOf(i+1, r.Source, r.Title, r.Summary, r.Published)
		p := s.place(t, x, e, terms)
		g := s.groups[s.group[e.Key]]
		groups = append(groups, strconv.Itoa(int(g.Group)))
		stories = append(stories, strconv.Itoa(int(g.Story)))
		tiers = append(tiers, p.Tier)
	}
	return groups, stories, tiers
}

func TestLabelledStories(t *testing.T) {
	for _, tt := range []struct {
		file          string
		f1, precision float64 // balanced, precise
	}{
		{"stories-ecb.jsonl", .85, .92},
		{"stories-uci.jsonl", .69, .90},
	} {
		t.Run(tt.file, func(t *testing.T) {
			rows := readLabelled(t, tt.file)
			var gold []string
			for _, r := range rows {
				gold = append(gold, r.Story)
			}
			_, got, _ := placeAll(t, rows, Balanced())
			b := BCubed(gold, got)
			_, got, _ = placeAll(t, rows, Precise())
			p := BCubed(gold, got)
			t.Logf("balanced %.3f, precise %.3f", b, p)
			if b.F1 < tt.f1 || p.Precision < tt.precision {
				t.Errorf("balanced %.3f wants F1 %.2f, precise %.3f wants precision %.2f", b, tt.f1, p, tt.precision)
			}
		})
	}
}

func TestLabelledDuplicates(t *testing.T) {
	rows := readLabelled(t, "duplicates.jsonl")
	groups, _, tiers := placeAll(t, rows, Balanced())
	original := map[string]string{}
	for i, r := range rows {
		if r.Edit == "original" {
			original[r.Duplicate] = groups[i]
		}
	}
	found, all := map[string]int{}, map[string]int{}
	single, merged := 0, 0
	for i, r := range rows {
		if r.Edit == "original" || r.Edit == "NEW" {
			single++
			if tiers[i] == feed.TierGroup {
				merged++
			}
			continue
		}
		all[r.Edit]++
		if groups[i] == original[r.Duplicate] {
			found[r.Edit]++
		}
	}
	low := 0
	for edit, n := range all {
		recall := float64(found[edit]) / float64(n)
		t.Logf("%s: recall %.3f", edit, recall)
		if recall < .95 {
			low++
		}
	}
	share := float64(merged) / float64(single)
	t.Logf("false merges %.4f", share)
	if low > 1 || share > .01 {
		t.Errorf("%d kinds of edits below .95, false merges %.4f", low, share)
	}
}
