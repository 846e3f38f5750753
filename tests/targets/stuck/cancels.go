package main

import (
	"context"
	"time"
)

func cancels() {
	eachInItsOwn(3, leakedWatch)
	eachInItsOwn(2, leakedOnDone)
	eachInItsOwn(2, leakedWorker)
	eachInItsOwn(2, leakedAfterFirst)
	healthyLoops()
	healthyDaemon(lifetime)
	healthyShutdown(lifetime)
	healthyDeadline()
}

var lifetime, endOfLife = context.WithCancel(context.Background())

// The cancel function is called on one path only.
func leakedWatch() {
	ctx, cancel := context.WithCancel(context.Background())
	events := make(chan int)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case it := <-events:
				use(it)
			}
		}
	}()
	if err := check(); err != nil {
		return
	}
	cancel()
}

func leakedOnDone() {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-ctx.Done()
		use("clean up")
	}()
	use(ctx.Err())
	if check() == nil {
		cancel()
	}
}

func leakedWorker() {
	ctx, cancel := context.WithCancel(context.Background())
	jobs := make(chan int)
	go leakedWork(ctx, jobs)
	jobs <- 1
	if check() == nil {
		cancel()
	}
}

func leakedWork(ctx context.Context, jobs <-chan int) {
	for {
		select {
		case it := <-jobs:
			use(it)
		case <-ctx.Done():
			return
		}
	}
}

// Others are told to stop by a channel that only the winner would close.
func leakedAfterFirst() {
	stop := make(chan struct{})
	found := make(chan int)
	for n := range 3 {
		go func() {
			if n == 0 {
				found <- n
				return
			}
			select {
			case <-stop:
			case found <- n:
			}
		}()
	}
	<-found
}

func healthyLoops() {
	go healthyLoop(lifetime, make(chan int))
}

func healthyLoop(ctx context.Context, events chan int) {
	for {
		select {
		case <-ctx.Done():
			return
		case it := <-events:
			use(it)
		}
	}
}

type daemon struct {
	ctx    context.Context
	events chan int
}

func healthyDaemon(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	it := &daemon{ctx, make(chan int)}
	go func() {
		defer cancel()
		it.healthyRun()
	}()
}

func (it *daemon) healthyRun() {
	for {
		select {
		case <-it.ctx.Done():
			return
		case event := <-it.events:
			use(event)
		}
	}
}

func healthyShutdown(ctx context.Context) {
	go func() {
		<-ctx.Done()
		use("shut down")
	}()
}

// It ends by itself, in an hour.
func healthyDeadline() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	go func() {
		defer cancel()
		<-ctx.Done()
	}()
}
