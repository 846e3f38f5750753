package main

import (
	"context"
	"sync"
	"time"
)

func subscriptions() {
	leakedSubscribers()
	leakedConfirmation()
	eachInItsOwn(2, leakedDebounce)
	leakedWatchers(lifetime)
	healthyBroker.healthySubscribe()
	healthyDebounce(make(chan string))
	healthyReconnect()
	go healthyActor(actorCalls, actorQuit)
}

type broker struct {
	mu          sync.Mutex
	subscribers []chan string
}

var healthyBroker = &broker{}

func (it *broker) add(events chan string) {
	it.mu.Lock()
	defer it.mu.Unlock()
	it.subscribers = append(it.subscribers, events)
}

// The broker hands over while it holds its lock, and one subscriber does not listen.
func leakedSubscribers() {
	it := &broker{}
	it.add(make(chan string))
	for range 3 {
		go it.leakedPublish("news")
	}
	time.Sleep(5 * time.Millisecond)
}

func (it *broker) leakedPublish(event string) {
	it.mu.Lock()
	defer it.mu.Unlock()
	for _, events := range it.subscribers {
		events <- event
	}
}

type order struct {
	confirmed chan bool
}

// Nobody confirms this order.
func leakedConfirmation() {
	it := order{confirmed: make(chan bool)}
	go func() {
		if ok := it.leakedWait(); ok {
			use("send")
		}
	}()
}

func (it order) leakedWait() bool {
	return <-it.confirmed
}

// The timer is set when the first event comes; the events were never wired up.
func leakedDebounce() {
	events := make(chan string)
	quit := make(chan struct{})
	go func() {
		for {
			select {
			case <-quit:
				return
			case it, ok := <-events:
				if !ok {
					return
				}
				use(it)
			}
		}
	}()
}

// Each has a context of its own below the program's, and nobody cancels it.
func leakedWatchers(parent context.Context) {
	for range 3 {
		changes := make(chan int)
		go func() {
			for change := range changes {
				use(change)
			}
		}()
	}
}

func (it *broker) healthySubscribe() {
	events := make(chan string)
	it.add(events)
	go func() {
		for event := range events {
			use(event)
		}
	}()
}

var debounced []chan string

func healthyDebounce(events chan string) {
	debounced = append(debounced, events)
	go func() {
		timer := time.NewTimer(time.Hour)
		defer timer.Stop()
		for {
			select {
			case it := <-events:
				use(it)
				timer.Reset(time.Hour)
			case <-timer.C:
				use("quiet")
			}
		}
	}()
}

// It tries again after a while, for as long as it takes.
func healthyReconnect() {
	go func() {
		for delay := time.Second; ; delay *= 2 {
			if err := check(); err != nil {
				select {
				case <-time.After(time.Hour):
				case <-lifetime.Done():
					return
				}
			}
		}
	}()
}

var actorCalls, actorQuit = make(chan func()), make(chan struct{})

func healthyActor(calls chan func(), quit chan struct{}) {
	for {
		select {
		case call := <-calls:
			call()
		case <-quit:
			return
		}
	}
}
