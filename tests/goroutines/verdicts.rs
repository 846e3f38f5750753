//! Verdicts on drawn goroutines, and on recorded dumps.

use pprof_lens::decode;
use pprof_lens::model::Dump;
use pprof_lens::stuck::{Group, Judged, Looks, Verdict, judge};

use super::recorded;

/// A dump drawn as text: a line per goroutine, `ID [STATE] WAITS < CALLER <- CREATOR ID`.
/// The first is always the one that wrote the dump.
fn drawn(text: &str) -> Dump {
    let mut out = String::from(
        "goroutine 99 [running]:\nruntime/pprof.writeGoroutineStacks()\n\t/usr/local/go/src/runtime/pprof/pprof.go:1 +0x1\ncreated by net/http.(*Server).Serve in goroutine 1\n\t/usr/local/go/src/net/http/server.go:1 +0x1\n",
    );
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (header, stack) = line.split_once("] ").unwrap();
        let (frames, creator) =
            stack.split_once(" <- ").map_or((stack, None), |(a, b)| (a, Some(b)));
        out += &format!("\ngoroutine {header}]:\n");
        for function in frames.split(" < ") {
            out += &format!("{function}()\n\t{} +0x1\n", place(function));
        }
        if let Some((function, id)) = creator.and_then(|it| it.rsplit_once(' ')) {
            out +=
                &format!("created by {function} in goroutine {id}\n\t{} +0x1\n", place(function));
        }
    }
    let dump = decode::dump(out.as_bytes()).unwrap();
    assert!(!dump.truncated && dump.n_unknown_lines == 0, "{text}: {:?}", dump.unknown_lines);
    dump
}

/// Where a drawn function stands.
fn place(function: &str) -> String {
    let package = function.split('.').next().unwrap();
    let root = if ["main", "app"].contains(&package) { "/home/dev" } else { "/usr/local/go" };
    format!("{root}/src/{package}/x.go:1")
}

/// The groups but the one that wrote the dump, as text.
fn shown(judged: &Judged) -> String {
    let mut out = String::new();
    for it in judged.groups.iter().filter(|it| it.ids != [99]) {
        out += &format!("{:?} {:?} [{}]: {}\n", it.verdict, it.ids, it.state, it.reason);
    }
    out
}

/// What one look says.
fn once(text: &str) -> String {
    shown(&judge(&drawn(text), None, 0))
}

/// What the second look says, so many seconds after the first.
fn twice(first: &str, seconds: u64, second: &str) -> String {
    let looks = Looks::after(None, &drawn(first), 1000);
    shown(&judge(&drawn(second), Some(&looks), 1000 + seconds))
}

