package main

func missingCloses() {
	eachInItsOwn(3, leakedRange)
	leakedStages()
	eachInItsOwn(2, leakedCollector)
	healthyTail(make(chan string))
	healthyFeed.start()
}

// All values are sent, and the channel is not closed.
func leakedRange() {
	values := make(chan int)
	go func() {
		for it := range values {
			use(it)
		}
	}()
	for n := range 3 {
		values <- n
	}
}

// The second stage waits for the end of the first, which does not say that it ends.
func leakedStages() {
	first := make(chan int)
	second := make(chan int)
	go func() {
		for n := range 3 {
			first <- n
		}
	}()
	go func() {
		defer close(second)
		for it := range first {
			second <- it
		}
	}()
	go leakedSink(second)
}

func leakedSink(values <-chan int) {
	for it := range values {
		use(it)
	}
}

// Counts on five results; one failed without a word.
func leakedCollector() {
	results := make(chan int)
	for n := range 5 {
		go func() {
			if n == 3 {
				return
			}
			results <- n
		}()
	}
	go func() {
		sum := 0
		for range 5 {
			sum += <-results
		}
		use(sum)
	}()
}

var tails []chan string

// Whoever has lines for it finds its channel in a list.
func healthyTail(lines chan string) {
	tails = append(tails, lines)
	go func() {
		for it := range lines {
			use(it)
		}
	}()
}

type feed struct {
	items chan int
}

var healthyFeed = &feed{items: make(chan int)}

func (it *feed) start() {
	go it.healthyRead()
}

func (it *feed) healthyRead() {
	for item := range it.items {
		use(item)
	}
}
