package main

import (
	"sync"
	"time"
)

func waitGroups() {
	eachInItsOwn(2, leakedMissingDone)
	eachInItsOwn(2, leakedWaitAndClose)
	leakedWaitsForStuck()
	healthyWaitsForWork()
	healthyServer.start()
	healthyGo()
}

func leakedMissingDone() {
	var wg sync.WaitGroup
	for n := range 3 {
		wg.Add(1)
		go func() {
			if n == 1 {
				return // before the deferred Done
			}
			defer wg.Done()
		}()
	}
	go func() {
		wg.Wait()
		use("all done")
	}()
}

// The one who closes the channel waits for a goroutine that was never started.
func leakedWaitAndClose() {
	var wg sync.WaitGroup
	out := make(chan int)
	wg.Add(2)
	go func() {
		defer wg.Done()
		out <- 1
	}()
	go func() {
		wg.Wait()
		close(out)
	}()
	go func() {
		for it := range out {
			use(it)
		}
	}()
}

// It waits for goroutines that are stuck themselves.
func leakedWaitsForStuck() {
	var wg sync.WaitGroup
	results := make(chan int)
	for n := range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results <- n
		}()
	}
	go func() {
		wg.Wait()
		close(results)
	}()
}

func healthyWaitsForWork() {
	var wg sync.WaitGroup
	out := make(chan int)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			time.Sleep(time.Hour)
			out <- 1
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
}

type workers struct {
	wg   sync.WaitGroup
	jobs chan int
	done chan struct{}
}

var healthyServer = &workers{jobs: make(chan int), done: make(chan struct{})}

func (it *workers) start() {
	for range 3 {
		it.add()
	}
	go it.healthyClose()
}

func (it *workers) add() {
	it.wg.Add(1)
	go it.healthyWork()
}

func (it *workers) healthyWork() {
	defer it.wg.Done()
	for job := range it.jobs {
		use(job)
	}
}

func (it *workers) healthyClose() {
	it.wg.Wait()
	close(it.done)
}

// The one who waits started the others itself.
func healthyGo() {
	go func() {
		var wg sync.WaitGroup
		for range 3 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				time.Sleep(time.Hour)
			}()
		}
		wg.Wait()
	}()
}
