package main

import "sync"

func pools() {
	eachInItsOwn(2, leakedPool)
	leakedFullQueue()
	healthyPool.start(4)
	healthyDeepPool.start(3)
	healthyClosures(make(chan func()))
}

// Each call makes a pool of its own and leaves it.
func leakedPool() {
	jobs := make(chan int)
	for range 2 {
		go leakedPoolWorker(jobs)
	}
	jobs <- 1
}

func leakedPoolWorker(jobs chan int) {
	for job := range jobs {
		use(job)
	}
}

// The queue is full, and nobody takes from it any more.
func leakedFullQueue() {
	jobs := make(chan int, 1)
	for n := range 3 {
		go func() {
			leakedSubmit(jobs, n)
		}()
	}
}

func leakedSubmit(jobs chan int, job int) {
	jobs <- job
}

type pool struct {
	jobs chan func()
	wg   sync.WaitGroup
}

var healthyPool = &pool{jobs: make(chan func())}

func (it *pool) start(n int) {
	for range n {
		it.wg.Add(1)
		go it.healthyWorker()
	}
}

func (it *pool) healthyWorker() {
	defer it.wg.Done()
	for job := range it.jobs {
		job()
	}
}

type deepPool struct {
	jobs chan int
	quit chan struct{}
}

var healthyDeepPool = &deepPool{jobs: make(chan int), quit: make(chan struct{})}

func (it *deepPool) start(n int) {
	for range n {
		go func() {
			it.healthyRun()
		}()
	}
}

// Its workers wait three calls deep.
func (it *deepPool) healthyRun() {
	for {
		job, ok := it.next()
		if !ok {
			return
		}
		use(job)
	}
}

func (it *deepPool) next() (int, bool) {
	return it.take()
}

func (it *deepPool) take() (int, bool) {
	select {
	case job := <-it.jobs:
		return job, true
	case <-it.quit:
		return 0, false
	}
}

var submitted []chan func()

func healthyClosures(jobs chan func()) {
	submitted = append(submitted, jobs)
	for range 2 {
		go func() {
			for {
				job, ok := <-jobs
				if !ok {
					return
				}
				job()
			}
		}()
	}
}
