//! Finds the function of a stack that waits, and whether the wait is where its goroutine starts.
//!
//! A worker, a ticker loop and a listener wait in the function that their `go` statement started:
//! they rest there between two events, for as long as the program lives. A command that waits for
//! one answer does so further up, in a function that it called. So a receive, a `select` or a
//! condition in the function where the goroutine starts is idle by design. "Starts" is:
//!
//! - the outermost function, and the function literals that stand in it;
//! - the named function that the outermost one calls, when that is a function literal: in
//!   `go func() { defer done(); worker(jobs) }()` the literal only starts `worker`. A literal that
//!   a literal calls is what somebody handed over to be run, so it is a command;
//! - what a library calls that only starts what it was given, as `errgroup` does
//!   (`trampolines.toml`).
//!
//! Limits of the stack alone. One goroutine started as `go func() { <-answer }()` looks like a
//! worker, and a worker that waits three calls deep looks like a command. The source tells them
//! apart where it is here (`model::Site`). Where it is not, the first counts as idle unless its
//! group grows (see `Looks`), it sends, or Go's leak detector names it; the second as suspect, or
//! as stuck when it receives.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::{Frame, Stack};

use super::function_name::FunctionName;

/// Frames that carry out a wait on somebody's behalf. The function below them waits.
const PRIMITIVES: [&str; 7] = [
    "runtime",
    "sync",
    "syscall",
    "time",
    "internal/poll",
    "internal/sync",
    "golang.org/x/sys/unix",
];
const PRIMITIVE_TREES: [&str; 2] = ["internal/runtime/", "internal/syscall/"];

/// Index of the function that waits; none when no function but the primitives is on the stack,
/// as in `go mutex.Lock()`.
pub(super) fn waiting_idx(stack: &Stack) -> Option<usize> {
    own_frames(stack).iter().position(|it| !is_primitive(it))
}

/// Whether the wait is in the function that the goroutine starts in (see the top of this file).
pub(super) fn waits_where_it_starts(stack: &Stack) -> bool {
    let Some(waiting_idx) = waiting_idx(stack) else { return true };
    if stack.n_elided > 0 {
        return false;
    }
    let waiting = FunctionName::new(&stack.frames[waiting_idx].function);
    let below = &own_frames(stack)[waiting_idx + 1..];
    let below: Vec<_> = below.iter().map(|it| FunctionName::new(&it.function)).collect();
    let is_started_by_library = below.first().is_some_and(is_trampoline);
    let mut callers = below
        .iter()
        .filter(|it| !is_trampoline(it) && !waiting.is_written_in_the_same_function(it));
    match (callers.next(), callers.next()) {
        (None, _) => true,
        (Some(root), None) => root.is_literal() && (is_started_by_library || !waiting.is_literal()),
        _ => false,
    }
}

/// Whether a function literal started the goroutine and called the function that waits.
pub(super) fn is_started_by_a_literal(stack: &Stack) -> bool {
    let Some(waiting_idx) = waiting_idx(stack) else { return false };
    let waiting = FunctionName::new(&stack.frames[waiting_idx].function);
    let root =
        own_frames(stack).iter().rfind(|it| !is_trampoline(&FunctionName::new(&it.function)));
    let root = root.map(|it| FunctionName::new(&it.function));
    root.is_some_and(|it| it.is_literal() && !waiting.is_literal())
}

/// Whether a frame is Go's own library, by its package and the folder of its file.
pub fn is_standard_library(frame: &Frame) -> bool {
    let function = &*frame.function;
    if function == "panic" {
        return true;
    }
    let package = package_of(function);
    let first = package.split('/').next().unwrap_or_default();
    if !STANDARD.contains(&first) {
        return false;
    }
    // A user's package may have such a name, but then its folder is not `src` of a Go tree.
    let Some(folder) = frame.file.rsplit_once(['/', '\\']).map(|it| it.0.replace('\\', "/")) else {
        return false;
    };
    // The runtime implements functions of other packages: `sync.runtime_Semacquire`.
    let is_in = |package: &str| folder == package || folder.ends_with(&format!("/src/{package}"));
    is_in(package) || is_in("runtime")
}

/// The frame that people should look at first: the innermost one that is not Go's own library.
pub fn first_own_frame(frames: &[Frame]) -> Option<&Frame> {
    frames.iter().find(|it| !is_standard_library(it))
}

/// The frame that waits: the innermost one that does not wait on somebody's behalf.
pub fn waiting_frame(frames: &[Frame]) -> Option<&Frame> {
    frames.iter().find(|it| !is_primitive(it))
}

/// Without the frame below every goroutine, which Go shows now and then.
fn own_frames(stack: &Stack) -> &[Frame] {
    match stack.frames.as_slice() {
        [frames @ .., last] if &*last.function == "runtime.goexit" => frames,
        frames => frames,
    }
}

