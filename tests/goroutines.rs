//! Goroutine dumps: read, judged, and shown by the binary.

mod dumps;
mod pile_ups;
mod shown;
mod trust;
mod verdicts;
mod versions;

use pprof_lens::decode;
use pprof_lens::model::Dump;

use super::support::go::tests_folder;

/// The text of a recorded dump.
fn recorded_text(name: &str) -> Vec<u8> {
    std::fs::read(tests_folder().join("dumps").join(name)).unwrap()
}

/// A recorded dump, all of which must be understood.
fn recorded(name: &str) -> Dump {
    let dump = decode::dump(&recorded_text(name)).unwrap();
    assert!(!dump.truncated && dump.n_unknown_lines == 0, "{name}: {:?}", dump.unknown_lines);
    dump
}
