//! The embedded default: a recorded target and its source, for machines without Go.
//!
//! `tests/targets/record.sh` records it from the sidecar target with `-hot -grow -stuck 3`,
//! built with `-trimpath`, so that its profiles name files by module path.

use crate::fetch::Recorded;

/// What the recorded target answers; the second heap is some seconds younger.
pub const RECORDING: &[Recorded] = &[
    page("", "text/html; charset=utf-8", include_bytes!("recorded/index.html")),
    page("cmdline", "text/plain; charset=utf-8", include_bytes!("recorded/cmdline")),
    profile("profile", include_bytes!("recorded/cpu.pb.gz")),
    profile("heap", include_bytes!("recorded/heap-base.pb.gz")),
    profile("heap", include_bytes!("recorded/heap.pb.gz")),
    profile("goroutine", include_bytes!("recorded/goroutine.pb.gz")),
    page(
        "goroutine?debug=2",
        "text/plain; charset=utf-8",
        include_bytes!("recorded/goroutines.txt"),
    ),
];

const fn page(path: &'static str, content_type: &'static str, body: &'static [u8]) -> Recorded {
    Recorded { path, content_type, body }
}

const fn profile(path: &'static str, body: &'static [u8]) -> Recorded {
    page(path, "application/octet-stream", body)
}

macro_rules! sources {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("recorded/sidecar/", $path)))),+]
    };
}

/// The recorded program's source, by path below its module's root.
pub const SOURCES: &[(&str, &str)] = sources![
    "go.mod",
    "cmd/sidecar/main.go",
    "cmd/sidecar/pprof.go",
    "internal/app/app.go",
    "internal/plugins/conversations/markdown.go",
    "internal/plugins/conversations/plugin.go",
    "internal/plugins/conversations/session.go",
    "internal/plugins/gitstatus/gitstatus.go",
    "internal/plugins/gitstatus/watcher.go",
    "internal/plugins/tdmonitor/monitor.go",
    "internal/plugins/workspace/history.go",
];
