package storage_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

// left are the fields that no encoding carries: what the encoding itself sets, what
// concerns no change, what the store says, and secrets.
var left = []string{"Packed", "Hint", "Pos", "Examples", "KnownAs", "Interval", "MaxSilence", "MaxNew", "File", "Blocked", "Header"}

// full sets every field of a value to something of its own, to the last.
func full(v reflect.Value, n *int, within ...reflect.Type) {
	*n++
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(t0.Add(time.Duration(*n)*time.Hour + 123456789*time.Nanosecond)))
	case v.Kind() == reflect.Struct:
		deep := 0
		for _, t := range within {
			if t == v.Type() {
				deep++
			}
		}
		for i := range v.NumField() {
			if slices.Contains(left, v.Type().Field(i).Name) {
				continue
			}
			if f := v.Field(i); deep < 2 || f.Kind() != reflect.Slice {
				full(f, n, append(within, v.Type())...)
			}
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem(), n, within...)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		full(v.Index(0), n, within...)
		full(v.Index(1), n, within...)
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprint("ў <", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanFloat():
		v.SetFloat(float64(*n) + .1)
	case v.Kind() == reflect.Uint8:
		v.SetUint(uint64(*n)%6 + 1)
	case v.CanUint():
		v.SetUint(1<<63 + uint64(*n))
	default:
		v.SetInt(int64(*n))
	}
}

// changeKinds are one change of each kind, empty.
func changeKinds() []feed.Change {
	return []feed.Change{new(feed.Claim), new(feed.Visit), new(feed.ConfigChange), new(feed.Refiling), new(feed.Retention), new(feed.Decision), new(feed.Tick), new(feed.Archiving),
		new(feed.Subscribing), new(feed.Unsubscribing), new(feed.Delivery), new(feed.LeaseChange), new(feed.Push), new(feed.Forgetting)}
}

func fullChange(c feed.Change) feed.Change {
	n := 0
	full(reflect.ValueOf(c).Elem(), &n)
	return c
}

// A change comes back with every field that it had, be all of them set or none.
func TestChangesSurviveTheirEncoding(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "t.db"))
	for i, empty := range changeKinds() {
		for _, c := range []feed.Change{empty, fullChange(changeKinds()[i])} {
			b := db.EncodeChange(c)
			got, err := db.DecodeChange(b)
			if err != nil {
				t.Fatalf("%T: %v", c, err)
			}
			if !reflect.DeepEqual(got, c) {
				t.Errorf("%T came back another: %s", c, cmp.Diff(c, got))
			}
			for n := range b {
				if c, err := db.DecodeChange(b[:n]); err == nil {
					t.Fatalf("the first %d of %d bytes decoded to %+v", n, len(b), c)
				}
			}
			if _, err := db.DecodeChange(append(b, 0)); err == nil {
				t.Errorf("%T: a byte too many was taken", c)
			}
		}
	}
	for _, bad := range []string{"", "\x01", "\x00\x01", "\x02\x01", "\x04\x01", "\x04\x07\x00\x00", "\x00\x07\x00\x00", "\x01\x00", "\x01\x08", "\x01\xff", `{"kind":"claim"}`} {
		if c, err := db.DecodeChange([]byte(bad)); err == nil {
			t.Errorf("%q decoded to %+v", bad, c)
		}
	}
	for kind := range 256 { // those between the known ones, too
		if c, err := db.DecodeChange([]byte{1, byte(kind)}); err == nil {
			t.Errorf("kind %d without fields decoded to %+v", kind, c)
		}
	}
}

// A configuration of layout 1, which knew neither icons nor hubs, is read without them:
// it is in the file of a version before.
func TestConfigurationOfLayout1(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "t.db"))
	c := &feed.ConfigChange{Generation: 7, Title: "Wire", Timezone: "UTC"}
	b := db.EncodeChange(c)
	const since = "\x00\x00\x00" + "\x00" + "\x00" // an icon of no ending, width and height; no hubs; not inside
	old, found := bytes.CutSuffix(b, []byte(since))
	if !found || b[0] != 3 {
		t.Fatalf("the layout is another one: %q", b)
	}
	old = append([]byte{1}, old[1:]...)
	if got, err := db.DecodeChange(old); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := db.DecodeChange(append(old, since...)); err == nil {
		t.Errorf("layout 1 has more: %+v", got)
	}
}

