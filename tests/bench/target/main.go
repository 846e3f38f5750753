// Makes profiles that are as large as a benchmark needs, of the functions that
// tests/bench/program.rs writes beside this file.
//
// It prints its address when the shape that was asked for is there, and ends when its standard
// input does.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"runtime/pprof"
	"strconv"
)

var (
	shape      = flag.String("shape", "deep", "deep, shallow or few: what stacks look like")
	allocate   = flag.Int("allocate", 0, "heap samples to make, each with its own stack")
	spin       = flag.Int("spin", 0, "goroutines that use the CPU")
	stacks     = flag.Int("stacks", 1<<30, "different stacks of goroutines that wait")
	park       = flag.Int("park", 0, "goroutines that wait, each with labels of its own")
	kept       [][]byte
	spinResult uint64
)

// walk is a path through the functions, which only its seed decides.
type walk struct {
	state uint64
	depth int
	size  uint64
	work  func(*walk)
}

func newWalk(seed int, work func(*walk)) *walk {
	w := &walk{state: uint64(seed)*0x9e3779b97f4a7c15 + 1, work: work}
	least, most := 24, 40
	if *shape == "shallow" {
		least, most = 5, 8
	}
	w.depth = least + int(w.pick(uint64(most-least+1)))
	// As many sizes as the allocator has, small ones more often.
	w.size = 1 + w.pick(16<<w.pick(9))
	return w
}

// pick returns a number below n.
func (w *walk) pick(n uint64) uint64 {
	w.state ^= w.state << 13
	w.state ^= w.state >> 7
	w.state ^= w.state << 17
	return (w.state >> 11) % n
}

// isOver counts a frame; the innermost one does the work. Small enough to be inlined.
func (w *walk) isOver() bool {
	w.depth--
	return w.depth <= 0
}

// isNearlyOver is isOver for the function that many walks end in.
func (w *walk) isNearlyOver() bool {
	w.depth--
	return w.depth <= 16
}

func (w *walk) start() {
	functions := many
	if *shape == "few" {
		functions = few
	}
	functions[w.pick(uint64(len(functions)))](w)
}

func burn(w *walk) {
	for i := 0; i < 2_000_000; i++ {
		spinResult += w.pick(1000)
	}
}

func wait(*walk) {
	select {}
}

func main() {
	flag.Parse()
	runtime.MemProfileRate = 0
	kept = make([][]byte, 0, *allocate)
	debug.SetGCPercent(1000)
	if *allocate > 0 {
		runtime.MemProfileRate = 1
		for seed := range *allocate {
			newWalk(seed, nil).start()
		}
	}
	runtime.MemProfileRate = 512 * 1024
	for i := range kept {
		if i%2 == 0 {
			kept[i] = nil
		}
	}
	// What was allocated in a cycle is in the profile when the cycle after it has ended.
	runtime.GC()
	runtime.GC()
	for seed := range *park {
		labels := pprof.Labels("request", strconv.Itoa(seed), "tenant", strconv.Itoa(seed%97))
		go pprof.Do(context.Background(), labels, func(context.Context) { newWalk(seed%*stacks, wait).start() })
	}
	for seed := range *spin {
		labels := pprof.Labels("worker", strconv.Itoa(seed))
		go pprof.Do(context.Background(), labels, func(context.Context) {
			for round := seed; ; round += *spin {
				newWalk(round, burn).start()
			}
		})
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/pauses", pauses)
	go func() { log.Fatal(http.Serve(listener, nil)) }()
	fmt.Println(listener.Addr())
	// The program that started this one holds the other end.
	_, _ = io.Copy(io.Discard, os.Stdin)
	runtime.KeepAlive(kept)
}

// pauses writes how often everything stood still, and for how long at least: a line each, seconds
// and count.
func pauses(out http.ResponseWriter, _ *http.Request) {
	samples := []metrics.Sample{
		{Name: "/sched/pauses/total/gc:seconds"},
		{Name: "/sched/pauses/total/other:seconds"},
	}
	metrics.Read(samples)
	for _, sample := range samples {
		histogram := sample.Value.Float64Histogram()
		for i, count := range histogram.Counts {
			if count > 0 {
				fmt.Fprintln(out, histogram.Buckets[i+1], count)
			}
		}
	}
}
