// Command native burns CPU in C, on a thread that C has started, and serves pprof.
package main

// #cgo CFLAGS: -O2 -g
// #cgo LDFLAGS: -lpthread
// #include "burn.h"
import "C"

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	if failed := C.burn_on_a_thread(); failed != 0 {
		log.Fatalf("pthread_create: error %d", failed)
	}
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	go http.Serve(listener, nil)
	io.Copy(io.Discard, os.Stdin) // lives as long as whoever started it
}
