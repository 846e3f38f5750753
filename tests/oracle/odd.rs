//! Captures of a program with labels, generic code, recursion and stacks deeper than profiles
//! keep; differences that the target made itself; and captures without any samples.

use pprof_lens::decode;
use pprof_lens::model::{LabelSetId, LabelValue, Profile};

use super::captures::{odd_captures, odd_names};
use super::{Case, check_all};

const GRANULARITIES: [&str; 4] = ["", "-lines", "-filefunctions", "-files"];

const OTHERS: [&str; 15] = [
    "",
    "-cum",
    "-noinlines",
    "-nodefraction=0",
    "-nodefraction=0.1",
    "-nodecount=5",
    "-unit=ms",
    "-unit=kB",
    "-unit=count",
    "-unit=auto -cum",
    "-focus=descend|ring -unit=us",
    "-ignore=^runtime -cum",
    "-nodecount=9 -cum -nodefraction=0",
    "-focus=busy.go -noinlines",
    "-ignore=touch|spin -nodefraction=0.1",
];

/// Each sample type by number or by name.
fn sample_indexes(name: &str) -> Vec<String> {
    let types = odd_captures().types(name);
    let both = types.into_iter().enumerate().map(|(idx, name)| match idx % 2 {
        0 => format!("-sample_index={idx}"),
        _ => format!("-sample_index={name}"),
    });
    both.collect()
}

#[test]
fn top_equals_pprof_on_odd_programs() {
    let mut others = OTHERS.iter().cycle();
    let mut cases = Vec::new();
    for name in odd_names() {
        for index in sample_indexes(name) {
            for granularity in GRANULARITIES {
                for other in others.by_ref().take(2) {
                    let options = format!("{granularity} {index} {other}");
                    cases.push(Case::top(options, odd_captures().path(name)));
                }
            }
        }
    }
    assert!(cases.len() > 250, "{}", cases.len());
    check_all(&cases);
}

#[test]
fn list_equals_pprof_on_odd_programs() {
    let mut cases = Vec::new();
    for name in odd_names() {
        for functions in ["descend", r"\[go.shape", "fibonacci|isEven", "main", "no such function"]
        {
            for options in ["", "-noinlines -unit=ns -sample_index=0"] {
                cases.push(Case::list(functions, options, odd_captures().path(name)));
            }
        }
    }
    check_all(&cases);
}

#[test]
fn differences_equal_pprof_on_odd_programs() {
    let pairs = [
        ("busy-heap", "later-heap"),
        ("busy-allocs", "later-allocs"),
        ("busy-cpu", "later-cpu"),
        ("busy-mutex", "later-mutex"),
        ("busy-block", "later-block"),
        ("busy-goroutine", "later-goroutine"),
        // Not the other way round: Go says of an empty profile that its functions have no names,
        // and pprof then names all of the difference anew from the local binary, without
        // what is inlined.
        ("idle-cpu", "busy-cpu"),
        ("idle-mutex", "later-mutex"),
        ("later-heap", "delta-heap"),
        // What only one of them counts is left out.
        ("busy-mutex", "later-block"),
        ("busy-goroutine", "later-heap"),
    ];
    let mut others = ["", "-normalize", "-cum -nodefraction=0", "-nodefraction=0.1", "-noinlines"]
        .into_iter()
        .cycle();
    let mut cases = Vec::new();
    for (base, name) in pairs {
        for index in sample_indexes(name) {
            for kind in ["-base", "-diff_base"] {
                let base = format!("{kind}={} {index}", odd_captures().path(base));
                for granularity in GRANULARITIES {
                    let options = format!("{base} {granularity} {}", others.next().unwrap());
                    cases.push(Case::top(options, odd_captures().path(name)));
                }
                let options = format!("{base} {}", others.next().unwrap());
                cases.push(Case::list("main|ring", &options, odd_captures().path(name)));
            }
        }
    }
    assert!(cases.len() > 150, "{}", cases.len());
    check_all(&cases);
}

/// The captures are what the tests above are for.
#[test]
fn odd_captures_are_odd() {
    let read =
        |name: &str| decode::profile(&std::fs::read(odd_captures().path(name)).unwrap()).unwrap();
    let has = |profile: &Profile, text: &str| profile.strings.iter().any(|it| it.1.contains(text));

    let cpu = read("busy-cpu");
    let is_text = |it: LabelValue| matches!(it, LabelValue::Str(_));
    let labels = |it: LabelSetId| cpu.samples.labels(it).iter();
    assert!(cpu.samples.iter().any(|it| labels(it.labels).any(|it| is_text(it.value))));
    assert!(has(&cpu, "/login") && cpu.duration_nanos > 0);
    assert!(cpu.locations.iter().any(|it| it.n_lines > 1), "nothing is inlined");

    let goroutines = read("busy-goroutine");
    let deepest = goroutines.samples.iter().map(|it| it.stack.len()).max();
    assert!(deepest >= Some(100), "{deepest:?}");
    assert!(has(&goroutines, "main.descend"));
    assert!(has(&read("busy-allocs"), "main.apply[go.shape.func(int, string) error]"));

    for delta in ["delta-heap", "delta-mutex"] {
        assert!(read(delta).duration_nanos > 0, "{delta}");
    }
    for empty in ["idle-cpu", "idle-block"] {
        assert!(read(empty).samples.is_empty(), "{empty}");
    }
}
