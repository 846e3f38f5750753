package main

import "time"

func bursts() {
	healthyBursts()
	healthyLine()
}

// Now and then forty come at once, and wait for one of two places.
func healthyBursts() {
	places := make(chan struct{}, 2)
	go func() {
		for {
			for range 40 {
				go healthyVisit(places)
			}
			time.Sleep(time.Second)
		}
	}()
}

func healthyVisit(places chan struct{}) {
	places <- struct{}{}
	time.Sleep(30 * time.Millisecond)
	<-places
}

// A line in which everybody waits for their turn, and new ones come all the time.
func healthyLine() {
	jobs := make(chan int)
	go func() {
		for n := 0; ; n++ {
			go healthySubmit(jobs, n)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	go func() {
		for job := range jobs {
			use(job)
			time.Sleep(15 * time.Millisecond)
		}
	}()
}

func healthySubmit(jobs chan<- int, n int) {
	jobs <- n
}
