// Command nopprof is a Go web server like many: it listens, and it serves no pprof.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("serving http://%s/\n", listener.Addr())
	go http.Serve(listener, http.NotFoundHandler())
	io.Copy(io.Discard, os.Stdin) // lives as long as whoever started it
}
