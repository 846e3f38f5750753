package main

import (
	"bufio"
	"io"
	"net"
	"os"
	"time"
)

func pipes() {
	eachInItsOwn(2, leakedPipeWriter)
	eachInItsOwn(2, leakedPipeReader)
	leakedNetWriter()
	healthyPipe()
	healthySocket()
	healthyOSPipe()
}

// The reader gives up, and does not close its end.
func leakedPipeWriter() {
	reader, writer := io.Pipe()
	go func() {
		for range 3 {
			io.WriteString(writer, "line\n")
		}
		writer.Close()
	}()
	reader.Read(make([]byte, 5))
}

// The writer goes without closing its end.
func leakedPipeReader() {
	reader, writer := io.Pipe()
	go func() {
		scanner := bufio.NewScanner(reader)
		for scanner.Scan() {
			use(scanner.Text())
		}
	}()
	io.WriteString(writer, "line\n")
}

func leakedNetWriter() {
	a, b := net.Pipe()
	go func() {
		a.Write([]byte("hello"))
	}()
	use(b.LocalAddr())
}

// Lines come now and then.
func healthyPipe() {
	reader, writer := io.Pipe()
	go func() {
		scanner := bufio.NewScanner(reader)
		for scanner.Scan() {
			use(scanner.Text())
		}
	}()
	go func() {
		for range time.Tick(200 * time.Millisecond) {
			io.WriteString(writer, "line\n")
		}
	}()
}

func healthySocket() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go healthyEcho(conn)
		}
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		panic(err)
	}
	go healthyEcho(conn)
}

func healthyEcho(conn net.Conn) {
	io.Copy(conn, conn)
}

func healthyOSPipe() {
	reader, writer, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	go func() {
		io.Copy(io.Discard, reader)
		writer.Close()
	}()
}
