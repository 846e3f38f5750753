package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"time"
)

func databases() {
	leakedRows()
	leakedTransaction()
	healthyOpen()
	healthyBusy()
}

// The rows of the first query are not closed, and there is one connection.
func leakedRows() {
	db := open(0)
	db.SetMaxOpenConns(1)
	rows, err := db.Query("first")
	if err != nil {
		panic(err)
	}
	rows.Next()
	for range 3 {
		go leakedQuery(db)
	}
}

func leakedQuery(db *sql.DB) {
	rows, err := db.Query("second")
	if err == nil {
		rows.Close()
	}
}

// A query beside the transaction that it stands in needs a second connection.
func leakedTransaction() {
	db := open(0)
	db.SetMaxOpenConns(1)
	go func() {
		tx, err := db.BeginTx(context.Background(), nil)
		if err != nil {
			return
		}
		defer tx.Rollback()
		leakedQuery(db)
	}()
}

func healthyOpen() {
	db := open(0)
	db.SetConnMaxLifetime(time.Hour)
	if err := db.Ping(); err != nil {
		panic(err)
	}
}

// Four ask all the time, and there are two connections.
func healthyBusy() {
	db := open(20 * time.Millisecond)
	db.SetMaxOpenConns(2)
	for range 4 {
		go func() {
			for {
				healthyQuery(db)
			}
		}()
	}
}

func healthyQuery(db *sql.DB) {
	rows, err := db.Query("busy")
	if err == nil {
		rows.Close()
	}
}

// Programs keep their databases.
var opened []*sql.DB

// open opens a database of one endless table, whose queries take this long.
func open(takes time.Duration) *sql.DB {
	db := sql.OpenDB(connector{takes})
	opened = append(opened, db)
	return db
}

type connector struct {
	takes time.Duration
}

func (it connector) Connect(context.Context) (driver.Conn, error) { return connection(it), nil }
func (it connector) Driver() driver.Driver                        { return nil }

type connection connector

func (it connection) Prepare(string) (driver.Stmt, error) { return statement(it), nil }
func (it connection) Close() error                        { return nil }
func (it connection) Begin() (driver.Tx, error)           { return transaction{}, nil }

type transaction struct{}

func (transaction) Commit() error   { return nil }
func (transaction) Rollback() error { return nil }

type statement connector

func (it statement) Close() error  { return nil }
func (it statement) NumInput() int { return 0 }

func (it statement) Exec([]driver.Value) (driver.Result, error) {
	return nil, errors.New("read only")
}

func (it statement) Query([]driver.Value) (driver.Rows, error) {
	time.Sleep(it.takes)
	return rows{}, nil
}

type rows struct{}

func (rows) Columns() []string { return []string{"n"} }
func (rows) Close() error      { return nil }
func (rows) Next(into []driver.Value) error {
	if len(into) == 0 {
		return io.EOF
	}
	into[0] = int64(1)
	return nil
}
