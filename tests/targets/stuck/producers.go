package main

import "time"

func producers() {
	eachInItsOwn(3, leakedFirstOfMany)
	leakedOutOfStep()
	healthyRest()
	use(<-healthyNumbers())
	healthyPipeline.run()
}

// generate hands out numbers until the end of days.
func leakedGenerate() <-chan int {
	numbers := make(chan int)
	go func() {
		for n := 0; ; n++ {
			numbers <- n
		}
	}()
	return numbers
}

// It takes one number and goes.
func leakedFirstOfMany() {
	use(<-leakedGenerate())
}

// The consumer wants one more than the producer makes.
func leakedOutOfStep() {
	items := make(chan int)
	go func() {
		for n := range 3 {
			items <- n
		}
	}()
	go func() {
		for n := 0; n <= 3; n++ {
			use(<-items)
		}
	}()
}

var input = make(chan string)

// The producer waits for input, and the consumer for the producer.
func healthyRest() {
	items := make(chan string, 4)
	go func() {
		defer close(items)
		for it := range input {
			items <- it
		}
	}()
	go func() {
		for it := range items {
			use(it)
		}
	}()
}

// One source of numbers for the whole program, which takes them now and then.
func healthyNumbers() <-chan int {
	numbers := make(chan int)
	go func() {
		for n := 0; ; n++ {
			numbers <- n
		}
	}()
	go func() {
		for {
			time.Sleep(40 * time.Millisecond)
			use(<-numbers)
		}
	}()
	return numbers
}

type pipeline struct {
	in, out chan int
}

var healthyPipeline = &pipeline{make(chan int), make(chan int)}

func (it *pipeline) run() {
	go it.healthyDouble()
	go it.healthyPrint()
}

func (it *pipeline) healthyDouble() {
	for {
		n, ok := <-it.in
		if !ok {
			close(it.out)
			return
		}
		it.out <- 2 * n
	}
}

func (it *pipeline) healthyPrint() {
	for n := range it.out {
		use(n)
	}
}
