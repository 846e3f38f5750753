package main

import (
	"sync"
	"time"
)

func conds() {
	leakedMissedSignal()
	leakedOneSignal()
	leakedFull()
	healthyQueue.start()
	healthyReady()
}

// The state changes, and nobody is told.
func leakedMissedSignal() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	isReady := false
	go func() {
		mu.Lock()
		defer mu.Unlock()
		for !isReady {
			cond.Wait()
		}
	}()
	time.Sleep(time.Millisecond)
	mu.Lock()
	isReady = true
	mu.Unlock()
}

// One signal for three that wait.
func leakedOneSignal() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	isOpen := false
	for range 3 {
		go func() {
			mu.Lock()
			for !isOpen {
				cond.Wait()
			}
			mu.Unlock()
		}()
	}
	time.Sleep(2 * time.Millisecond)
	mu.Lock()
	isOpen = true
	cond.Signal()
	mu.Unlock()
}

type ring struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

// Whoever takes an item does not say that there is room again.
func leakedFull() {
	it := &ring{items: make([]int, 4)}
	it.cond = sync.NewCond(&it.mu)
	go func() {
		it.leakedPut(5)
	}()
	time.Sleep(2 * time.Millisecond)
	it.mu.Lock()
	it.items = it.items[1:]
	it.mu.Unlock()
}

func (it *ring) leakedPut(item int) {
	it.mu.Lock()
	defer it.mu.Unlock()
	for len(it.items) == 4 {
		it.cond.Wait()
	}
	it.items = append(it.items, item)
}

type queue struct {
	mu    sync.Mutex
	cond  *sync.Cond
	items []int
}

var healthyQueue = newQueue()

func newQueue() *queue {
	it := &queue{}
	it.cond = sync.NewCond(&it.mu)
	return it
}

func (it *queue) start() {
	for range 3 {
		go it.healthyWork()
	}
}

func (it *queue) healthyWork() {
	for {
		item := it.pop()
		use(item)
	}
}

func (it *queue) pop() int {
	it.mu.Lock()
	defer it.mu.Unlock()
	for len(it.items) == 0 {
		it.cond.Wait()
	}
	item := it.items[0]
	it.items = it.items[1:]
	return item
}

// Signalled often.
func healthyReady() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	turn := 0
	go func() {
		for {
			mu.Lock()
			for turn == 0 {
				cond.Wait()
			}
			turn = 0
			mu.Unlock()
		}
	}()
	go func() {
		for {
			time.Sleep(30 * time.Millisecond)
			mu.Lock()
			turn = 1
			mu.Unlock()
			cond.Signal()
		}
	}()
}
