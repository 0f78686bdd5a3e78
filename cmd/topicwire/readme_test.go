package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// README's table has a row for every command, and for none that is not there.
func TestReadmeHasEveryCommand(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "## Commands\n")
	table, _, _ = strings.Cut(table, "\n\nWhile ")
	listed := make(map[string]bool)
	for line := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, m := range regexp.MustCompile("`([a-z]+)").FindAllStringSubmatch(cell, -1) {
			listed[m[1]] = true
		}
	}
	for _, c := range new(program).root().Commands() {
		if name := c.Name(); !listed[name] && !c.Hidden && name != "help" && name != "completion" {
			t.Errorf("README's table lacks %s", name)
		} else {
			delete(listed, name)
		}
	}
	for name := range listed {
		t.Errorf("README's table has %s, which is no command", name)
	}
}
