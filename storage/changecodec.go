package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"topicwire/feed"
)

// changeVersion is that of the layout of changes. A field that is added raises it
// and is read from that version on: a log, and the configuration in a file, may be of an
// earlier one. See since.
//
//	2: the former ids of topics, icons, hubs
//	3: how many entries of a document are news; whether readers are inside
const changeVersion = 3

// changeKinds are the kinds of changes by the byte that stands for each; nil stands
// for none.
var changeKinds = [...]feed.Change{
	1: (*feed.Claim)(nil), 2: (*feed.Visit)(nil), 3: (*feed.ConfigChange)(nil),
	4: (*feed.Refiling)(nil), 5: (*feed.Retention)(nil), 6: (*feed.Decision)(nil), 7: (*feed.Tick)(nil), 8: (*feed.Archiving)(nil),
	9: (*feed.Subscribing)(nil), 10: (*feed.Unsubscribing)(nil), 11: (*feed.Delivery)(nil),
	12: (*feed.LeaseChange)(nil), 13: (*feed.Push)(nil), 14: (*feed.Forgetting)(nil),
}

// EncodeChange writes a change as bytes, for a log: the version of the layout, the
// kind, and the fields. It packs the texts of entries as the store keeps them.
func (db *DB) EncodeChange(c feed.Change) []byte {
	kind := slices.IndexFunc(changeKinds[:], func(k feed.Change) bool { return reflect.TypeOf(k) == reflect.TypeOf(c) })
	x := coder{db: db, version: changeVersion, out: []byte{changeVersion, byte(kind)}}
	x.field(c)
	return x.out
}

// DecodeChange reads what EncodeChange wrote. Bytes that are none are an error,
// whatever they are.
func (db *DB) DecodeChange(b []byte) (feed.Change, error) {
	x := coder{db: db, reading: true, cursor: cursor{b: b}}
	x.version = x.byte()
	kind := int(x.byte())
	switch {
	case x.err == nil && (x.version == 0 || x.version > changeVersion):
		return nil, fmt.Errorf("decode change: version %d is not known", x.version)
	case x.err == nil && (kind >= len(changeKinds) || changeKinds[kind] == nil):
		return nil, fmt.Errorf("decode change: kind %d is not known", kind)
	case x.err != nil:
		return nil, fmt.Errorf("decode change: %w", x.err)
	}
	c := reflect.New(reflect.TypeOf(changeKinds[kind]).Elem()).Interface().(feed.Change)
	if x.field(c); x.err == nil && len(x.b) > 0 {
		x.err = errors.New("bytes are left over")
	}
	if x.err != nil {
		return nil, fmt.Errorf("decode %T: %w", c, x.err)
	}
	return c, nil
}

// A coder writes values, or reads them: what a value consists of is listed once for
// both. After the first error it reads zero values.
type coder struct {
	db      *DB
	version byte // of the layout
	reading bool
	out     []byte // what was written
	cursor         // what is to be read
	depth   int    // of the rule at hand
}

// maxDepth is how deep rules lie in each other at most: deeper, bytes are none of a
// configuration, and would exhaust the stack.
const maxDepth = 1000

func (x *coder) rule(r *feed.Rule) {
	if x.depth++; x.depth > maxDepth {
		x.fail()
	}
	x.fields(&r.Op, &r.Pattern, &r.Scope, &r.Parts, &r.List, &r.Weight, &r.Threshold)
	x.depth--
}

func (x *coder) fields(ps ...any) {
	for _, p := range ps {
		x.field(p)
	}
}

// since is fields of what a layout has from a version on.
func (x *coder) since(version byte, ps ...any) {
	if x.version >= version {
		x.fields(ps...)
	}
}

