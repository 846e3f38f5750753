package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func signals() {
	healthySignal()
	healthySignals()
	healthyNotifyContext()
	healthyReload(make(chan os.Signal, 1))
}

func healthySignal() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR1)
	go func() {
		it := <-got
		use(it)
		os.Exit(0)
	}()
}

func healthySignals() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGUSR2)
	go func() {
		for it := range got {
			use(it)
		}
	}()
}

func healthyNotifyContext() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGUSR1)
	go func() {
		defer stop()
		<-ctx.Done()
		os.Exit(0)
	}()
}

func healthyReload(got chan os.Signal) {
	signal.Notify(got, syscall.SIGHUP)
	go func() {
		for {
			select {
			case it := <-got:
				use(it)
			}
		}
	}()
}
