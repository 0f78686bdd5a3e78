package match

import (
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"topicwire/feed/text"
)

func cpuNow() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestZZ(t *testing.T) {
	w := newWorld()
	m, _ := Compile(w.topics(1000, 30000))
	for _, l := range []int{200, 5000} {
		es := w.entries(500, l)
		n := 2000000 / l
		if os.Getenv("ZZ") != "" { n *= 10 }
		var cut []*text.Words
		for i := range es { cut = append(cut, text.Cut(&es[i].parts, es[i].lang)) }
		for range 3 {
			a := cpuNow()
			for i := range n { text.Cut(&es[i%500].parts, es[i%500].lang) }
			b := cpuNow()
			k := 0
			for i := range n { k += len(m.Match(nowhere, cut[i%500])) }
			c := cpuNow()
			fmt.Println(l, "words", len(cut[1].Words), "cut", (b-a)/time.Duration(n), "match", (c-b)/time.Duration(n), "matches", float64(k)/float64(n))
		}
	}
}
