// Command forms has goroutines whose headers and stacks take every form that a dump has, and
// serves pprof.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"runtime/pprof"
	"sync"
)

var never = make(chan int)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, nil)
	start()
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	io.Copy(io.Discard, os.Stdin) // lives as long as whoever started it
}

func start() {
	go labelled()
	go deep(200)
	go locked()
	go leaked()
	go func() {
		go child()
		<-never
	}()
	box[string]{}.start()
	for n := 0; n < 3; n++ {
		go each(never, []string{"a"}, point{1, 2})
	}
}

func labelled() {
	labels := pprof.Labels("path", "/api/v1", "a key", "a \"value\", ]: é")
	pprof.Do(context.Background(), labels, func(context.Context) {
		<-never
	})
}

// Go leaves out the middle of a stack of more than a hundred frames.
func deep(n int) {
	if n == 0 {
		<-never
	}
	deep(n - 1)
}

func locked() {
	runtime.LockOSThread()
	<-never
}

func leaked() {
	var mu sync.Mutex
	mu.Lock()
	mu.Lock()
}

func child() {
	<-never
}

type point struct {
	x, y int
}

func each(values chan int, names []string, at point) {
	for it := range values {
		fmt.Println(it, names, at)
	}
}

type box[T any] struct{}

func (it box[T]) start() {
	go func() {
		it.wait()
	}()
	go wait[T, int](never)
}

//go:noinline
func (it box[T]) wait() {
	<-never
}

//go:noinline
func wait[K any, V any](values chan V) {
	<-values
}
