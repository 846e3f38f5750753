module example.net/nopprof

go 1.24
