package main

import (
	"context"
	"sync"
	"time"
)

func guards() {
	leakedSemaphore()
	leakedOrder()
	leakedReadUpgrade()
	leakedLazy()
	eachInItsOwn(2, leakedLimiter)
	healthyLimiter()
	healthyRegistry()
	healthyRWUsers()
}

// Places are taken and not given back.
func leakedSemaphore() {
	places := make(chan struct{}, 2)
	for range 5 {
		go func() {
			places <- struct{}{}
			if check() != nil {
				return
			}
			<-places
		}()
	}
	time.Sleep(2 * time.Millisecond)
}

type account struct {
	mu      sync.Mutex
	balance int
}

// Two transfers in opposite directions.
func leakedOrder() {
	a, b := &account{}, &account{}
	go leakedTransfer(a, b)
	go leakedTransfer(b, a)
	time.Sleep(15 * time.Millisecond)
}

func leakedTransfer(from, to *account) {
	from.mu.Lock()
	defer from.mu.Unlock()
	time.Sleep(5 * time.Millisecond)
	to.mu.Lock()
	defer to.mu.Unlock()
	from.balance--
	to.balance++
}

type settings struct {
	mu     sync.RWMutex
	values map[string]string
}

// It wants to write while it reads.
func leakedReadUpgrade() {
	it := &settings{values: map[string]string{}}
	go it.leakedGet("a")
	time.Sleep(2 * time.Millisecond)
	for range 2 {
		go it.leakedRead("b")
	}
}

func (it *settings) leakedGet(key string) string {
	it.mu.RLock()
	defer it.mu.RUnlock()
	if value, ok := it.values[key]; ok {
		return value
	}
	return it.leakedSet(key)
}

func (it *settings) leakedSet(key string) string {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.values[key] = key
	return key
}

func (it *settings) leakedRead(key string) string {
	it.mu.RLock()
	defer it.mu.RUnlock()
	return it.values[key]
}

// A sync.Once whose function asks for the same thing again.
func leakedLazy() {
	var once sync.Once
	var load func()
	load = func() {
		once.Do(func() {
			load()
		})
	}
	go func() {
		load()
	}()
}

// Tokens come from a goroutine that has ended.
func leakedLimiter() {
	tokens := make(chan struct{})
	go func() {
		for range 2 {
			tokens <- struct{}{}
		}
	}()
	for range 3 {
		go func() {
			<-tokens
			use("work")
		}()
	}
}

func healthyLimiter() {
	tokens := make(chan struct{}, 1)
	go func() {
		for range time.Tick(10 * time.Millisecond) {
			select {
			case tokens <- struct{}{}:
			default:
			}
		}
	}()
	for range 3 {
		go func() {
			for {
				<-tokens
				use("work")
			}
		}()
	}
}

type registry struct {
	mu    sync.Mutex
	names map[string]context.CancelFunc
}

var healthyNames = &registry{names: map[string]context.CancelFunc{}}

// Whoever wants it to end finds its cancel function by a name.
func healthyRegistry() {
	for _, name := range []string{"a", "b"} {
		ctx, cancel := context.WithCancel(context.Background())
		healthyNames.mu.Lock()
		healthyNames.names[name] = cancel
		healthyNames.mu.Unlock()
		go func() {
			<-ctx.Done()
			use(name)
		}()
	}
}

func healthyRWUsers() {
	it := &settings{values: map[string]string{}}
	for range 3 {
		go func() {
			for {
				it.mu.RLock()
				time.Sleep(time.Millisecond)
				it.mu.RUnlock()
			}
		}()
	}
	go func() {
		for {
			it.mu.Lock()
			it.values["a"] = "b"
			it.mu.Unlock()
			time.Sleep(15 * time.Millisecond)
		}
	}()
}
