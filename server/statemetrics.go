package server

import (
	"context"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"topicwire/feed"
	"topicwire/feed/link"
)

// stateMetrics are what the state of sources, topics and the database tells, found out
// when somebody asks.
type stateMetrics struct {
	s                                                        *Server
	sources, success, news, topics, alarms, database, backup *prometheus.Desc
}

func newStateMetrics(s *Server) *stateMetrics {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("topicwire_"+name, help, labels, nil)
	}
	return &stateMetrics{
		s:        s,
		sources:  desc("sources", "Configured sources, by how they do.", "condition"),
		success:  desc("source_last_success_timestamp_seconds", "When a visit to a source last succeeded; 0 for never.", "source"),
		news:     desc("source_newest_entry_timestamp_seconds", "The date of a source's newest entry; 0 for none.", "source"),
		topics:   desc("topic_newest_entry_timestamp_seconds", "When a topic last had something new; 0 for never.", "topic"),
		alarms:   desc("alarms", "What needs a person, by its kind.", "kind"),
		database: desc("database_bytes", "The size of the database file."),
		backup:   desc("backup_last_success_timestamp_seconds", "When the newest backup was made, where storage.backup is set; 0 for never."),
	}
}

// Describe is prometheus.Collector's.
func (m *stateMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.sources, m.success, m.news, m.topics, m.alarms, m.database, m.backup} {
		ch <- d
	}
}

// Collect is prometheus.Collector's.
func (m *stateMetrics) Collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	ctx := context.Background()
	all, err := m.s.Health(ctx)
	if err == nil { // else an alarm says why
		m.ofSources(all, gauge)
	}
	of := make(map[feed.AlarmKind]int)
	for _, a := range m.s.alarms.look(ctx, false) {
		of[a.Kind]++
	}
	for _, kind := range feed.AlarmKinds() {
		gauge(m.alarms, float64(of[kind]), string(kind))
	}
	for _, t := range m.s.alarms.newest() {
		gauge(m.topics, seconds(t.Newest), string(t.ID))
	}
	if f, err := os.Stat(m.s.db.Path()); err == nil {
		gauge(m.database, float64(f.Size()))
	}
	if b := m.s.backupState(); b != nil {
		at := 0.
		if b.Last != nil {
			at = seconds(*b.Last)
		}
		gauge(m.backup, at)
	}
}

func (m *stateMetrics) ofSources(all []feed.Health, gauge func(*prometheus.Desc, float64, ...string)) {
	c := countSources(all)
	for condition, n := range map[string]int{"ok": c.OK, "failing": c.Failing, "new": c.New, "gone": c.Gone, "blocked": c.Blocked} {
		gauge(m.sources, float64(n), condition)
	}
	// Two sources may differ only in what is masked; Prometheus takes a series once.
	seen := make(map[string]bool, len(all))
	for i := range all {
		h := &all[i]
		if name := link.Masked(string(h.Source.ID)); !seen[name] {
			seen[name] = true
			gauge(m.success, seconds(h.State.Succeeded), name)
			gauge(m.news, seconds(h.State.Newest()), name)
		}
	}
}

// seconds is a moment as Prometheus has it; 0 for none.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
