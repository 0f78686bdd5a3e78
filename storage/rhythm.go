package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// noteNews adds the dates of a source's new entries to its rhythm. What a first visit
// finds is no news: of it only the newest date counts.
func (w *writer) noteNews(s *sourceRecord, at time.Time, first bool, news []time.Time) error {
	if len(news) == 0 {
		return nil
	}
	r, err := loadRhythm(w.rhythms, s.number)
	if err != nil {
		return fmt.Errorf("source %s: %w", link.Masked(string(s.ID)), err)
	}
	if r.Newest.After(at.Add(wrongClock)) {
		r = feed.Rhythm{} // the clock was ahead when it was noted
	}
	slices.SortFunc(news, time.Time.Compare)
	if first {
		r = feed.Rhythm{Newest: news[len(news)-1]}
	} else {
		for _, d := range news {
			r.Note(d)
		}
	}
	return w.rhythms.Put(key4(s.number), encodeRhythm(&r))
}

// Rhythm is how a source's news came in the days before.
func (r *Reader) Rhythm(id feed.SourceID) (feed.Rhythm, error) {
	n := r.bucket(bNames).Get([]byte(id))
	b := r.bucket(bRhythms)
	if n == nil || b == nil {
		return feed.Rhythm{}, nil
	}
	return loadRhythm(b, binary.BigEndian.Uint32(n))
}

func loadRhythm(rhythms *bolt.Bucket, source uint32) (r feed.Rhythm, err error) {
	if v := rhythms.Get(key4(source)); v != nil {
		err = decodeRhythm(v, &r)
	}
	return r, err
}

func encodeRhythm(r *feed.Rhythm) []byte {
	b := putTime([]byte{1}, r.Newest)
	b = binary.AppendUvarint(b, uint64(len(r.Days)))
	last := 0
	for _, d := range r.Days { // each as the step from the one before
		b = binary.AppendVarint(b, int64(d.Day-last))
		b = binary.AppendUvarint(b, uint64(d.Count))
		b = binary.AppendUvarint(b, uint64(d.Silence/time.Minute))
		last = d.Day
	}
	return b
}

func decodeRhythm(v []byte, r *feed.Rhythm) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("rhythm of version %d", n)
	}
	r.Newest = c.time()
	day := int64(0)
	for range c.count() {
		day += c.varint()
		r.Days = append(r.Days, feed.RhythmDay{Day: int(day), Count: int(c.uvarint()), Silence: time.Duration(c.uvarint()) * time.Minute})
	}
	return c.err
}

// EachNews calls visit with the times at which a topic filed news from a moment on, the
// earliest first. What was filed as past is none.
func (r *Reader) EachNews(topic feed.TopicID, from time.Time, visit func(time.Time)) error {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return err
	}
	prefix := string(key4(t.number))
	c := r.tx.Bucket(bMembers).Cursor()
	for k, v := c.Seek(binary.BigEndian.AppendUint64([]byte(prefix), keyMilli(from))); len(k) == 20 && string(k[:4]) == prefix; k, v = c.Next() {
		if !isPast(v) {
			visit(milliKey(binary.BigEndian.Uint64(k[4:])))
		}
	}
	return nil
}
