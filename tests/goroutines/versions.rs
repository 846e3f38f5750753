//! Live dumps of the Go that builds the other programs, and of Go 1.27.

use std::process::Command;

use pprof_lens::decode;
use pprof_lens::model::{Dump, Goroutine};
use pprof_lens::stuck::{Group, Verdict, judge};

use super::super::support::go::{self, tests_folder};
use super::super::support::target::Target;

/// Runs `tests/targets/forms`, built by this `go`, with all that a dump may say switched on.
fn start(mut go: Command, name: &str) -> Target {
    if name == "default" && go::version_of(&mut go::go()).starts_with("go1.26") {
        go.env("GOEXPERIMENT", "goroutineleakprofile");
    }
    let root = tests_folder().join("targets/forms");
    let file = go::build_with(go, &root, ".", &format!("forms-{name}"), &[]).unwrap();
    let mut command = Command::new(file);
    command.env("GODEBUG", "tracebackancestors=3,tracebacklabels=1");
    let target = Target::spawn(command);
    target.get_until("goroutine?debug=2", |dump| {
        let dump = String::from_utf8_lossy(dump);
        dump.matches("main.each(").count() == 3 && dump.matches("[chan receive").count() >= 9
    });
    target
}

fn dump(target: &Target, path: &str) -> Dump {
    let dump = decode::dump(&target.get(path)).unwrap();
    assert!(!dump.truncated && dump.n_unknown_lines == 0, "{:?}", dump.unknown_lines);
    dump
}

/// The goroutine that was started in a function.
fn started_in<'a>(dump: &'a Dump, function: &str) -> &'a Goroutine {
    let is_it = |it: &&Goroutine| {
        dump.stack(it.stack)
            .is_some_and(|it| it.frames.last().is_some_and(|it| *it.function == *function))
    };
    dump.goroutines.iter().find(is_it).unwrap_or_else(|| panic!("{function}: {dump:#?}"))
}

fn check(target: &Target) {
    let found = dump(target, "goroutine?debug=2");
    let labelled = started_in(&found, "main.labelled");
    assert!(labelled.labels.contains(&("path".into(), "/api/v1".into())), "{labelled:?}");
    assert!(
        labelled.labels.contains(&("a key".into(), "a \"value\", ]: é".into())),
        "{labelled:?}"
    );
    assert!(started_in(&found, "main.locked").locked_to_thread);
    let deep = found.stack(started_in(&found, "main.deep").stack).unwrap();
    assert!((50..=110).contains(&deep.frames.len()) && deep.n_elided > 90, "{}", deep.n_elided);
    let generic = found.stack(started_in(&found, "main.wait[...]").stack).unwrap();
    assert_eq!(&*generic.created_by.as_ref().unwrap().frame.function, "main.box[...].start");
    assert_eq!(started_in(&found, "main.leaked").creator_id, Some(1));
    let three = judge(&found, None, 0).groups;
    let three: Vec<&Group> =
        three.iter().filter(|it| &*it.frames[0].function == "main.each").collect();
    assert_eq!(three.iter().map(|it| it.count()).collect::<Vec<_>>(), [3], "one group for all");

    // The detector looks at stacks with care: what was on one a moment ago may hide a leak once.
    target.get_until("goroutineleak?debug=2", |it| {
        String::from_utf8_lossy(it).contains("[sync.Mutex.Lock (leaked)")
    });
    let leaks = dump(target, "goroutineleak?debug=2");
    assert!(started_in(&leaks, "main.leaked").leaked);
    let judged = judge(&leaks, None, 0);
    let proved: Vec<&Group> =
        judged.groups.iter().filter(|it| it.verdict == Verdict::Proved).collect();
    assert!(proved.iter().any(|it| it.state == "sync.Mutex.Lock"), "{proved:#?}");
}

#[test]
fn dumps_of_the_default_go() {
    check(&start(go::go(), "default"));
}

#[test]
fn dumps_of_go_1_27() {
    let mut go = go::go_1_27();
    assert!(go::version_of(&mut go).starts_with("go1.27"));
    check(&start(go::go_1_27(), "1.27"));
}

#[test]
fn a_bubble_is_left_alone() {
    let dump = super::recorded("go1.27.3.bubble.debug2.txt");
    let in_bubble = dump.goroutines.iter().filter(|it| it.synctest == Some(1));
    assert_eq!(in_bubble.count(), 5);
    for it in judge(&dump, None, 0).groups {
        assert!(Verdict::Suspect < it.verdict, "{it:#?}");
    }
}