// field writes or reads the value that p points to.
func (x *coder) field(p any) {
	switch p := p.(type) {
	case *feed.Claim:
		x.fields(&p.At, &p.Sources, &p.Next, &p.Hold, &p.Why)
	case *feed.Visit:
		x.fields(&p.At, &p.Source, &p.Next, &p.Why, &p.Hold, &p.HTTP, &p.Error, &p.Ours, &p.Moved, &p.Address, &p.Document, &p.Asked, &p.Validators)
	case *feed.ConfigChange:
		x.fields(&p.At, &p.Generation, &p.Hashes, &p.Title, &p.URL, &p.Timezone, &p.Topics, &p.Concepts, &p.Sources, &p.Stories)
		x.since(2, &p.Icon, &p.Hubs)
		x.since(3, &p.Inside)
	case *feed.Refiling:
		x.fields(&p.At, &p.Generation, &p.Topics, &p.Backfill, &p.Entries, &p.Done)
	case *feed.Retention:
		x.fields(&p.At, &p.Before, &p.From, &p.Limit)
	case *feed.Forgetting:
		x.fields(&p.At, &p.Host, &p.Source, &p.Entries, &p.By, &p.Note, &p.Decision, &p.From, &p.Limit)
	case *feed.Decision:
		x.fields(&p.At, &p.Kind, &p.Topic, &p.By, &p.Note, &p.Entries, &p.Groups, &p.Stories, &p.Undo)
	case *feed.Tick:
		x.field(&p.At)
	case *feed.Archiving:
		x.fields(&p.At, &p.Topic, &p.From, &p.Begin)
	case *feed.FiledAt:
		x.fields(&p.Filed, &p.Group)
	case *feed.LeaseChange:
		x.fields(&p.At, &p.Lease)
	case *feed.Push:
		x.fields(&p.At, &p.Source, &p.Document)
	case *feed.Subscribing:
		x.fields(&p.At, &p.Wish, &p.Secret, &p.Until, &p.Delivered)
	case *feed.Unsubscribing:
		x.fields(&p.At, &p.Subscriptions, &p.Expired)
	case *feed.Delivery:
		x.fields(&p.At, &p.Outcomes)

	case *feed.Wish:
		x.fields(&p.Path, &p.Callback, &p.Ping)
	case *feed.DeliveryOutcome:
		x.fields(&p.Subscription, &p.Delivered, &p.Failures, &p.Next)
	case *feed.Lease:
		x.fields(&p.Source, &p.Token, &p.Callback, &p.Secret, &p.Hub, &p.Topic, &p.State, &p.Since, &p.Until, &p.Next, &p.Pending, &p.Failures, &p.Error, &p.Missed)
	case *feed.Move:
		x.fields(&p.To, &p.Since, &p.Visits)
	case *feed.Validators:
		x.fields(&p.ETag, &p.LastModified)
	case *feed.Reading:
		x.fields(&p.Body, &p.Meta, &p.Hints, &p.Dates, &p.Window, &p.Entries, &p.Generation, &p.Dropped)
		x.since(3, &p.MaxNew)
	case *feed.Meta:
		x.fields(&p.Title, &p.Link, &p.Self, &p.Hub, &p.ID, &p.Language, &p.Rights, &p.Authors, &p.Updated)
	case *feed.Person:
		x.fields(&p.Name, &p.URI, &p.Email)
	case *feed.Hints:
		x.fields(&p.TTL, &p.SkipHours, &p.SkipDays, &p.UpdatePeriod, &p.UpdateBase)
	case *feed.Reported:
		x.entry(p)
		x.fields(&p.Matches, &p.Terms)
	case *feed.Match:
		x.fields(&p.Topic, &p.Reason)
	case *feed.EntryMatches:
		x.fields(&p.Entry, &p.Matches)
	case *feed.Topic:
		x.fields(&p.ID, &p.Title, &p.Description, &p.Language, &p.Languages, &p.DropUnknown, &p.Sources, &p.Rules, &p.Translit, &p.Group, &p.Limit,
			&p.PerSource, &p.Prefer, &p.MaxAge, &p.Backfill, &p.EntryTitle, &p.Draft, &p.Reasons, &p.Also)
		x.since(2, &p.Icon, &p.Was)
	case *feed.Icon:
		x.fields(&p.Ext, &p.Width, &p.Height)
	case *feed.SourceFilter:
		x.fields(&p.Tags, &p.Addresses, &p.Without)
	case *feed.Cap:
		x.fields(&p.Entries, &p.Per)
	case *feed.Rule:
		x.rule(p)
	case *feed.Concept:
		x.fields(&p.ID, &p.Kind, &p.Rules)
	case *feed.Source:
		x.fields(&p.ID, &p.Title, &p.Tags, &p.Language, &p.Republish, &p.Publisher)
	case *feed.StoryOptions:
		x.fields(&p.Text, &p.Both, &p.BothTitle, &p.Same, &p.SameWords, &p.Numbers, &p.Best, &p.Mean, &p.Single, &p.Growth, &p.Broad, &p.Brief,
			&p.Across, &p.AcrossMean, &p.AcrossSingle, &p.TopAcross, &p.Template, &p.Top, &p.Shared, &p.Apart, &p.Age, &p.Entries, &p.Window)
	case *feed.TopicRules:
		x.fields(&p.ID, &p.Hash)

	case *feed.Reason:
		if x.reading {
			*p = x.reason()
		} else {
			x.out = putReason(x.out, p)
		}
	case *time.Time:
		x.moment(p)
	default:
		x.plain(reflect.ValueOf(p).Elem())
	}
}

