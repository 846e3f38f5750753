package main

import "time"

func tickers() {
	healthyTick()
	healthySelectTick()
	healthyTickChannel()
	leakedStoppedTicker()
}

func healthyTick() {
	ticker := time.NewTicker(100 * time.Millisecond)
	go func() {
		for range ticker.C {
			use("tick")
		}
	}()
}

func healthySelectTick() {
	stop := make(chan struct{})
	ticker := time.NewTicker(time.Hour)
	go func() {
		for {
			select {
			case <-ticker.C:
			case <-stop:
				return
			}
		}
	}()
}

func healthyTickChannel() {
	for range 2 {
		go func() {
			for now := range time.Tick(time.Hour) {
				use(now)
			}
		}()
	}
}

// Stop does not close the channel.
func leakedStoppedTicker() {
	ticker := time.NewTicker(time.Millisecond)
	go func() {
		for now := range ticker.C {
			use(now)
		}
	}()
	time.Sleep(3 * time.Millisecond)
	ticker.Stop()
}
