package main

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"topicwire/feed"
)

// What was decided before notes were cleaned does not reach the terminal as it is.
func TestNothingThatControlsATerminalIsPrinted(t *testing.T) {
	d := feed.Decided{Number: 1, Decision: feed.Decision{Kind: feed.DecisionHide, By: "an\x1b]0;n", Note: "a\nb\u009b2J"}}
	if got, want := decisionLine(&d), "Decision 1 of 0001-01-01 00:00, by an]0;n: hide (a b2J)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var out strings.Builder
	v := feed.StoryView{Story: 1, Members: []feed.StoryMember{{Entry: 1, Group: 1, Title: "A\x1b[2Jtitle", Source: "S\u009b", Link: "https://x.example/"}}}
	if err := writeStory(&out, &v); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return r != '\n' && unicode.IsControl(r) }); i >= 0 {
		t.Errorf("%q", out.String())
	}
}

// A story tells who put its members where they are, and no reason that operators
// made untrue.
func TestWriteStoryAfterDecisions(t *testing.T) {
	at := time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		member feed.StoryMember
		want   string
	}{
		{feed.StoryMember{}, "first of its report"},
		{feed.StoryMember{Parted: true, Moved: []feed.StoryMove{{Number: 3, Kind: feed.DecisionSplit, At: at, By: "ann"}}}, "split off by ann on 2024-09-04 (decision 3)"},
		{feed.StoryMember{Moved: []feed.StoryMove{{Number: 4, Kind: feed.DecisionMerge, At: at, By: "bob"}}}, "merged by bob on 2024-09-04 (decision 4)"},
		{feed.StoryMember{Parted: true, Moved: []feed.StoryMove{{Number: 5, Kind: feed.DecisionSplit, At: at, By: "eve", Partner: true}}}, "what it was placed with was split off by eve on 2024-09-04 (decision 5)"},
		{feed.StoryMember{Parted: true, Moved: []feed.StoryMove{{Number: 6, Kind: feed.DecisionMerge, At: at, By: "eve", Partner: true}}}, "what it was placed with was merged into another by eve on 2024-09-04 (decision 6)"},
		{feed.StoryMember{Parted: true}, "what it was placed with is elsewhere now"},
		{feed.StoryMember{Hidden: true}, "hidden by an operator"},
	} {
		var out strings.Builder
		tt.member.Entry, tt.member.Published = 1, at
		if err := writeStory(&out, &feed.StoryView{Story: 1, Members: []feed.StoryMember{tt.member}}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "\n  "+tt.want) || tt.member.Parted && strings.Contains(out.String(), "first of") {
			t.Errorf("want %q in\n%s", tt.want, out.String())
		}
	}
}
