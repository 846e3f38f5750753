package main

import (
	"context"
	"errors"
	"time"
)

func earlyReturns() {
	eachInItsOwn(3, leakedTimeout)
	eachInItsOwn(2, leakedFirstError)
	eachInItsOwn(2, leakedContext)
	eachInItsOwn(2, leakedScan)
	healthyBuffered()
	healthySlowCall()
}

// The answer comes after the one who asked has left.
func leakedTimeout() {
	answer := make(chan string)
	go func() {
		time.Sleep(5 * time.Millisecond)
		answer <- "late"
	}()
	select {
	case it := <-answer:
		use(it)
	case <-time.After(time.Millisecond):
	}
}

func leakedFirstError() {
	errs := make(chan error)
	for range 2 {
		go func() {
			errs <- errors.New("no")
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			return
		}
	}
}

func leakedContext() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	result := make(chan int)
	go leakedCompute(result)
	select {
	case <-result:
	case <-ctx.Done():
	}
}

func leakedCompute(result chan<- int) {
	time.Sleep(4 * time.Millisecond)
	result <- 42
}

// The consumer stops early; the producer hands over one line after the other.
func leakedScan() {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for _, it := range []string{"a", "b", "c"} {
			lines <- it
		}
	}()
	for it := range lines {
		if it == "a" {
			break
		}
	}
}

// Room for one answer lets the goroutine end.
func healthyBuffered() {
	answer := make(chan string, 1)
	go func() {
		answer <- "late"
	}()
}

// Waits for a call that takes an hour, and for its end.
func healthySlowCall() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	result := make(chan int)
	go func() {
		defer cancel()
		select {
		case it := <-result:
			use(it)
		case <-ctx.Done():
		}
	}()
}