#[test]
fn proved() {
    insta::assert_snapshot!(once(
        "7 [chan receive (leaked)] main.f <- main.main 1
         8 [chan receive (nil chan), 5 minutes] main.g <- main.main 1
         9 [chan send (nil chan)] main.h <- main.main 1
         10 [select (no cases)] main.i <- main.main 1"
    ), @"
    Proved [8] [chan receive (nil chan)]: The channel is nil: a receive from it never ends.
    Proved [7] [chan receive]: Go's leak detector found that nothing that still runs can reach what it waits for.
    Proved [9] [chan send (nil chan)]: The channel is nil: a send to it never ends.
    Proved [10] [select (no cases)]: A select without cases never ends.
    ");
    // A common way to end main.
    insta::assert_snapshot!(once("1 [select (no cases)] main.main"), @"Idle [1] [select (no cases)]: The main goroutine ends in select {} on purpose, so that the others go on.");
}

#[test]
fn a_command_that_waits_is_suspect_then_stuck() {
    let commands = "7 [chan receive] main.fetch.func1 < main.refresh.func1 <- main.refresh 1
                    8 [chan receive] main.fetch.func1 < main.refresh.func1 <- main.refresh 1";
    insta::assert_snapshot!(once(commands), @"Suspect [7, 8] [chan receive]: Each waits for a value that has not been sent; seen once, so it may be about to end.");
    insta::assert_snapshot!(twice(commands, 12, commands), @"Suspect [7, 8] [chan receive]: Each waits for a value that has not been sent, the same ones in the same wait in two looks 12 s apart: too short to call it stuck.");
    insta::assert_snapshot!(twice(commands, 65, commands), @"Stuck [7, 8] [chan receive]: Each waits for a value that has not been sent, the same ones in the same wait in two looks 65 s apart.");
    // Others in the same wait: nobody was stuck.
    let others = commands.replace("7 [", "17 [").replace("8 [", "18 [");
    insta::assert_snapshot!(twice(commands, 65, &others), @"Suspect [17, 18] [chan receive]: Each waits for a value that has not been sent; seen once, so it may be about to end.");
    let with_age = commands.replace("8 [chan receive]", "8 [chan receive, 5 minutes]");
    insta::assert_snapshot!(once(&with_age), @"Stuck [7, 8] [chan receive]: Each waits for a value that has not been sent, 1 of 2 for a minute, the oldest for 5 min or more by Go's clock.");
    // It moved on, and waits elsewhere.
    let moved = "7 [chan receive] main.fetch.func2 < main.refresh.func1 <- main.refresh 1";
    insta::assert_snapshot!(twice(commands, 65, moved), @"Suspect [7] [chan receive]: Waits for a value that has not been sent; seen once, so it may be about to end.");
}

#[test]
fn senders_and_lockers_never_rest() {
    insta::assert_snapshot!(once(
        "7 [chan send, 2 minutes] main.main.func1 <- main.main 1
         8 [sync.Mutex.Lock] sync.(*Mutex).Lock < main.worker <- main.main 1
         9 [semacquire, 1 minutes] sync.runtime_SemacquireMutex < sync.(*Mutex).Lock < main.worker <- main.main 1"
    ), @"
    Stuck [7] [chan send]: Waits for somebody to receive what it sends, for 2 min or more by Go's clock.
    Stuck [9] [semacquire]: Waits for somebody else, for 1 min or more by Go's clock.
    Suspect [8] [sync.Mutex.Lock]: Waits for a lock that somebody else holds; seen once, so it may be about to end.
    ");
}

#[test]
fn workers_rest_until_they_pile_up() {
    let workers = "7 [chan receive, 9 minutes] main.worker <- main.main 1
                   8 [chan receive] main.worker <- main.main 1
                   9 [select, 9 minutes] main.loop < main.main.func1 <- main.main 1
                   10 [sync.Cond.Wait, 9 minutes] sync.(*Cond).Wait < main.queue <- main.main 1
                   11 [sync.WaitGroup.Wait, 9 minutes] sync.(*WaitGroup).Wait < main.main.func2 <- main.main 1";
    insta::assert_snapshot!(once(workers), @"
    Idle [7, 8] [chan receive]: Each waits for the next event where it started, in main.worker.
    Idle [9] [select]: Waits for the next event where it started, in main.loop.
    Idle [10] [sync.Cond.Wait]: Waits for the next event where it started, in main.queue.
    Idle [11] [sync.WaitGroup.Wait]: Waits for others to be done where it started, in main.main.func2.
    ");
    let more = "7 [chan receive] main.worker <- main.main 1
                8 [chan receive] main.worker <- main.main 1
                12 [chan receive] main.worker <- main.main 1
                13 [chan receive] main.worker <- main.main 1";
    insta::assert_snapshot!(twice(workers, 60, more), @"Suspect [7, 8, 12, 13] [chan receive]: Each waits where it started, as workers do, but they went from 2 to 4 in 1 min, and none has moved on.");
}

#[test]
fn the_main_goroutine_may_wait_for_the_others() {
    insta::assert_snapshot!(once("1 [select, 9 minutes] app.Run < app.Execute < main.main"), @"Idle [1] [select]: The main goroutine waits for the rest of the program.");
    // Not when it is held up in a library call.
    insta::assert_snapshot!(once("1 [select, 9 minutes] os/exec.(*Cmd).Wait < app.Run < main.main"), @"Stuck [1] [select]: Waits for one of several events, of which none has come, for 9 min or more by Go's clock.");
}

#[test]
fn a_parent_waits_for_its_children() {
    insta::assert_snapshot!(once(
        "7 [sync.WaitGroup.Wait, 9 minutes] sync.(*WaitGroup).Wait < app.all < app.run < main.main.func1 <- main.main 1
         8 [sleep] time.Sleep < app.one <- app.all 7"
    ), @"
    Idle [7] [sync.WaitGroup.Wait]: Waits for 1 goroutine that it started.
    Idle [8] [sleep]: Sleeps; a timer will wake it.
    ");
    insta::assert_snapshot!(once(
        "7 [sync.WaitGroup.Wait, 9 minutes] sync.(*WaitGroup).Wait < app.all < app.run < main.main.func1 <- main.main 1"
    ), @"Stuck [7] [sync.WaitGroup.Wait]: Waits for other goroutines to be done, for 9 min or more by Go's clock.");
}

#[test]
fn the_rest_is_idle_or_at_work() {
    insta::assert_snapshot!(once(
        "7 [IO wait, 99 minutes] main.f <- main.main 1
         8 [sleep] main.f <- main.main 1
         9 [runnable] main.f <- main.main 1
         10 [syscall] main.f <- main.main 1
         11 [syscall, 3 minutes] main.f <- main.main 1
         12 [a state of Go 1.40] main.f <- main.main 1
         13 [chan receive (durable), 3 minutes, synctest bubble 1] main.g < main.f <- main.main 1"
    ), @r#"
    Suspect [10, 11] [syscall]: In one system call or C function, 1 of 2 for a minute, the oldest for 3 min or more by Go's clock; some last by nature.
    Idle [7] [IO wait]: Waits for the network or a file, which may take for ever.
    Idle [13] [chan receive]: It is in a testing/synctest bubble.
    Idle [8] [sleep]: Sleeps; a timer will wake it.
    Idle [12] [a state of Go 1.40]: This version does not know the state "a state of Go 1.40".
    Running [9] [runnable]: Ready to work.
    "#);
}

#[test]
fn a_sidecar_that_is_well_has_no_suspects() {
    for name in ["default_idle", "idle127", "shell_open", "interactive"] {
        let dump = recorded(&format!("sidecar.{name}.txt"));
        // Even when nothing moves for an hour.
        let looks = Looks::after(None, &dump, 0);
        for judged in [judge(&dump, None, 0), judge(&dump, Some(&looks), 3600)] {
            for it in &judged.groups {
                assert!(Verdict::Suspect < it.verdict, "{name}: {it:#?}");
            }
        }
    }
}

/// `VERDICT IDS` of the groups below `FetchData`, a line for each look.
fn fetching(judged: &[Judged]) -> String {
    let is_fetching =
        |it: &&Group| it.frames.iter().any(|it| it.function.contains("monitor.FetchData"));
    let shown = |it: &Group| format!("{:?} {:?}", it.verdict, it.ids);
    let line = |it: &Judged| {
        it.groups.iter().filter(is_fetching).map(shown).collect::<Vec<_>>().join(", ")
    };
    judged.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_locked_database_makes_commands_suspect_then_stuck() {
    let dumps = ["locked1", "locked2", "locked3"].map(|it| recorded(&format!("sidecar.{it}.txt")));
    let judge_at = |times: [u64; 3]| {
        let mut looks = None;
        let mut judged = Vec::new();
        for (dump, now) in dumps.iter().zip(times) {
            judged.push(judge(dump, looks.as_ref(), now));
            looks = Some(Looks::after(looks.as_ref(), dump, now));
        }
        judged
    };
    let as_recorded = judge_at([0, 12, 24]);
    insta::assert_snapshot!(fetching(&as_recorded), @"
    Suspect [6050], Suspect [6065]
    Suspect [6050], Suspect [6095], Running [6065]
    Suspect [6050, 6095], Suspect [6151], Running [6065]
    ");
    let slowly = judge_at([0, 60, 120]);
    insta::assert_snapshot!(fetching(&slowly), @"
    Suspect [6050], Suspect [6065]
    Stuck [6050], Suspect [6095], Running [6065]
    Stuck [6050, 6095], Suspect [6151], Running [6065]
    ");
    for it in as_recorded.iter().flat_map(|it| &it.groups) {
        assert!(Verdict::Stuck < it.verdict, "{it:#?}");
    }
}

#[test]
fn what_the_leak_detector_marks_is_proved() {
    for (name, expected) in
        [("go1.26.6-leakexp.leak.debug2.txt", 17), ("go1.27.3.leak.debug2.txt", 7)]
    {
        let dump = recorded(name);
        let n_leaked = dump.goroutines.iter().filter(|it| it.leaked).count();
        let judged = judge(&dump, None, 0);
        let proved = judged.groups.iter().filter(|it| it.verdict == Verdict::Proved);
        let n_proved: usize = proved.map(Group::count).sum();
        assert_eq!((n_leaked, n_proved), (expected, expected), "{name}");
    }
}
