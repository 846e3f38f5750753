// Command sidecar is a terminal app without its terminal: the program that pprof-lens is tested
// with. To a profiler it looks like github.com/marcus/sidecar: same process name, same
// SIDECAR_PPROF, the same kinds of goroutines at rest. It does no harm until a flag switches a
// fault on; each fault is documented beside the line it sits on.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"example.com/sidecar/internal/app"
	"example.com/sidecar/internal/plugins/conversations"
	"example.com/sidecar/internal/plugins/gitstatus"
	"example.com/sidecar/internal/plugins/tdmonitor"
	"example.com/sidecar/internal/plugins/workspace"
)

var (
	hot          = flag.Bool("hot", false, "draw a conversation over and over on one core")
	grow         = flag.Bool("grow", false, "keep every snapshot of a pane: 4 MB more each second")
	growLimit    = flag.Int("grow-limit", 128, "with -grow, stop growing at this many `MB`")
	stuck        = flag.Int("stuck", 0, "lose the answers to this many fetches: `N` goroutines wait for ever")
	stuckNil     = flag.Int("stuck-nil", 0, "start `N` listeners of a watcher that was never started")
	contend      = flag.Bool("contend", false, "fight for one lock, and record it")
	sessions     = flag.String("sessions", "", "read the session files in this `folder`")
	leakSessions = flag.Int("leak-sessions", 0, "write `N` session files to that folder, read them and leave them open")
	memRate      = flag.Int("memrate", runtime.MemProfileRate, "sample one allocation in this many `bytes`")
	untilEOF     = flag.Bool("until-eof", false, "exit when standard input ends, so that no test leaves this behind")
)

func main() {
	flag.Parse()
	runtime.MemProfileRate = *memRate // before anything is allocated that matters
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()

	if err := servePprof(os.Getenv("SIDECAR_PPROF")); err != nil {
		// As in the real one: the app goes on without pprof, and says so only here.
		fmt.Fprintln(os.Stderr, "pprof server error:", err)
	}
	if err := startPlugins(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "sidecar:", err)
		os.Exit(1)
	}
	if *untilEOF {
		go exitAtEOF(os.Stdin)
	}
	app.Run(ctx)
}

func startPlugins(ctx context.Context) error {
	history := workspace.NewHistory(*grow, *growLimit<<20)
	go history.Poll(ctx)
	if *grow {
		go collectOften(ctx)
	}

	board := tdmonitor.New(*stuck)
	for range max(1, *stuck) {
		board.Refresh()
	}

	gitstatus.Start(ctx, *contend)
	for range *stuckNil {
		go new(gitstatus.Watcher).Listen()
	}

	if *leakSessions > 0 {
		if err := conversations.WriteSessions(*sessions, *leakSessions); err != nil {
			return err
		}
	}
	chat := &conversations.Plugin{Hot: *hot, LeakFiles: *leakSessions > 0}
	if err := chat.Load(*sessions); err != nil {
		return err
	}
	go chat.Draw(ctx)
	return nil
}

// collectOften makes heap profiles advance: they show memory as of the last collection, and a
// small heap may go two minutes without one. Collections also start the clock that a goroutine
// dump's "N minutes" counts.
func collectOften(ctx context.Context) {
	for ctx.Err() == nil {
		runtime.GC()
		time.Sleep(250 * time.Millisecond)
	}
}

func exitAtEOF(input io.Reader) {
	io.Copy(io.Discard, input)
	os.Exit(0)
}
