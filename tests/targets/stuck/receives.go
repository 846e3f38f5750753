package main

import (
	"errors"
	"time"
)

func receives() {
	eachInItsOwn(3, leakedAnswer)
	eachInItsOwn(2, leakedDone)
	leakedCall(&service{requests: make(chan request, 8)})
	eachInItsOwn(2, leakedPair)
	healthySlowAnswer()
	healthyStop.start()
	go healthyErrors(failures)
	healthyWarmUp(warmedUp)
}

// Nobody answers.
func leakedAnswer() {
	answer := make(chan int)
	go func() {
		v := <-answer
		use(v)
	}()
}

func check() error { return errors.New("no") }

// It returns before it says that it is done.
func leakedDone() {
	done := make(chan struct{})
	go func() {
		<-done
		use("clean up")
	}()
	if err := check(); err != nil {
		return
	}
	close(done)
}

type request struct {
	reply chan string
}

type service struct {
	requests chan request
}

// The service takes requests and was never started.
func leakedCall(it *service) {
	for range 2 {
		go func() {
			use(it.ask())
		}()
	}
}

func (it *service) ask() string {
	reply := make(chan string)
	it.requests <- request{reply}
	return <-reply
}

// Both wait for the other to begin.
func leakedPair() {
	ping, pong := make(chan int), make(chan int)
	go func() {
		v := <-ping
		pong <- v
	}()
	go func() {
		v := <-pong
		ping <- v
	}()
}

// The answer takes its time.
func healthySlowAnswer() {
	answer := make(chan int)
	go func() {
		time.Sleep(time.Hour)
		answer <- 1
	}()
	go func() {
		v := <-answer
		use(v)
	}()
}

type stopper struct {
	stop chan struct{}
}

var healthyStop = &stopper{stop: make(chan struct{})}

func (it *stopper) start() {
	go it.healthyWait()
}

func (it *stopper) healthyWait() {
	<-it.stop
	use("flush")
}

var failures = make(chan error)

// Reports failures, of which there are none.
func healthyErrors(failures <-chan error) {
	for err := range failures {
		use(err)
	}
}

var warmedUp = make(chan struct{})

func healthyWarmUp(warmedUp chan struct{}) {
	go func() {
		<-warmedUp
		use("serve")
	}()
}
