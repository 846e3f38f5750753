package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
)

// servePprof listens on the loopback port that SIDECAR_PPROF names: "1" means 6060, "" means
// not at all, and "0" means any free port. The address goes to standard output.
func servePprof(setting string) error {
	if setting == "" {
		return nil
	}
	port := setting
	if port == "1" {
		port = "6060"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	go http.Serve(listener, nil)
	return nil
}
