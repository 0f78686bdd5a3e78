package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"topicwire/config"
	"topicwire/feed"
)

// encode writes an answer as one line of JSON.
func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// encodeEach writes answers as one line of JSON each.
func encodeEach[T any](w io.Writer, answers []T) error {
	for i := range answers {
		if err := encode(w, &answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// topicOf finds a topic of the configuration.
func (p *program) topicOf(cfg *config.Config, id string) (*feed.Topic, error) {
	ids := make([]string, len(cfg.Topics))
	for i := range cfg.Topics {
		if ids[i] = string(cfg.Topics[i].ID); ids[i] == id {
			return &cfg.Topics[i], nil
		}
	}
	hint := "topics: " + strings.Join(ids, ", ")
	if now, ok := cfg.Renamed(feed.TopicID(id)); ok {
		hint = fmt.Sprintf("topic %s was renamed to %s", id, now)
	}
	return nil, &failure{exitUsage, fmt.Sprintf("no topic %q in %s", id, p.config), hint}
}

// clip cuts a text for one line of a terminal.
func clip(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
