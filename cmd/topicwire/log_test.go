package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
)

func TestLogIsJSON(t *testing.T) {
	var b bytes.Buffer
	log, err := newLog(&b, "json", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("unsaid")
	log.Info("said", "n", 1)
	var line struct {
		Msg, Level string
		N          int
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line.Msg != "said" || line.Level != "INFO" || line.N != 1 {
		t.Errorf("%s: %v", b.String(), err)
	}
}
