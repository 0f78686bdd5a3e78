package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"topicwire/feed"
)

// TestDictionary: files are read with the dictionary that they were written with, so that
// it stays as it is; and it serves the texts of news.
func TestDictionary(t *testing.T) {
	if h := sha256.Sum256(dictionary); hex.EncodeToString(h[:]) != "c034d0020b73d126a8181f3bc7cac868f97956056c218163ec2ca034e211afc7" {
		t.Fatal("the dictionary changed: no text that was packed with it could be read")
	}
	db, err := Open(filepath.Join(t.TempDir(), "t.db"), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{
		`<p>Пограничники задержали на границе Узбекистана и Казахстана двух граждан, сообщила пресс-служба министерства внутренних дел.</p>`,
		`<p>The prime minister said on Monday that security forces had closed the border after the attack, according to officials.</p>`,
		`<p>O‘zbekiston Respublikasi Prezidenti qarori bilan chegara hududida xavfsizlik choralari kuchaytirildi, deya xabar berdi vazirlik.</p>`,
	} {
		e := feed.Entry{ID: "https://www.example.org/news/1", Link: "https://www.example.org/news/1", Canonical: "https://www.example.org/news/1", Title: "Title", Content: text}
		packed := db.packTexts(nil, &e)
		var got feed.Entry
		if err := db.unpackTexts(packed, &got); err != nil || got.Content != text {
			t.Errorf("%s is read as %s (%v)", text, got.Content, err)
		}
		if raw := len(encodeTexts(nil, &e)); 3*len(packed) > 2*raw {
			t.Errorf("%s: %d bytes of %d are left", strings.TrimPrefix(text, "<p>"), len(packed), raw)
		}
	}
}
