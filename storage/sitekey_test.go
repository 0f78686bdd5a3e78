package storage

import (
	"bytes"
	"testing"
)

// TestNeighbours: what is of one site stands together, and apart from each other.
func TestNeighbours(t *testing.T) {
	for _, same := range [][]string{
		{"https://a.example/1", "http://a.example/2?x", "a.example/1", "a.example?p=1", "a.example"},
		{"tag:a.example,2024:1", "tag:a.example,2023-01-01:2"},
		{"urn:a:b:1", "urn:a:b:2"},
	} {
		for i, a := range same {
			for _, b := range same[:i] {
				if k, l := siteKey(a), siteKey(b); !bytes.Equal(k[:3], l[:3]) || bytes.Equal(k, l) || len(k) != 11 {
					t.Errorf("%s has the key %x, and %s %x", a, k, b, l)
				}
			}
		}
	}
	if a, b := siteKey("https://a.example/1"), siteKey("https://b.example/1"); bytes.Equal(a[:3], b[:3]) {
		t.Errorf("two sites have the keys %x and %x", a, b)
	}
}
