module example.org/plain

go 1.24
