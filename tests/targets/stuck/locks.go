package main

import (
	"sync"
	"time"
)

func locks() {
	leakedCycle()
	leakedUnlock()
	leakedTwice()
	leakedReaders()
	leakedLockedCall(&cache{answers: make(chan int)})
	healthyContention()
	healthyReadersAndWriters()
	healthyLongHold()
}

// Each holds the lock that the other wants.
func leakedCycle() {
	var a, b sync.Mutex
	go func() {
		a.Lock()
		time.Sleep(5 * time.Millisecond)
		b.Lock()
		b.Unlock()
		a.Unlock()
	}()
	go func() {
		b.Lock()
		time.Sleep(5 * time.Millisecond)
		a.Lock()
		a.Unlock()
		b.Unlock()
	}()
	time.Sleep(10 * time.Millisecond)
}

type table struct {
	mu   sync.Mutex
	rows map[string]int
}

// It returns without letting go.
func (it *table) insert(key string) {
	it.mu.Lock()
	if _, found := it.rows[key]; found {
		return
	}
	it.rows[key] = 1
	it.mu.Unlock()
}

func leakedUnlock() {
	it := &table{rows: map[string]int{"a": 1}}
	it.insert("a")
	for range 3 {
		go it.leakedInsert("b")
	}
}

func (it *table) leakedInsert(key string) {
	it.insert(key)
}

// A method that locks calls another that locks.
func leakedTwice() {
	it := &table{rows: map[string]int{}}
	go func() {
		it.mu.Lock()
		defer it.mu.Unlock()
		it.insert("c")
	}()
}

// A reader that reads again while a writer waits.
func leakedReaders() {
	var mu sync.RWMutex
	go func() {
		mu.RLock()
		time.Sleep(10 * time.Millisecond)
		mu.RLock()
		mu.RUnlock()
		mu.RUnlock()
	}()
	go func() {
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		mu.Unlock()
	}()
	time.Sleep(15 * time.Millisecond)
}

type cache struct {
	mu      sync.Mutex
	answers chan int
}

// One waits for an answer with the lock held; the others want the lock.
func leakedLockedCall(it *cache) {
	for range 3 {
		go func() {
			use(it.leakedGet())
		}()
	}
	time.Sleep(5 * time.Millisecond)
}

func (it *cache) leakedGet() int {
	it.mu.Lock()
	defer it.mu.Unlock()
	return it.leakedFetch()
}

func (it *cache) leakedFetch() int {
	return <-it.answers
}

// Everybody gets a turn.
func healthyContention() {
	var mu sync.Mutex
	for range 6 {
		go func() {
			for {
				mu.Lock()
				time.Sleep(3 * time.Millisecond)
				mu.Unlock()
			}
		}()
	}
}

func healthyReadersAndWriters() {
	var mu sync.RWMutex
	for range 4 {
		go func() {
			for {
				mu.RLock()
				time.Sleep(2 * time.Millisecond)
				mu.RUnlock()
			}
		}()
	}
	go func() {
		for {
			mu.Lock()
			time.Sleep(time.Millisecond)
			mu.Unlock()
			time.Sleep(20 * time.Millisecond)
		}
	}()
}

type backup struct {
	mu sync.Mutex
}

// A backup holds the lock for hours, and is at work.
func healthyLongHold() {
	it := &backup{}
	go it.healthyRun()
	time.Sleep(5 * time.Millisecond)
	go it.healthySave()
}

func (it *backup) healthyRun() {
	it.mu.Lock()
	defer it.mu.Unlock()
	for range 100_000 {
		time.Sleep(200 * time.Millisecond)
	}
}

func (it *backup) healthySave() {
	it.mu.Lock()
	it.mu.Unlock()
}
