package main

import (
	"context"
	"net"
	"net/http"
	"net/rpc"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"time"
)

func services() {
	leakedChild()
	leakedRPC()
	healthyRun.healthyStart()
	healthyServe()
	healthyCron()
	healthyFlusher()
	healthyOnce()
	healthyBackground()
}

// The child reads its input, which is left open.
func leakedChild() {
	command := exec.Command("cat")
	input, err := command.StdinPipe()
	if err != nil {
		panic(err)
	}
	if err := command.Start(); err != nil {
		panic(err)
	}
	children = append(children, input)
	go func() {
		command.Wait()
	}()
}

// Programs keep their connections.
var children []any

// The server takes the call and never answers.
func leakedRPC() {
	here, there := net.Pipe()
	go healthySilence(there)
	client := rpc.NewClient(here)
	children = append(children, client, there)
	go func() {
		var answer string
		client.Call("Service.Method", "hello", &answer)
	}()
}

func healthySilence(conn net.Conn) {
	buffer := make([]byte, 1024)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
	}
}

type app struct {
	wg   sync.WaitGroup
	quit chan os.Signal
	work chan string
	errs chan error
}

var healthyRun = &app{quit: make(chan os.Signal, 1), work: make(chan string), errs: make(chan error, 1)}

func (it *app) healthyStart() {
	signal.Notify(it.quit, os.Interrupt)
	it.wg.Add(1)
	go it.healthyLoop()
	go it.healthySupervise()
}

func (it *app) healthyLoop() {
	defer it.wg.Done()
	for {
		select {
		case <-it.quit:
			return
		case work := <-it.work:
			use(work)
		}
	}
}

// Waits for the end of everything: once, and for the life of the program.
func (it *app) healthySupervise() {
	select {
	case err := <-it.errs:
		use(err)
	case <-it.quit:
	}
	it.wg.Wait()
}

func healthyServe() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	failed := make(chan error, 1)
	go func() {
		failed <- server.Serve(listener)
	}()
	go func() {
		select {
		case err := <-failed:
			use(err)
		case <-lifetime.Done():
			server.Shutdown(context.Background())
		}
	}()
}

func healthyCron() {
	go func() {
		for {
			next := time.Now().Add(time.Hour)
			timer := time.NewTimer(time.Until(next))
			<-timer.C
			use("run")
		}
	}()
	time.AfterFunc(time.Hour, func() { use("later") })
}

type flusher struct {
	mu    sync.Mutex
	cond  *sync.Cond
	dirty bool
	done  bool
}

// A writer at rest, which waits for something to write.
func healthyFlusher() {
	it := &flusher{}
	it.cond = sync.NewCond(&it.mu)
	flushers = append(flushers, it)
	go it.healthyFlush()
}

var flushers []*flusher

func (it *flusher) healthyFlush() {
	it.mu.Lock()
	defer it.mu.Unlock()
	for !it.done {
		for !it.dirty && !it.done {
			it.cond.Wait()
		}
		it.dirty = false
	}
}

var ready = make(chan struct{})

// Several wait for one start.
func healthyOnce() {
	for range 3 {
		go func() {
			<-ready
			use("go")
		}()
	}
}

func healthyBackground() {
	results := make(chan int, 1)
	go func() {
		time.Sleep(time.Hour)
		results <- 1
	}()
	go func() {
		healthyFinish(results)
	}()
}

func healthyFinish(results <-chan int) {
	it := <-results
	use(it)
}
