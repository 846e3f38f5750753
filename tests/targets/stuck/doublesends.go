package main

import "time"

func doubleSends() {
	eachInItsOwn(2, leakedSecondSend)
	leakedSlowOnes()
	eachInItsOwn(2, leakedRetry)
	healthyExchange()
	healthyLossy()
}

func leakedSecondSend() {
	reply := make(chan error, 1)
	go func() {
		err := check()
		if err != nil {
			reply <- err
		}
		reply <- nil // an else is missing
	}()
	<-reply
	time.Sleep(time.Millisecond)
	use(len(reply))
}

// The first of three answers wins, and the channel has no room for the others.
func leakedSlowOnes() {
	answers := make(chan int)
	for n := range 3 {
		go func() {
			answers <- n
		}()
	}
	use(<-answers)
}

// It sends once for each try; one is read.
func leakedRetry() {
	result := make(chan int)
	go leakedTries(result)
	<-result
}

func leakedTries(result chan<- int) {
	for n := 0; n < 3; n++ {
		result <- n
	}
}

func healthyExchange() {
	values := make(chan int)
	go func() {
		for n := 0; ; n++ {
			values <- n
			time.Sleep(20 * time.Millisecond)
		}
	}()
	go func() {
		for it := range values {
			use(it)
		}
	}()
}

// Sends if somebody listens.
func healthyLossy() {
	updates := make(chan int)
	go func() {
		for {
			select {
			case updates <- 1:
			default:
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
}
