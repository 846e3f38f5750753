// Package app holds what every healthy sidecar has: an event loop, and workers at rest.
package app

import (
	"context"
	"time"
)

const numWorkers = 4

type job func()

// Run handles events until ctx ends. All that it starts is idle, and no leak.
func Run(ctx context.Context) {
	jobs := make(chan job)
	defer close(jobs)
	for range numWorkers {
		go work(jobs)
	}
	go keepTime(ctx)
	eventLoop(ctx, jobs)
}

func eventLoop(ctx context.Context, jobs chan<- job) {
	refresh := time.NewTicker(time.Minute)
	defer refresh.Stop()
	for {
		select {
		case <-refresh.C:
			jobs <- func() {}
		case <-ctx.Done():
			return
		}
	}
}

// work waits for jobs: a pool at rest, however long it waits.
func work(jobs <-chan job) {
	for run := range jobs {
		run()
	}
}

// keepTime moves the clock in the corner of the screen.
func keepTime(ctx context.Context) {
	clock := time.NewTicker(time.Second)
	defer clock.Stop()
	for ctx.Err() == nil {
		<-clock.C
	}
}
