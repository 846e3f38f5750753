package main

import (
	"context"
	"runtime"
	"runtime/pprof"
	"sync"
	"time"
)

// busy does, without an end, what profiles show in odd ways: labels, generic code, recursion,
// stacks deeper than profiles keep, inlined calls, waits and fights for locks.
func busy() {
	runtime.SetBlockProfileRate(1)
	runtime.SetMutexProfileFraction(1)
	for _, endpoint := range []string{"/login", "/search"} {
		labels := pprof.Labels("endpoint", endpoint, "kind", "request")
		go pprof.Do(context.Background(), labels, serve)
	}
	var lock sync.Mutex
	for range 2 {
		go fight(&lock)
	}
	for range 3 {
		go descend(200, func() { select {} })
	}
}

func serve(context.Context) {
	kept := &ring[node[string]]{}
	for {
		fibonacci(18)
		isEven(500)
		descend(200, func() { kept.add(node[string]{value: string(make([]byte, 300))}) })
		sum(double([]int{1, 2, 3, 4, 5, 6, 7, 8}))
		sum(double(make([]float64, 2000)))
		apply(func(n int, text string) error { kept.add(node[string]{value: text}); return nil })
		kept.each(func(it node[string]) { it.touch() })
		time.Sleep(300 * time.Microsecond)
	}
}

type node[T any] struct {
	value T
	seen  int
}

func (n *node[T]) touch() { n.seen += spin(300) }

// ring keeps its last 64 elements, so that some memory is in use and some is garbage.
type ring[T any] struct {
	kept [64]*T
	next int
}

func (r *ring[T]) add(it T) {
	kept := it
	r.kept[r.next%len(r.kept)] = &kept
	r.next++
}

func (r *ring[T]) each(do func(T)) {
	for _, it := range r.kept {
		if it != nil {
			do(*it)
		}
	}
}

func apply[F func(int, string) error](do F) {
	for n := range 4 {
		do(n, string(make([]byte, 100)))
	}
}

type number interface{ ~int | ~float64 }

func double[T number](all []T) []T {
	out := make([]T, 0, len(all))
	for _, it := range all {
		out = append(out, twice(it))
	}
	return out
}

func twice[T number](it T) T { return it + it }

func sum[T number](all []T) (out T) {
	for _, it := range all {
		out = plus(out, it)
	}
	return out
}

func plus[T number](a, b T) T { return a + b }

func fibonacci(n int) int {
	if n < 2 {
		return n
	}
	return fibonacci(n-1) + fibonacci(n-2)
}

func isEven(n int) bool { return n == 0 || isOdd(n-1) }

//go:noinline
func isOdd(n int) bool { return n != 0 && isEven(n-1) }

// descend calls do under so many frames of itself.
//
//go:noinline
func descend(n int, do func()) {
	if n > 0 {
		descend(n-1, do)
		return
	}
	do()
	spin(2000)
}

func spin(n int) (out int) {
	for i := range n {
		out = mix(out, i)
	}
	return out
}

func mix(a, b int) int { return a*31 ^ b }

func fight(lock *sync.Mutex) {
	turn := make(chan int)
	go func() {
		for range turn {
			hold(lock)
		}
	}()
	for n := 0; ; n++ {
		turn <- n
		hold(lock)
	}
}

func hold(lock *sync.Mutex) {
	lock.Lock()
	defer lock.Unlock()
	time.Sleep(200 * time.Microsecond)
}
