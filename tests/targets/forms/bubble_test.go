//go:build go1.25

package main

import (
	"os"
	"runtime/pprof"
	"testing"
	"testing/synctest"
)

// TestBubble writes a dump of goroutines in a bubble to the file that BUBBLE names.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inside := make(chan int)
		go func() {
			inside <- 1
		}()
		go func() {
			select {
			case inside <- 2:
			case inside <- 3:
			}
		}()
		synctest.Wait()
		out, err := os.Create(os.Getenv("BUBBLE"))
		if err != nil {
			t.Fatal(err)
		}
		pprof.Lookup("goroutine").WriteTo(out, 2)
		out.Close()
		<-inside
		<-inside
	})
}
