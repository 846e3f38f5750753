//! Live captures of every kind, from programs with all their faults and from an idle one.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;

use tempfile::TempDir;

use pprof_lens::decode;

use crate::support::go::Program;
use crate::support::target::Target;

/// What is fetched: a path below `/debug/pprof/`, and the name of the file it goes to.
type Wanted = (&'static str, &'static str);

/// From sidecar: hot, growing, stuck, contended.
const OF_SIDECAR: [Wanted; 8] = [
    ("profile?seconds=2", "cpu"),
    ("heap", "heap"),
    ("allocs", "allocs"),
    ("goroutine", "goroutine"),
    ("mutex", "mutex"),
    ("block", "block"),
    ("threadcreate", "threadcreate"),
    ("heap", "later"),
];

/// From a program with labels, generic code, recursion and deep stacks; each a second apart.
const OF_BUSY: [[Wanted; 6]; 3] = [
    [
        ("heap", "busy-heap"),
        ("allocs", "busy-allocs"),
        ("goroutine", "busy-goroutine"),
        ("mutex", "busy-mutex"),
        ("block", "busy-block"),
        ("profile?seconds=1", "busy-cpu"),
    ],
    [
        ("heap?seconds=1", "delta-heap"),
        ("allocs?seconds=1", "delta-allocs"),
        ("goroutine?seconds=1", "delta-goroutine"),
        ("mutex?seconds=1", "delta-mutex"),
        ("block?seconds=1", "delta-block"),
        ("threadcreate?seconds=1", "delta-threadcreate"),
    ],
    [
        ("heap", "later-heap"),
        ("allocs", "later-allocs"),
        ("goroutine", "later-goroutine"),
        ("mutex", "later-mutex"),
        ("block", "later-block"),
        ("profile?seconds=1", "later-cpu"),
    ],
];

/// From a program that does nothing: no samples, or none but pprof's own.
const OF_IDLE: [Wanted; 4] = [
    ("block", "idle-block"),
    ("mutex", "idle-mutex"),
    ("heap?seconds=1", "idle-delta-heap"),
    ("goroutine", "idle-goroutine"),
];

/// The CPU profile of that program, without any samples.
const IDLE_CPU: &str = "idle-cpu";

/// A folder of captures.
pub(super) struct Captures {
    folder: TempDir,
}

impl Captures {
    /// The file of a capture, for arguments.
    pub(super) fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.into_os_string().into_string().unwrap()
    }

    /// The names of a capture's sample types.
    pub(super) fn types(&self, name: &str) -> Vec<String> {
        let bytes = std::fs::read(self.path(name)).unwrap();
        let profile = decode::profile(&bytes).unwrap();
        profile.sample_types.iter().map(|it| profile.str(it.typ).to_owned()).collect()
    }

    /// Fetches all of these at once: most of them take a second in which nothing happens here.
    fn fetch(&self, target: &Target, wanted: &[Wanted]) {
        thread::scope(|scope| {
            for (path, name) in wanted {
                scope.spawn(move || std::fs::write(self.path(name), target.get(path)).unwrap());
            }
        });
    }
}

/// The captures of sidecar.
pub(super) fn captures() -> &'static Captures {
    static CAPTURED: OnceLock<Captures> = OnceLock::new();
    CAPTURED.get_or_init(|| {
        let target = Target::sidecar(&["-hot", "-grow", "-stuck=3", "-contend", "-memrate=4096"]);
        let captures = Captures { folder: tempfile::tempdir().unwrap() };
        for wanted in OF_SIDECAR {
            captures.fetch(&target, &[wanted]);
        }
        captures
    })
}

/// The captures of the busy program and of the idle one.
pub(super) fn odd_captures() -> &'static Captures {
    static CAPTURED: OnceLock<Captures> = OnceLock::new();
    CAPTURED.get_or_init(|| {
        let idle = Target::start(Program::Plain, &[]);
        let busy = Target::start(Program::Plain, &["-busy", "-memrate=512"]);
        let captures = Captures { folder: tempfile::tempdir().unwrap() };
        thread::scope(|scope| {
            scope.spawn(|| {
                // Serving it can cost the program a sample.
                let is_empty = |it: &[u8]| decode::profile(it).unwrap().samples.is_empty();
                let cpu = idle.get_until("profile?seconds=1", is_empty);
                std::fs::write(captures.path(IDLE_CPU), cpu).unwrap();
                captures.fetch(&idle, &OF_IDLE);
            });
            for wanted in OF_BUSY {
                captures.fetch(&busy, &wanted);
            }
        });
        captures
    })
}

/// The names of the captures of sidecar.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OF_SIDECAR.into_iter().map(|it| it.1)
}

/// The names of the captures of the busy program and of the idle one.
pub(super) fn odd_names() -> impl Iterator<Item = &'static str> {
    OF_BUSY.into_iter().flatten().chain(OF_IDLE).map(|it| it.1).chain([IDLE_CPU])
}
