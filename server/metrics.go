package server

import (
	"context"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"topicwire/server/poll"
)

// metrics are what a Prometheus server reads of this one. They have a registry of
// their own: several servers may live in one process.
type metrics struct {
	registry *prometheus.Registry
	reloads  *prometheus.CounterVec
	last     prometheus.Gauge
	visits   *prometheus.CounterVec
	entries  *prometheus.CounterVec
	pushes   *prometheus.CounterVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topicwire_config_reloads_total", Help: "Readings of a changed configuration, by result.",
		}, []string{"result"}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "topicwire_config_last_reload_successful", Help: "1 when the last reading was taken, 0 when it was refused.",
		}),
		visits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topicwire_visits_total", Help: "Visits to sources, by how they ended.",
		}, []string{"status"}),
		entries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topicwire_entries_total", Help: "Entries that visits and hubs brought.",
		}, []string{"kind"}),
		pushes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topicwire_pushes_total", Help: "Documents that hubs pushed, by how they ended.",
		}, []string{"status"}),
	}
	m.last.Set(1)
	// What can happen is there from the start, so that a rate has a first value.
	for _, r := range []string{reloadTaken, reloadRefused} {
		m.reloads.WithLabelValues(r)
	}
	for _, v := range []poll.Status{poll.OK, poll.Unchanged, poll.Failed} {
		m.visits.WithLabelValues(string(v))
	}
	for _, p := range []poll.Status{poll.OK, poll.Failed} {
		m.pushes.WithLabelValues(string(p))
	}
	for _, k := range []string{"new", "updated"} {
		m.entries.WithLabelValues(k)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "topicwire_build_info", Help: "1, with the version.", ConstLabels: prometheus.Labels{"version": s.o.Version},
	})
	build.Set(1)
	pending := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "topicwire_refiling_pending", Help: "Topics whose stored entries are still to be filed under their new rules.",
	}, func() float64 { return float64(len(s.refiles.wanted())) })
	m.registry.MustRegister(m.reloads, m.last, m.visits, m.entries, m.pushes, build, pending, &sourceGauge{s: s}, &hubMetrics{s: s})
	return m
}

// The results of a reload.
const (
	reloadTaken   = "taken"
	reloadRefused = "refused"
)

func (m *metrics) reloaded(taken bool) {
	result, last := reloadRefused, 0.
	if taken {
		result, last = reloadTaken, 1
	}
	m.reloads.WithLabelValues(result).Inc()
	m.last.Set(last)
}

func (m *metrics) visited(r poll.Report) {
	switch {
	case r.Status != poll.ByHub:
		m.visits.WithLabelValues(string(r.Status)).Inc()
	case r.Error != "":
		m.pushes.WithLabelValues(string(poll.Failed)).Inc()
	default:
		m.pushes.WithLabelValues(string(poll.OK)).Inc()
	}
	m.entries.WithLabelValues("new").Add(float64(r.New))
	m.entries.WithLabelValues("updated").Add(float64(r.Updated))
}

// handler answers with all of them as text, and with those of the process. It is
// for one call.
func (m *metrics) handler() http.Handler {
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// A sourceGauge counts sources by their condition when somebody asks.
type sourceGauge struct{ s *Server }

func (*sourceGauge) desc() *prometheus.Desc {
	return prometheus.NewDesc("topicwire_sources", "Configured sources, by how they do.", []string{"condition"}, nil)
}

// Describe is prometheus.Collector's.
func (g *sourceGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc() }

// Collect is prometheus.Collector's.
func (g *sourceGauge) Collect(ch chan<- prometheus.Metric) {
	all, err := g.s.Health(context.Background())
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.desc(), err)
		return
	}
	c := countSources(all)
	for condition, n := range map[string]int{"ok": c.OK, "failing": c.Failing, "new": c.New, "gone": c.Gone} {
		ch <- prometheus.MustNewConstMetric(g.desc(), prometheus.GaugeValue, float64(n), condition)
	}
}
