// Package gitstatus shows what changed in a repository.
package gitstatus

import (
	"context"
	"runtime"
	"sync"
	"time"
)

const numReaders = 4

// cache remembers the state of files.
type cache struct {
	mu     sync.Mutex
	states map[string]string
}

// Start reads the state of the tree once.
//
// Fault (-contend): four readers go on for ever, and fight for the cache. The program then
// records every contended lock and every blocking wait.
func Start(ctx context.Context, contend bool) {
	files := &cache{states: make(map[string]string)}
	files.lookup("go.mod")
	if !contend {
		return
	}
	runtime.SetMutexProfileFraction(1)
	runtime.SetBlockProfileRate(1)
	for range numReaders {
		go files.readAgain(ctx)
	}
}

func (c *cache) readAgain(ctx context.Context) {
	for ctx.Err() == nil {
		c.lookup("go.mod")
	}
}

// lookup returns the state of a file.
//
// Fault (-contend): it holds the lock while it reads the disk, which takes a millisecond.
func (c *cache) lookup(path string) string {
	c.mu.Lock() // contended line
	if c.states[path] == "" {
		c.states[path] = "M"
	}
	state := c.states[path]
	time.Sleep(time.Millisecond)
	c.mu.Unlock() // unlocking line: a mutex profile counts here what others waited
	return state
}
