// Package tdmonitor shows a board of issues.
package tdmonitor

import "sync/atomic"

type board struct{ issues []string }

// Monitor asks a store for the board; the store answers one request at a time.
type Monitor struct {
	requests    chan chan<- board
	lostAnswers int
	shown       atomic.Pointer[board]
}

// New starts a store.
//
// Fault (-stuck N): the store loses its first N answers.
func New(lostAnswers int) *Monitor {
	m := &Monitor{requests: make(chan chan<- board), lostAnswers: lostAnswers}
	go m.serve()
	return m
}

// Refresh fetches the board in the background.
func (m *Monitor) Refresh() {
	fetch := m.fetchData()
	go func() { // go line
		shown := fetch()
		m.shown.Store(&shown)
	}()
}

// fetchData sends a request and returns the wait for its answer.
//
// Fault (-stuck N): there is no time limit, so a lost answer is waited for until the end.
func (m *Monitor) fetchData() func() board {
	answer := make(chan board)
	m.requests <- answer
	return func() board {
		return <-answer // stuck line
	}
}

// serve answers requests. Waiting for the next one is its healthy state.
func (m *Monitor) serve() {
	for answer := range m.requests {
		if m.lostAnswers > 0 {
			m.lostAnswers-- // fault: the store is locked, and who asked is forgotten
			continue
		}
		answer <- board{issues: []string{"td-1 open"}}
	}
}
