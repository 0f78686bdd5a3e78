package server

import (
	"net/http"
	"time"

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
	// How long things take, in seconds.
	visit             *prometheus.HistogramVec
	commit, rendering prometheus.Histogram
	requests          prometheus.Histogram
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "topicwire_config_reloads_total", Help: "Readings of a changed configuration, by result.",
		}, []string{"result"}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "topicwire_config_last_reload_successful", Help: "0 when the last reading was refused, else 1.",
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
		visit: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "topicwire_visit_duration_seconds", Help: "How long visits to sources took, by how they ended.", Buckets: []float64{.025, .1, .25, .5, 1, 2.5, 5, 10, 20, 30},
		}, []string{"status"}),
		commit: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "topicwire_commit_duration_seconds", Help: "How long it took to write changes to the database.", Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}),
		rendering: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "topicwire_publish_duration_seconds", Help: "How long it took to make the documents of topics that changed together.", Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 5},
		}),
		requests: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "topicwire_request_duration_seconds", Help: "How long it took to answer readers.", Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5},
		}),
	}
	m.last.Set(1)
	// What can happen is there from the start, so that a rate has a first value.
	for _, r := range []string{ReloadTaken, ReloadRefused, ReloadHeld} {
		m.reloads.WithLabelValues(r)
	}
	for _, v := range []poll.Status{poll.OK, poll.Unchanged, poll.Failed} {
		m.visits.WithLabelValues(string(v))
		m.visit.WithLabelValues(string(v))
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
	m.registry.MustRegister(m.reloads, m.last, m.visits, m.entries, m.pushes, build, pending, heldGauge(s), m.visit, m.commit, m.rendering, m.requests, newStateMetrics(s), &hubMetrics{s: s})
	return m
}

// reloaded counts what a reading came to.
func (m *metrics) reloaded(result string) {
	m.reloads.WithLabelValues(result).Inc()
	m.last.Set(1)
	if result == ReloadRefused {
		m.last.Set(0)
	}
}

func (m *metrics) visited(r poll.Report) {
	switch {
	case r.Status != poll.ByHub:
		m.visits.WithLabelValues(string(r.Status)).Inc()
		m.visit.WithLabelValues(string(r.Status)).Observe(float64(r.Millis) / 1000)
	case r.Error != "":
		m.pushes.WithLabelValues(string(poll.Failed)).Inc()
	default:
		m.pushes.WithLabelValues(string(poll.OK)).Inc()
	}
	m.entries.WithLabelValues("new").Add(float64(r.New))
	m.entries.WithLabelValues("updated").Add(float64(r.Updated))
}

func (m *metrics) committed(d time.Duration) { m.commit.Observe(d.Seconds()) }

// timed is a handler whose requests are counted by how long they take.
func (m *metrics) timed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		h.ServeHTTP(w, r)
		m.requests.Observe(time.Since(began).Seconds())
	})
}

// handler answers with all of them as text, and with those of the process. It is
// for one call.
func (m *metrics) handler() http.Handler {
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
