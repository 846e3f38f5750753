// Package workspace shows the panes of running agents.
package workspace

import (
	"bytes"
	"context"
	"strings"
	"time"
)

const (
	snapshotSize     = 128 << 10
	healthySnapshots = 8
)

// History is what a pane has shown.
type History struct {
	pause     time.Duration
	keep      int
	snapshots []snapshot
}

// snapshot is a screen, and its rows as substrings: who keeps one row keeps the whole text.
type snapshot struct {
	text string
	rows []string
}

// NewHistory makes the history of one pane.
//
// Fault (-grow): it keeps snapshots up to limit bytes instead of the last few, and takes 32 of
// them a second, which makes 4 MB.
func NewHistory(grow bool, limit int) *History {
	if grow {
		return &History{pause: time.Second / 32, keep: limit / snapshotSize}
	}
	return &History{pause: time.Second, keep: healthySnapshots}
}

// Poll looks at the pane until ctx ends.
func (h *History) Poll(ctx context.Context) {
	poll := time.NewTicker(h.pause)
	defer poll.Stop()
	row := []byte("ok   example.com/sidecar/internal/plugins/workspace   0.042s   coverage: 81.3%\n")
	pane := bytes.Repeat(row, snapshotSize/len(row))
	for {
		select {
		case <-poll.C:
			h.appendHistory(pane)
		case <-ctx.Done():
			return
		}
	}
}

// appendHistory adds what the pane shows now, and drops what is too old to be shown.
func (h *History) appendHistory(pane []byte) {
	text := string(pane) // growing line
	h.snapshots = append(h.snapshots, snapshot{text, strings.Split(text, "\n")})
	if len(h.snapshots) > h.keep {
		h.snapshots = append(h.snapshots[:0], h.snapshots[1:]...)
	}
}
