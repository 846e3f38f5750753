// Command plain serves pprof where it was told to, and has nothing else in common with sidecar.
// It does nothing at all, or is busy.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
)

func main() {
	address := flag.String("listen", "127.0.0.1:0", "serve pprof at this `address`")
	isBusy := flag.Bool("busy", false, "do everything that profiles show in odd ways")
	rate := flag.Int("memrate", runtime.MemProfileRate, "sample one allocation in so many `bytes`")
	flag.Parse()
	runtime.MemProfileRate = *rate
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	go http.Serve(listener, nil)
	if *isBusy {
		busy()
	}
	io.Copy(io.Discard, os.Stdin) // lives as long as whoever started it
}
