package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Written after the first held-out scenarios had shown what was missing.
func second() {
	eachInItsOwn(2, leakedRace)
	eachInItsOwn(2, leakedPromise)
	leakedDrain()
	leakedBarrier()
	eachInItsOwn(2, leakedWalk)
	leakedCallback(&hub{})
	leakedPhases()
	leakedHandshake()
	healthyInbox.healthyOpen()
	healthyRefresh()
	healthyGate()
	healthyMonitor(beats)
	healthyHeartbeat()
	healthyStages()
	go healthyWaitForConfig(configured)
	healthyPause()
}

// Whoever loses the race sends to nobody.
func leakedRace() {
	winner := make(chan string)
	for _, name := range []string{"a", "b"} {
		go func(name string) {
			time.Sleep(time.Millisecond)
			winner <- name
		}(name)
	}
	use(<-winner)
}

type promise[T any] struct {
	done  chan struct{}
	value T
}

func (it *promise[T]) leakedGet() T {
	<-it.done
	return it.value
}

// The promise is rejected without being settled.
func leakedPromise() {
	it := &promise[int]{done: make(chan struct{})}
	go func() {
		use(it.leakedGet())
	}()
	if errors.Is(check(), context.Canceled) {
		close(it.done)
	}
}

// Draining stops at the first error.
func leakedDrain() {
	items := make(chan int, 2)
	done := make(chan bool)
	go func() {
		defer close(items)
		for n := range 10 {
			items <- n
		}
	}()
	go func() {
		for it := range items {
			if it == 2 {
				done <- false
				return
			}
		}
		done <- true
	}()
	<-done
}

// Four are to meet, and three come.
func leakedBarrier() {
	var wg sync.WaitGroup
	wg.Add(4)
	for range 3 {
		go func() {
			wg.Done()
			wg.Wait()
			use("go on")
		}()
	}
}

// The walk goes on, and nobody wants its results.
func leakedWalk() {
	found := make(chan string)
	go func() {
		defer close(found)
		leakedVisit("root", 3, found)
	}()
	for it := range found {
		if len(it) > 4 {
			return
		}
	}
}

func leakedVisit(name string, depth int, found chan<- string) {
	found <- name
	if depth == 0 {
		return
	}
	leakedVisit(name+"/child", depth-1, found)
}

type hub struct {
	mu        sync.Mutex
	listeners []func()
}

func (it *hub) subscribe(listener func()) {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.listeners = append(it.listeners, listener)
}

func (it *hub) fire() {
	it.mu.Lock()
	defer it.mu.Unlock()
	for _, listener := range it.listeners {
		listener()
	}
}

// A listener subscribes another one while the hub holds its lock.
func leakedCallback(it *hub) {
	it.subscribe(func() {
		it.subscribe(func() {})
	})
	go it.fire()
}

// The second phase waits for a flag that only the third would set.
func leakedPhases() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	phase := 1
	advance := func(from int) {
		mu.Lock()
		defer mu.Unlock()
		for phase != from {
			cond.Wait()
		}
		phase++
	}
	go advance(2)
	go advance(3)
}

// Both sides speak first.
func leakedHandshake() {
	left, right := make(chan string), make(chan string)
	go func() {
		left <- "hello"
		<-right
	}()
	go func() {
		right <- "hello"
		<-left
	}()
}

type inbox struct {
	letters chan string
	closed  atomic.Bool
}

var healthyInbox = &inbox{letters: make(chan string)}

func (it *inbox) healthyOpen() {
	go func() {
		for !it.closed.Load() {
			letter := <-it.letters
			use(letter)
		}
	}()
}

var refreshNow = make(chan struct{}, 1)

func healthyRefresh() {
	go func() {
		for {
			timer := time.NewTimer(time.Hour)
			select {
			case <-refreshNow:
				timer.Stop()
			case <-timer.C:
			}
		}
	}()
}

type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

var healthyGates []*gate

// Workers stop at a gate between two turns.
func healthyGate() {
	it := &gate{}
	it.cond = sync.NewCond(&it.mu)
	healthyGates = append(healthyGates, it)
	for range 2 {
		go func() {
			for {
				it.pass()
				use("work")
			}
		}()
	}
}

func (it *gate) pass() {
	it.mu.Lock()
	for !it.open {
		it.cond.Wait()
	}
	it.mu.Unlock()
}

var beats = make(chan time.Time)

func healthyMonitor(beats <-chan time.Time) {
	go func() {
		for {
			select {
			case at := <-beats:
				use(at)
			case <-time.After(30 * time.Second):
				use("late")
			}
		}
	}()
}

func healthyHeartbeat() {
	go func() {
		ticker := time.NewTicker(5 * time.Second)
		defer ticker.Stop()
		for at := range ticker.C {
			select {
			case beats <- at:
			case <-lifetime.Done():
				return
			}
		}
	}()
}

var stageInput = make(chan int)

// Three stages at rest, each with a channel that it makes itself.
func healthyStages() {
	squared := healthyStage(stageInput, func(n int) int { return n * n })
	printed := healthyStage(squared, func(n int) int { return n + 1 })
	go func() {
		for it := range printed {
			use(it)
		}
	}()
}

func healthyStage(in <-chan int, f func(int) int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for it := range in {
			out <- f(it)
		}
	}()
	return out
}

var configured = make(chan string)

// Waits for its configuration once, and then serves.
func healthyWaitForConfig(configured <-chan string) {
	config := <-configured
	use(config)
}

// A context of an hour, below one of its own.
func healthyPause() {
	outer, cancelOuter := context.WithCancel(lifetime)
	inner, cancel := context.WithTimeout(outer, time.Hour)
	go func() {
		defer cancelOuter()
		defer cancel()
		<-inner.Done()
	}()
}
