package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

func errGroups() {
	eachInItsOwn(2, leakedGroup)
	leakedLimit()
	go healthyGroup(lifetime)
}

// One member waits for a value that the others do not send any more.
func leakedGroup() {
	var group errgroup.Group
	values := make(chan int)
	group.Go(func() error {
		return check()
	})
	group.Go(func() error {
		for it := range values {
			use(it)
		}
		return nil
	})
	go func() {
		use(group.Wait())
	}()
}

// A member starts another one when there is no room for more.
func leakedLimit() {
	var group errgroup.Group
	group.SetLimit(1)
	group.Go(func() error {
		group.Go(check)
		return nil
	})
}

var groupJobs = make(chan int)

func healthyGroup(parent context.Context) error {
	group, ctx := errgroup.WithContext(parent)
	group.Go(func() error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case job := <-groupJobs:
				use(job)
			}
		}
	})
	group.Go(func() error {
		return healthyPing(ctx)
	})
	group.Go(func() error {
		<-ctx.Done()
		return nil
	})
	return group.Wait()
}

func healthyPing(ctx context.Context) error {
	ticker := time.NewTicker(time.Hour)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
