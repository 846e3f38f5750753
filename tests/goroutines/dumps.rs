//! Recorded dumps are read whole, cut and damaged.

use std::sync::LazyLock;

use pprof_lens::decode;
use pprof_lens::model::{Dump, Goroutine, Stack};
use proptest::prelude::*;

use super::super::support::go::tests_folder;
use super::{recorded, recorded_text};

const N_RECORDED: usize = 20;

/// Those with labels, on one goroutine.
const HAVE_LABELS: [&str; 4] = [
    "go1.26.8.forms.labels.debug2.txt",
    "go1.27.3.forms.labels.debug2.txt",
    "go1.27.3.labels.debug2.txt",
    "go1.27.3.leak.debug2.txt",
];

/// Every recorded dump: name, text, and what it says.
static RECORDED: LazyLock<Vec<(String, Vec<u8>, Dump)>> = LazyLock::new(|| {
    let files = std::fs::read_dir(tests_folder().join("dumps")).unwrap();
    let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|it| it.ends_with(".txt")).collect();
    names.sort();
    names.into_iter().map(|it| (it.clone(), recorded_text(&it), recorded(&it))).collect()
});

/// A goroutine with its stack by value: its index differs between two dumps.
fn resolved<'a>(dump: &'a Dump, it: &'a Goroutine) -> (Goroutine, &'a Stack) {
    let mut header = it.clone();
    header.stack.0 = 0;
    (header, &dump.stacks[it.stack.0 as usize])
}

/// What is read of a part of a dump is what the whole says, up to some goroutine.
fn check_cut(whole: &Dump, text: &[u8], end: usize) {
    // An error is the answer to a text that ends before its first line does.
    let Ok(cut) = decode::dump(&text[..end]) else {
        assert!(!text[..end].contains(&b'\n'), "no goroutine in the first {end} bytes");
        return;
    };
    for (a, b) in cut.goroutines.iter().zip(&whole.goroutines) {
        assert_eq!(resolved(&cut, a), resolved(whole, b), "cut at {end}");
    }
    assert!(cut.goroutines.len() <= whole.goroutines.len(), "cut at {end}");
    let n_headers = text[..end].split(|it| *it == b'\n').filter(|it| is_header(it)).count();
    assert!(n_headers <= cut.goroutines.len() + 1, "cut at {end}: only the last may be missing");
    let n_missing = whole.goroutines.len() - cut.goroutines.len();
    // Between two goroutines, or between the lines of an ancestor, nothing shows the cut.
    let is_between = text[..end].ends_with(b"\n") && cut.goroutines.len() == n_headers;
    assert!(cut.truncated || n_missing == 0 || is_between, "cut at {end} and not told");
    assert_eq!(cut.n_unknown_lines, 0, "cut at {end}: {:?}", cut.unknown_lines);
}

fn is_header(line: &[u8]) -> bool {
    line.starts_with(b"goroutine ") && line.ends_with(b":")
}

#[test]
fn every_recorded_dump_is_read_whole() {
    assert_eq!(RECORDED.len(), N_RECORDED);
    for (name, text, dump) in RECORDED.iter() {
        let lines: Vec<&[u8]> = text.split(|it| *it == b'\n').collect();
        let n_headers = lines.iter().filter(|it| is_header(it)).count();
        assert_eq!(dump.goroutines.len(), n_headers, "{name}");
        assert!(dump.stacks.len() <= n_headers, "{name}");
        let n_minutes =
            lines.iter().filter(|it| is_header(it) && it.ends_with(b" minutes]:")).count();
        let with_minutes =
            dump.goroutines.iter().filter(|it| it.minutes.is_some() && !it.locked_to_thread);
        assert_eq!(with_minutes.count(), n_minutes, "{name}");
        let with_labels = dump.goroutines.iter().filter(|it| !it.labels.is_empty()).count();
        assert_eq!(with_labels, usize::from(HAVE_LABELS.contains(&name.as_str())), "{name}");
        for it in &dump.goroutines {
            let stack = &dump.stacks[it.stack.0 as usize];
            assert!(stack.created_by.is_some() != (it.id == 1), "{name}: {it:?}");
            assert!(
                stack.frames.iter().all(|it| 0 < it.line && !it.function.contains("0x")),
                "{name}"
            );
        }
    }
}

#[test]
fn a_dump_cut_at_any_byte_of_its_start_keeps_what_is_complete() {
    for name in ["go1.19.8.ancestors5.debug2.txt", "go1.26.6-leakexp.leak.debug2.txt"] {
        let (text, whole) = (recorded_text(name), recorded(name));
        for end in 0..2500 {
            check_cut(&whole, &text, end);
        }
    }
}

proptest! {
    #[test]
    fn a_dump_cut_anywhere_keeps_what_is_complete(
        dump_idx in 0..N_RECORDED,
        end in any::<prop::sample::Index>(),
    ) {
        let (_, text, whole) = &RECORDED[dump_idx];
        check_cut(whole, text, end.index(text.len()));
    }

    #[test]
    fn a_damaged_dump_is_read_as_far_as_it_goes(
        dump_idx in 0..N_RECORDED,
        damages in prop::collection::vec((any::<prop::sample::Index>(), 0..40usize, damage()), 1..20),
    ) {
        let mut text = RECORDED[dump_idx].1.clone();
        for (start, n_removed, inserted) in &damages {
            let start = start.index(text.len() + 1);
            let end = (start + n_removed).min(text.len());
            text.splice(start..end, inserted.iter().copied());
        }
        if let Ok(dump) = decode::dump(&text) {
            let n_lines = text.split(|it| *it == b'\n').count();
            prop_assert!(dump.goroutines.len() + dump.n_unknown_lines <= n_lines);
            prop_assert!(dump.unknown_lines.len() <= 8);
            for it in &dump.goroutines {
                prop_assert!((it.stack.0 as usize) < dump.stacks.len());
            }
        }
    }
}

/// Bytes that mean something to a dump, or nothing at all.
fn damage() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static str> = vec![
        "\n",
        "\n\n",
        "\t",
        "\r\n",
        "(",
        ")",
        "[",
        "]:",
        ", ",
        ":",
        "+0x",
        "created by ",
        "goroutine ",
        "goroutine 7 [select]:\n",
        " in goroutine 18446744073709551616",
        "...additional frames elided...\n",
        "...99999999999999999999 frames elided...\n",
        "[originating from goroutine 1]:\n",
        " labels:{\"a",
        " {k: v}",
        "\"",
        "\\x",
        ":4294967296",
        "non-Go function at pc=0x1\n",
        " minutes",
    ];
    prop_oneof![
        prop::sample::select(words).prop_map(|it| it.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..12),
    ]
}
