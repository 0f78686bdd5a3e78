package desk

import (
	"context"
	"errors"
	"testing"
	"time"

	"topicwire/feed"
)

// What rules would file and take back, by group: what subscribers would get, and nothing
// that is older than backfill.
func TestRefiled(t *testing.T) {
	f := reported(t)
	f.visit(wireSource,
		feed.Entry{Link: flower, Title: "Flower show opens"},
		feed.Entry{Link: flower + "/old", Title: "Flower growers of the valley meet", Published: f.now.Add(-30 * 24 * time.Hour)})
	changed := security()
	changed.Rules = anyOf("terror*", "flower")
	q := PreviewRequest{Topics: []feed.Topic{changed}, Sources: f.sources, Rests: true}
	refiled := func() *Refiled {
		t.Helper()
		out, err := f.Refiled(t.Context(), q)
		if err != nil || out["security"] == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		return out["security"]
	}
	a := refiled()
	if len(a.Adds) != 1 || a.Adds[0].Group != f.group(flower).Key || a.Adds[0].PublicID != "" || a.Adds[0].Filed.Before(f.now) || len(a.Removes) != 1 {
		t.Errorf("%+v", a)
	}
	// What comes back has the id and the place that it had.
	var removed feed.GroupKey
	for removed = range a.Removes {
	}
	f.use(changed)
	f.refile()
	changed.Rules = anyOf("terror*", "flower", "ШОС")
	q.Topics = []feed.Topic{changed}
	if b := refiled(); len(b.Adds) != 1 || b.Adds[0].Group != removed || b.Adds[0].PublicID == "" || len(b.Removes) != 0 {
		t.Errorf("%+v", b)
	} else if got := b.Common(a); len(got.Adds) != 0 || len(b.Common(b).Adds) != 1 {
		t.Errorf("in common: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Refiled(ctx, q); !errors.Is(err, context.Canceled) {
		t.Errorf("for nobody: %v", err)
	}
}