fn is_primitive(frame: &Frame) -> bool {
    // The runtime implements functions of other packages, such as `os/signal.signal_recv`.
    if frame.file.contains("/src/runtime/") || frame.file.starts_with("runtime/") {
        return true;
    }
    let package = package_of(&frame.function);
    PRIMITIVES.contains(&package) || PRIMITIVE_TREES.iter().any(|it| package.starts_with(it))
}

/// `net/http` of `net/http.(*Server).Serve`.
fn package_of(function: &str) -> &str {
    let end = function.find(['[', '(']).unwrap_or(function.len());
    let after_slash = function[..end].rfind('/').map_or(0, |it| it + 1);
    let dot = function[after_slash..].find('.').map_or(function.len(), |it| after_slash + it);
    &function[..dot]
}

fn is_trampoline(name: &FunctionName) -> bool {
    static TRAMPOLINES: LazyLock<Vec<FunctionName>> = LazyLock::new(|| {
        // A test parses the file, so here it cannot fail.
        let file: Option<Trampolines> = toml::from_str(include_str!("trampolines.toml")).ok();
        file.map(|it| it.functions)
            .unwrap_or_default()
            .iter()
            .map(|it| FunctionName::new(it))
            .collect()
    });
    TRAMPOLINES.iter().any(|it| name.fits(it))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trampolines {
    functions: Vec<String>,
}

/// First elements of the packages in `go list std`.
const STANDARD: [&str; 53] = [
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "simd",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "uuid",
    "vendor",
    "weak",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(function: &str, file: &str) -> Frame {
        Frame { function: function.into(), file: file.into(), line: 1 }
    }

    fn starts(functions: &[&str]) -> bool {
        let frames = functions.iter().map(|it| frame(it, "/x.go")).collect();
        waits_where_it_starts(&Stack { frames, n_elided: 0, created_by: None })
    }

    #[test]
    fn the_list_of_trampolines_parses() {
        let file: Trampolines = toml::from_str(include_str!("trampolines.toml")).unwrap();
        assert!(file.functions.iter().all(|it| is_trampoline(&FunctionName::new(it))));
    }

    #[test]
    fn workers_wait_where_they_start() {
        assert!(starts(&["main.worker"]));
        assert!(starts(&["main.main.func1"]));
        assert!(starts(&["main.worker", "main.main.func1"]));
        assert!(starts(&["sync.runtime_notifyListWait", "sync.(*Cond).Wait", "main.worker"]));
        assert!(starts(&["sync.(*Mutex).Lock"]));
        assert!(starts(&["net/http.(*persistConn).writeLoop", "runtime.goexit"]));
        assert!(starts(&["main.run.func2", "golang.org/x/sync/errgroup.(*Group).Go.func1"]));
        assert!(starts(&["main.worker", "main.run.func2", "sync.(*WaitGroup).Go.func1"]));
        assert!(starts(&["main.run.func2", "runtime/pprof.Do", "main.run.func1"]));
        assert!(starts(&["main.(*T).Draw.func1", "runtime/pprof.Do", "main.(*T).Draw"]));
    }

    #[test]
    fn commands_wait_further_up() {
        assert!(!starts(&["main.fetchData.func1", "main.refresh.func1"]));
        assert!(!starts(&["main.refresh.fetchData.func2", "main.refresh.func1"]));
        assert!(!starts(&["main.fetchData", "main.refresh"]));
        assert!(!starts(&["main.deep", "main.deep", "main.deep"]));
        assert!(!starts(&["database/sql.(*DB).conn", "main.query", "main.refresh.func1"]));
        assert!(!starts(&[
            "main.fetchData.func9",
            "charm.land/bubbletea/v2.(*Program).execBatchMsg.func2"
        ]));
    }

    #[test]
    fn the_standard_library_is_known_by_package_and_folder() {
        for (function, file, expected) in [
            ("net/http.(*Server).Serve", "/usr/local/go/src/net/http/server.go", true),
            ("net/http.(*Server).Serve", "net/http/server.go", true),
            ("net/http.(*Server).Serve", "C:\\go\\src\\net\\http\\server.go", true),
            ("sync.runtime_Semacquire", "/usr/local/go/src/runtime/sema.go", true),
            ("panic", "/usr/local/go/src/runtime/panic.go", true),
            ("log/audit.Write", "/home/dev/log/audit/write.go", false),
            ("main.main", "/usr/local/go/src/main/main.go", false),
            ("example.com/net/http.Do", "/src/net/http/do.go", false),
            ("golang.org/x/net/http2.F", "/go/pkg/mod/golang.org/x/net@v0.1.0/http2/f.go", false),
            ("net.Dial", "dial.go", false),
        ] {
            assert_eq!(is_standard_library(&frame(function, file)), expected, "{function} {file}");
        }
    }
}
