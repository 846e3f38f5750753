#!/usr/bin/env bash
# Records the captures that `pprof-lens demo` serves, from the sidecar target with its faults on.
#
# Usage: tests/targets/record.sh [MINUTES]
# The goroutines then wait for MINUTES (default 4), which the dump says: a capture of a program
# that has just started shows nobody waiting for long.
set -euo pipefail
cd "$(dirname "$0")"
minutes=${1:-4}
out=$PWD/../../server/src/demo/recorded
# The path of the executable is part of every profile, so it is one that tells nothing.
bin=/tmp/sidecar-demo
mkdir -p "$out" "$bin"
trap 'rm -rf "$bin"' EXIT
(cd sidecar && CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$bin/sidecar" ./cmd/sidecar)

cd "$bin"
coproc sidecar { SIDECAR_PPROF=0 exec -a sidecar ./sidecar -hot -grow -stuck 3; }
pid=$sidecar_PID
trap 'kill "$pid"; rm -rf "$bin"' EXIT
read -r _ url <&"${sidecar[0]}"
fetch() { curl --silent --show-error --fail --noproxy '*' "$url$1" -o "$out/$2"; }

# On a busy machine the capture would show the others' turns: root may ask to go first.
renice -n -10 -p "$pid" >/dev/null 2>&1 || true
started=$SECONDS
fetch 'profile?seconds=4' cpu.pb.gz
fetch heap heap-base.pb.gz
sleep 15
fetch heap heap.pb.gz
renice -n 19 -p "$pid" >/dev/null # no more numbers to spoil, and it would keep a core busy
echo "recorded cpu and heap; waiting until the goroutines are $minutes minutes old"
sleep $((minutes * 60 + 5 - (SECONDS - started)))
fetch 'goroutine?debug=2' goroutines.txt
fetch goroutine goroutine.pb.gz
fetch '' index.html
fetch cmdline cmdline

# The source as it was built: the recording speaks of these lines, whatever becomes of them.
rm -rf "$out/sidecar"
(cd "$OLDPWD" && find sidecar -name '*.go' -o -name go.mod) | while read -r file; do
    mkdir -p "$out/$(dirname "$file")"
    cp "$OLDPWD/$file" "$out/$file"
done
ls -l "$out"