// A document of layout 2 had no bound, and is read without one.
func TestDocumentOfLayout2(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "t.db"))
	c := &feed.Push{At: t0, Source: srcA, Document: feed.Reading{Body: 7, Dropped: 1}}
	b := db.EncodeChange(c)
	old := append([]byte{2}, b[1:len(b)-1]...) // the bound is last
	if got, err := db.DecodeChange(old); err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := db.DecodeChange(append(old, 0)); err == nil {
		t.Errorf("layout 2 has more: %+v", got)
	}
}

// Bytes of any kind are decoded to a change that is the same after its encoding, or
// refused.
func FuzzDecodeChange(f *testing.F) {
	db, err := storage.Open(filepath.Join(f.TempDir(), "t.db"), storage.Options{NoSync: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	for _, c := range changeKinds() {
		f.Add(db.EncodeChange(fullChange(c)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := db.DecodeChange(b)
		if err != nil {
			return
		}
		once := db.EncodeChange(c)
		again, err := db.DecodeChange(once)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(db.EncodeChange(again), once) {
			t.Errorf("%+v came back as %+v", c, again)
		}
	})
}

// twenty is a visit of 20 entries as news agencies write them.
func twenty() *feed.Visit {
	v := &feed.Visit{At: t0, Source: srcA, HTTP: 200, Document: &feed.Reading{Generation: 1}}
	words := strings.Fields("ministers of the region agreed in Tashkent to share water and energy while border guards in Osh stopped trucks with gas")
	for i := range 20 {
		var text strings.Builder
		for w := range 300 {
			fmt.Fprintf(&text, "%s%d ", words[(w*w+i*w)%len(words)], (w*i)%17)
		}
		e := entry(fmt.Sprint("id-", i), fmt.Sprintf("https://a.example/%d", i), fmt.Sprint("Report ", i))
		e.Summary, e.Content = "<p>"+text.String()[:200]+"</p>", "<p>"+text.String()+"</p>"
		v.Document.Window = append(v.Document.Window, e.Raw)
		v.Document.Entries = append(v.Document.Entries, feed.Reported{
			Entry: e, Matches: []feed.Match{{Topic: "security", Reason: why("border")}}, Terms: feed.Terms(text.String()[:120]),
		})
	}
	return v
}

// BenchmarkChangeCodec encodes and decodes a visit of 20 entries, beside JSON.
func BenchmarkChangeCodec(b *testing.B) {
	v := twenty()
	db, err := storage.Open(filepath.Join(b.TempDir(), "t.db"), storage.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	codec := func(packed bool) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				for i := range v.Document.Entries {
					if !packed {
						v.Document.Entries[i].Packed = nil
					}
				}
				out := db.EncodeChange(v)
				if _, err := db.DecodeChange(out); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(out)), "B/visit")
			}
		}
	}
	b.Run("codec", codec(false))
	b.Run("packed", codec(true)) // without what storing the texts takes in any case
	b.Run("json", func(b *testing.B) {
		for i := range v.Document.Entries {
			v.Document.Entries[i].Packed = nil
		}
		for b.Loop() {
			out, err := json.Marshal(v)
			if err == nil {
				err = json.Unmarshal(out, new(feed.Visit))
			}
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(out)), "B/visit")
		}
	})
}

// An entry's texts are packed where its change is encoded first, and never again: not
// in another encoding, nor where they are stored.
func TestTextsArePackedOnce(t *testing.T) {
	db := newDB(t)
	v := report(srcA, t0, "a", "water border")
	db.EncodeChange(v)
	// What nobody does shows who looks at the text again.
	v.Document.Entries[0].Entry.Title = "football"
	c, err := db.DecodeChange(db.EncodeChange(v))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.(*feed.Visit).Document.Entries[0].Entry.Title; got != "water border" {
		t.Errorf("encoded anew: %q", got)
	}
	apply(t, db, v)
	if got := find(t, db, srcA, "a").Title; got != "water border" {
		t.Errorf("packed anew where it was stored: %q", got)
	}
}
