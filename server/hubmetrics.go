package server

import "github.com/prometheus/client_golang/prometheus"

// hubMetrics are what the hub says of itself when somebody asks.
type hubMetrics struct{ s *Server }

// Describe is prometheus.Collector's. What the metrics are called is said once, in Collect.
func (m *hubMetrics) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, ch) }

// Collect is prometheus.Collector's.
func (m *hubMetrics) Collect(ch chan<- prometheus.Metric) {
	c := m.s.hubCounts()
	gauge := func(name, help string, n int) {
		ch <- prometheus.MustNewConstMetric(prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, float64(n))
	}
	counters := func(name, help string, results map[string]int64) {
		d := prometheus.NewDesc(name, help, []string{"result"}, nil)
		for result, n := range results {
			ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), result)
		}
	}
	gauge("topicwire_hub_subscriptions", "Subscriptions to the hub.", c.Subscriptions)
	gauge("topicwire_hub_failing_subscriptions", "Subscriptions whose last delivery failed.", c.Failing)
	gauge("topicwire_hub_pending_requests", "Requests to the hub that wait for their verification.", c.Pending)
	counters("topicwire_hub_deliveries_total", "Deliveries to subscribers, by how they ended.",
		map[string]int64{"ok": c.Delivered, "failed": c.Failed, "gone": c.Gone})
	counters("topicwire_hub_verifications_total", "Verifications of requests to the hub, by how they ended.",
		map[string]int64{"ok": c.Verified, "failed": c.Unverified})
	counters("topicwire_hub_pings_total", "Requests to other hubs, by how they ended.",
		map[string]int64{"ok": c.Told, "failed": c.NotTold})
}
