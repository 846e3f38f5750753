//! Goroutines that wait for one lock or one database connection are shown together, with who may
//! hold it.

use pprof_lens::decode;
use pprof_lens::model::Dump;
use pprof_lens::stuck::{Judged, PileUp, Resource, judge};

use super::super::support::go::Program;
use super::super::support::lens::Lens;
use super::super::support::target::Target;
use super::recorded;

/// The pile-ups as text: `lock [IDS] < ID in FUNCTION (STATE)`.
fn shown(judged: &Judged) -> String {
    let line = |it: &PileUp| {
        let resource = match it.resource {
            Resource::Lock => "lock",
            Resource::DatabaseConnection => "connection",
        };
        let holder = it.likely_holder.as_ref();
        let holder = holder.map(|it| format!("{} in {} ({})", it.id, it.function, it.state));
        format!("{resource} {:?} < {}", it.ids, holder.as_deref().unwrap_or("nobody"))
    };
    judged.pile_ups.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A goroutine that waits for a lock in a method of this receiver.
fn locking(id: u32, lock: &str, receiver: &str) -> String {
    format!(
        "goroutine {id} [sync.Mutex.Lock]:\n\
         internal/sync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)\n\t/usr/local/go/src/runtime/sema.go:95 +0x25\n\
         internal/sync.(*Mutex).lockSlow({lock})\n\t/usr/local/go/src/internal/sync/mutex.go:149 +0x15d\n\
         internal/sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/internal/sync/mutex.go:70\n\
         sync.(*Mutex).Lock(...)\n\t/usr/local/go/src/sync/mutex.go:46\n\
         main.(*Cache).Get({receiver}, {{0x1, 0x2}})\n\t/home/dev/cache.go:12 +0x1\n\
         created by main.main in goroutine 1\n\t/home/dev/main.go:5 +0x1\n\n"
    )
}

/// A goroutine inside a method of this receiver.
fn inside(id: u32, state: &str, receiver: &str) -> String {
    format!(
        "goroutine {id} [{state}]:\nmain.load(0x5)\n\t/home/dev/cache.go:40 +0x1\n\
         main.(*Cache).fill({receiver}, 0x1)\n\t/home/dev/cache.go:30 +0x1\n\
         created by main.main in goroutine 1\n\t/home/dev/main.go:5 +0x1\n\n"
    )
}

fn dump(goroutines: &[String]) -> Dump {
    decode::dump(goroutines.concat().as_bytes()).unwrap()
}

#[test]
fn one_lock_is_told_from_another_by_its_address() {
    let text = [
        locking(7, "0xc000010008", "0xc000010000"),
        locking(8, "0xc000010008", "0xc000010000?"),
        locking(9, "0xc000020008", "0xc000020000"),
        inside(10, "syscall", "0xc000010000"),
        inside(11, "syscall", "0xc000030000"),
    ];
    insta::assert_snapshot!(shown(&judge(&dump(&text), None, 0)), @"
    lock [7, 8] < 10 in main.(*Cache).fill (syscall)
    lock [9] < nobody
    ");
}

#[test]
fn a_holder_that_waits_explains_more_than_one_at_work() {
    let text = [
        locking(7, "0xc000010008", "0xc000010000"),
        inside(8, "runnable", "0xc000010000"),
        inside(9, "chan receive", "0xc000010000"),
    ];
    insta::assert_snapshot!(shown(&judge(&dump(&text), None, 0)), @"lock [7] < 9 in main.(*Cache).fill (chan receive)");
}

#[test]
fn a_locked_database_shows_who_has_the_connection() {
    let judged = judge(&recorded("sidecar.locked3.txt"), None, 0);
    insta::assert_snapshot!(shown(&judged), @"connection [6050, 6095, 6151, 6153] < 6065 in database/sql.(*Rows).Next (syscall)");
}

#[test]
fn a_live_program_shows_its_pile_ups() {
    let target = Target::start(Program::Stuck, &["-run=lock,database/sql"]);
    let lens = Lens::new();
    let judged = lens.json(&["goroutines", target.url(), "--json"]);
    let pile_ups = judged["pile_ups"].as_array().unwrap();
    let of = |resource: &str, n: usize, holder: &str| {
        pile_ups.iter().any(|it| {
            it["resource"] == resource
                && it["ids"].as_array().unwrap().len() == n
                && it["likely_holder"]["function"].as_str().unwrap_or("").contains(holder)
        })
    };
    assert!(of("lock", 2, "(*cache).leakedFetch"), "{pile_ups:#?}");
    assert!(of("lock", 1, "leakedCycle.func"), "{pile_ups:#?}");
    assert!(of("database_connection", 3, ""), "{pile_ups:#?}");
    let text = lens.ok(&["goroutines", target.url()]);
    assert!(text.contains("2 goroutines wait for one lock, likely held by goroutine"), "{text}");
    assert!(text.contains("3 goroutines wait for a connection of one database"), "{text}");
}
