package main

import "time"

func nilChannels() {
	leakedNilReceive()
	leakedNilSend()
	leakedNilRange()
	leakedEmptySelect()
	healthyNilCase()
}

func leakedNilReceive() {
	var answers chan int
	go func() {
		use(<-answers)
	}()
}

type mailbox struct {
	letters chan string
}

// The mailbox was made without its channel.
func leakedNilSend() {
	box := &mailbox{}
	go box.leakedPost("hello")
}

func (it *mailbox) leakedPost(letter string) {
	it.letters <- letter
}

func leakedNilRange() {
	box := &mailbox{}
	go func() {
		for letter := range box.letters {
			use(letter)
		}
	}()
}

func leakedEmptySelect() {
	go func() {
		select {}
	}()
}

// A nil case is a common way to switch a case off.
func healthyNilCase() {
	var retries <-chan time.Time
	go func() {
		ticker := time.NewTicker(300 * time.Millisecond)
		for {
			select {
			case <-ticker.C:
			case <-retries:
			}
		}
	}()
}