// plain is field of what is no struct.
func (x *coder) plain(v reflect.Value) {
	switch k := v.Kind(); {
	case k == reflect.Pointer:
		there := !v.IsNil()
		if x.field(&there); !there || x.err != nil {
			return
		}
		if x.reading {
			v.Set(reflect.New(v.Type().Elem()))
		}
		x.field(v.Interface())
	case k == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		if !x.reading {
			x.out = append(binary.AppendUvarint(x.out, uint64(v.Len())), v.Bytes()...)
		} else if b := x.take(x.uvarint()); len(b) > 0 {
			v.SetBytes(slices.Clone(b))
		}
	case k == reflect.Slice:
		n := v.Len()
		if x.reading {
			n = x.count()
		} else {
			x.out = binary.AppendUvarint(x.out, uint64(n))
		}
		for i := 0; i < n && x.err == nil; i++ {
			if x.reading { // step by step: a list need not be as long as it says
				v.Grow(1)
				v.SetLen(i + 1)
			}
			x.field(v.Index(i).Addr().Interface())
		}
	case x.reading:
		x.readScalar(v)
	default:
		x.writeScalar(v)
	}
}

func (x *coder) writeScalar(v reflect.Value) {
	switch {
	case v.Kind() == reflect.String:
		x.out = putString(x.out, v.String())
	case v.Kind() == reflect.Bool:
		x.out = append(x.out, boolByte(v.Bool()))
	case v.CanFloat():
		x.out = putNumber(x.out, v.Float())
	case v.CanUint():
		x.out = binary.AppendUvarint(x.out, v.Uint())
	default:
		x.out = binary.AppendVarint(x.out, v.Int())
	}
}

func (x *coder) readScalar(v reflect.Value) {
	switch {
	case v.Kind() == reflect.String:
		v.SetString(x.string())
	case v.Kind() == reflect.Bool:
		v.SetBool(x.byte() == 1)
	case v.CanFloat():
		v.SetFloat(x.number())
	case v.CanUint():
		v.SetUint(x.uvarint())
	default:
		v.SetInt(x.varint())
	}
}

// moment is a time to the nanosecond: a change means the same after its encoding.
func (x *coder) moment(t *time.Time) {
	sec, ns := t.Unix()-time.Time{}.Unix(), uint64(t.Nanosecond())
	if x.fields(&sec, &ns); x.reading && (sec != 0 || ns != 0) {
		*t = time.Unix(sec+time.Time{}.Unix(), int64(ns)).UTC()
	}
}

// entry is packed once: whoever stores it takes its texts as they came.
func (x *coder) entry(r *feed.Reported) {
	if r.Packed == nil && !x.reading {
		r.Packed = x.db.packTexts(nil, &r.Entry)
	}
	if x.fields(&r.Entry.Published, &r.Entry.Updated, &r.Entry.Raw, &r.Packed); x.reading && x.err == nil {
		x.err = x.db.unpackTexts(r.Packed, &r.Entry)
	}
}
