// Command stuck leaves goroutines waiting, some for ever by mistake and some as long-lived
// programs do, and serves pprof.
//
// What a goroutine is stands in the name of the function that it runs or was started by: leaked
// or healthy. A goroutine counts as leaked when it can never go on and nobody meant that.
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
	"slices"
	"strings"
)

// A scenario starts its goroutines and returns.
type scenario struct {
	name string
	run  func()
}

func main() {
	list := flag.Bool("list", false, "print the names of the scenarios")
	names := flag.String("run", "", "run these scenarios, `names` with commas between")
	flag.Parse()
	all := slices.Concat(scenarios, heldOut)
	if *list {
		for _, it := range all {
			fmt.Println(it.name)
		}
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go http.Serve(listener, nil)
	for name := range strings.SplitSeq(*names, ",") {
		idx := slices.IndexFunc(all, func(it scenario) bool { return it.name == name })
		if idx < 0 {
			log.Fatalf("no scenario %q", name)
		}
		all[idx].run()
	}
	fmt.Printf("pprof http://%s/debug/pprof/\n", listener.Addr())
	io.Copy(io.Discard, os.Stdin) // lives as long as whoever started it
}

var scenarios = []scenario{
	{"nil channel", nilChannels},
	{"channel receive", receives},
	{"double send", doubleSends},
	{"early return", earlyReturns},
	{"missing close", missingCloses},
	{"forgotten cancel", cancels},
	{"lock", locks},
	{"WaitGroup", waitGroups},
	{"Cond", conds},
	{"reader and writer", pipes},
	{"timer", timers},
	{"worker pool", pools},
	{"HTTP server", servers},
	{"HTTP client", clients},
	{"HTTP body left open", bodies},
	{"ticker", tickers},
	{"signal handler", signals},
	{"database/sql", databases},
	{"errgroup", errGroups},
	{"producer and consumer", producers},
	{"burst that drains", bursts},
}

// eachInItsOwn runs f in n goroutines one after the other, as a server runs its handlers.
func eachInItsOwn(n int, f func()) {
	for range n {
		done := make(chan struct{})
		go func() {
			defer close(done)
			f()
		}()
		<-done
	}
}

// use keeps a value alive up to here.
func use(any) {}
