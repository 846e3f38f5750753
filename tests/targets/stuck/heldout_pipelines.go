package main

import (
	"bufio"
	"io"
	"strings"
	"sync"
)

func pipelines() {
	eachInItsOwn(2, leakedMerge)
	eachInItsOwn(2, leakedTee)
	leakedBatches()
	eachInItsOwn(2, leakedGzip)
	healthyMerge()
	healthyLineReader()
}

// Two sources flow into one channel, whose reader stops at the first value.
func leakedMerge() {
	out := make(chan int)
	var wg sync.WaitGroup
	source := func(n int) {
		defer wg.Done()
		out <- n
	}
	wg.Add(2)
	go source(1)
	go source(2)
	go func() {
		wg.Wait()
		close(out)
	}()
	use(<-out)
}

// Both halves must be read; one is.
func leakedTee() {
	in := make(chan int)
	left, right := make(chan int), make(chan int)
	go func() {
		for it := range in {
			left <- it
			right <- it
		}
	}()
	go func() {
		for it := range left {
			use(it)
		}
	}()
	in <- 1
}

type batcher struct {
	items chan int
	full  chan []int
}

// Batches are made faster than anybody takes them, which is nobody.
func leakedBatches() {
	it := &batcher{items: make(chan int, 8), full: make(chan []int)}
	for n := range 8 {
		it.items <- n
	}
	go it.leakedRun()
}

func (it *batcher) leakedRun() {
	var batch []int
	for item := range it.items {
		batch = append(batch, item)
		if len(batch) == 4 {
			it.full <- batch
			batch = nil
		}
	}
}

// A reader that fails leaves the writer behind.
func leakedGzip() {
	reader, writer := io.Pipe()
	go leakedWriteAll(writer)
	use(bufio.NewReader(reader))
}

func leakedWriteAll(writer *io.PipeWriter) {
	defer writer.Close()
	io.Copy(writer, strings.NewReader(strings.Repeat("x", 1<<20)))
}

var sources = []chan int{make(chan int), make(chan int)}

// The usual fan-in over sources that have nothing to say.
func healthyMerge() {
	out := make(chan int)
	var wg sync.WaitGroup
	for _, source := range sources {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for it := range source {
				out <- it
			}
		}()
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	go func() {
		for it := range out {
			use(it)
		}
	}()
}

var heldWriter *io.PipeWriter

func healthyLineReader() {
	reader, writer := io.Pipe()
	heldWriter = writer
	go func() {
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			use(line)
		}
	}()
}
