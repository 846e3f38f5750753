package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// serve serves on a free port and returns its address.
func serve(handler http.Handler) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, handler)
	return "http://" + listener.Addr().String()
}

func servers() {
	leakedHandlers()
	leakedLoggers()
	healthyIdleServer()
	healthyEvents()
	healthyLongPoll()
}

// get asks as another program would, that waits for as long as it takes.
func get(url string) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		panic(err)
	}
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	go io.Copy(io.Discard, conn)
}

// Handlers wait for an answer of something that is not there.
func leakedHandlers() {
	approvals := make(chan bool)
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		leakedApproval(approvals)
	}))
	for range 2 {
		get(url)
	}
}

func leakedApproval(approvals chan bool) {
	if <-approvals {
		use("approved")
	}
}

// Each request leaves a goroutine behind that wants to send.
func leakedLoggers() {
	lines := make(chan string)
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		go leakedLog(lines, in.URL.Path)
	}))
	for range 3 {
		get(url)
	}
	time.Sleep(50 * time.Millisecond)
}

func leakedLog(lines chan<- string, line string) {
	lines <- line
}

func healthyIdleServer() {
	url := serve(http.NotFoundHandler())
	get(url)
}

// A stream of events, of which there are none now.
func healthyEvents() {
	events := make(chan string)
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		healthyStream(out, in, events)
	}))
	get(url)
}

func healthyStream(out http.ResponseWriter, in *http.Request, events chan string) {
	out.WriteHeader(http.StatusOK)
	http.NewResponseController(out).Flush()
	for {
		select {
		case <-in.Context().Done():
			return
		case it := <-events:
			io.WriteString(out, it)
		}
	}
}

func healthyLongPoll() {
	changes := make(chan string)
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		healthyPoll(out, in, changes)
	}))
	get(url)
}

func healthyPoll(out http.ResponseWriter, in *http.Request, changes chan string) {
	ctx := in.Context()
	select {
	case <-ctx.Done():
	case it := <-changes:
		io.WriteString(out, it)
	}
}

func clients() {
	healthyKeepAlive()
	healthyReader()
	leakedWithoutTimeout()
}

func healthyKeepAlive() {
	url := serve(http.NotFoundHandler())
	client := &http.Client{Transport: &http.Transport{}}
	for range 3 {
		if answer, err := client.Get(url); err == nil {
			io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
	}
}

// Reads a body that goes on and on.
func healthyReader() {
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		for in.Context().Err() == nil {
			io.WriteString(out, "line\n")
			http.NewResponseController(out).Flush()
			time.Sleep(300 * time.Millisecond)
		}
	}))
	go func() {
		client := &http.Client{Transport: &http.Transport{}}
		if answer, err := client.Get(url); err == nil {
			io.Copy(io.Discard, answer.Body)
		}
	}()
}

var silent []net.Listener

// The server takes the connection and does not answer.
func leakedWithoutTimeout() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	silent = append(silent, listener)
	url := "http://" + listener.Addr().String()
	for range 2 {
		go leakedGet(url)
	}
	time.Sleep(20 * time.Millisecond)
}

func leakedGet(url string) {
	client := &http.Client{Transport: &http.Transport{}}
	client.Get(url)
}

// Bodies that are neither read nor closed keep their connection, and its goroutine.
func bodies() {
	url := serve(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) {
		out.Write(make([]byte, 1<<20))
	}))
	for range 3 {
		client := &http.Client{Transport: &http.Transport{}}
		answer, err := client.Get(url)
		if err == nil {
			use(answer.StatusCode)
		}
	}
}
