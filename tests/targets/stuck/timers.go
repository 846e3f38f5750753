package main

import "time"

func timers() {
	eachInItsOwn(2, leakedStoppedTimer)
	eachInItsOwn(2, leakedSecondTick)
	healthySleep()
	healthyAfter()
	healthyReset()
}

// The timer is stopped, so it never fires.
func leakedStoppedTimer() {
	timer := time.NewTimer(time.Hour)
	go func() {
		<-timer.C
		use("fired")
	}()
	timer.Stop()
}

// A timer fires once; this loop wants more.
func leakedSecondTick() {
	timer := time.NewTimer(time.Millisecond)
	go func() {
		for range 3 {
			<-timer.C
		}
	}()
}

func healthySleep() {
	go func() {
		time.Sleep(time.Hour)
	}()
}

func healthyAfter() {
	go func() {
		<-time.After(time.Hour)
		use("report")
	}()
}

func healthyReset() {
	timer := time.NewTimer(50 * time.Millisecond)
	go func() {
		for {
			<-timer.C
			timer.Reset(50 * time.Millisecond)
		}
	}()
}
