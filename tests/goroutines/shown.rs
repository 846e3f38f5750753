//! The command `goroutines`: on files, on live programs, on servers that are none.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::super::support::fake::{FakeServer, answer};
use super::super::support::go::{Program, marked_line, source_file, tests_folder};
use super::super::support::lens::Lens;
use super::super::support::process;
use super::super::support::target::Target;

const MONITOR: &str = "internal/plugins/tdmonitor/monitor.go";
const WATCHER: &str = "internal/plugins/gitstatus/watcher.go";

fn dump_file(name: &str) -> String {
    tests_folder().join("dumps").join(name).to_str().unwrap().to_owned()
}

/// The file and line of a frame in JSON.
fn place(frame: &serde_json::Value) -> (String, u64) {
    (frame["file"].as_str().unwrap().to_owned(), frame["line"].as_u64().unwrap())
}

fn marked(file: &str, mark: &str) -> (String, u64) {
    (source_file(file).to_str().unwrap().to_owned(), marked_line(file, mark).into())
}

#[test]
fn a_live_program_shows_what_is_stuck_and_leaves_the_rest_alone() {
    let target = Target::sidecar(&["-stuck=3", "-stuck-nil=2"]);
    target.get_until("goroutine?debug=2", |dump| {
        String::from_utf8_lossy(dump).matches("fetchData").count() >= 3
    });
    let lens = Lens::new();
    let judged = lens.json(&["goroutines", target.url(), "--json"]);
    assert_eq!(judged["truncated"], false);
    let groups = judged["groups"].as_array().unwrap();
    let count: u64 = groups.iter().map(|it| it["count"].as_u64().unwrap()).sum();
    assert_eq!(judged["total"], count);
    for it in groups {
        assert_eq!(it["ids"].as_array().unwrap().len() as u64, it["count"].as_u64().unwrap());
    }

    let loud: Vec<_> =
        groups.iter().filter(|it| it["verdict"] != "idle" && it["verdict"] != "running").collect();
    let [nil, fetching] = loud.as_slice() else { panic!("{loud:#?}") };
    assert_eq!((&nil["verdict"], &nil["count"]), (&"proved".into(), &2.into()));
    assert_eq!(nil["state"], "chan receive (nil chan)");
    assert_eq!(place(&nil["frames"][0]), marked(WATCHER, "nil channel line"));
    assert_eq!((&fetching["verdict"], &fetching["count"]), (&"suspect".into(), &3.into()));
    assert_eq!(fetching["state"], "chan receive");
    assert!(fetching["frames"][0]["function"].as_str().unwrap().contains("fetchData"));
    assert_eq!(place(&fetching["frames"][0]), marked(MONITOR, "stuck line"));
    assert_eq!(place(&fetching["created_by"]), marked(MONITOR, "go line"));
}

#[test]
fn two_looks_tell_that_the_same_ones_wait() {
    let target = Target::sidecar(&["-stuck=2"]);
    target.get_until("goroutine?debug=2", |dump| {
        String::from_utf8_lossy(dump).matches("fetchData").count() >= 2
    });
    let pid = target.pid().to_string();
    let judged = Lens::new().json(&["goroutines", &pid, "--json", "--watch", "1"]);
    let groups = judged["groups"].as_array().unwrap();
    let loud: Vec<_> = groups.iter().filter(|it| it["verdict"] == "suspect").collect();
    let [fetching] = loud.as_slice() else { panic!("{groups:#?}") };
    assert!(fetching["oldest_seconds"].as_u64().unwrap() >= 1);
    let reason = fetching["reason"].as_str().unwrap();
    assert!(reason.contains("the same ones in the same wait in two looks"), "{reason}");
}

#[test]
fn watching_goes_on_when_the_program_is_started_again() {
    let target = Target::sidecar(&["-stuck=2"]);
    let (port, address) = (target.port(), target.address().to_owned());
    let lens = Lens::new();
    let mut command = lens.command(&["goroutines", &address, "--watch", "1"]);
    let mut watching = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    // The heads of two reports, and of one of the next run.
    let mut head = |count: &str| {
        let head = lines.find(|it| it.as_ref().is_ok_and(|it| it.contains("chan receive · ")));
        let head = head.unwrap().unwrap();
        assert!(head.contains(count), "{head}");
        head
    };
    head("2 goroutines");
    head("2 goroutines");
    drop(target);
    let _target = Target::start_on(Program::Sidecar, port, &["-stuck=5"]);
    while !head("goroutines").contains("5 goroutines") {}
    let trend = head("5 goroutines");
    assert!(trend.contains(" · +3 in "), "{trend}");
    watching.kill().unwrap();
    watching.wait().unwrap();
}

#[test]
fn text_for_a_terminal() {
    let lens = Lens::new();
    let text = "goroutine 9 [running]:\nruntime/pprof.writeGoroutineStacks()\n\t/usr/local/go/src/runtime/pprof/pprof.go:1 +0x1\n\
        created by net/http.(*Server).Serve in goroutine 1\n\t/usr/local/go/src/net/http/server.go:1 +0x1\n\n\
        goroutine 20 [select, 125 minutes]:\n\
        database/sql.(*DB).conn(0x1)\n\t/usr/local/go/src/database/sql/sql.go:1 +0x1\n\
        database/sql.(*DB).Query(0x1)\n\t/usr/local/go/src/database/sql/sql.go:2 +0x1\n\
        example.com/app/v2.deep(0x1)\n\t/home/dev/app/deep.go:3 +0x1\n\
        example.com/app/v2.deep(0x1)\n\t/home/dev/app/deep.go:3 +0x1\n\
        example.com/app/v2.(*Model).fetch\x1b[31m\u{202e}(0x1)\n\t/home/dev/a folder with a name that is long enough to need more than one line/app/model.go:4 +0x1\n\
        created by example.com/app/v2.Start in goroutine 1\n\t/home/dev/app/start.go:5 +0x1\n\n\
        goroutine 21 [IO wait]:\nmain.f()\n\t/m.go:1 +0x1\ncreated by main.main in goroutine 1\n\t/m.go:1 +0x1\n";
    let file = lens.file("dump.txt", text.as_bytes());
    insta::assert_snapshot!(lens.ok(&["goroutines", &file]).replace(&file, "dump.txt"), @r"
    3 goroutines of dump.txt:
      1 stuck, 1 idle, 1 running

    STUCK  1 goroutine · select · 2 h 5 min
      Waits for one of several events, of which none has come, for 2 h 5 min or more
      by Go's clock.
        database/sql.(*DB).Query, and 1 call inside it
        app/v2.deep (2 times)  /home/dev/app/deep.go:3
        app/v2.(*Model).fetch\u{1b}[31m\u{202e}
          …/app/model.go:4
        started by app/v2.Start  /home/dev/app/start.go:5
        id 20

    IDLE  1 goroutine: 1 IO wait
    RUNNING  1 goroutine: 1 running
    ");
    // Colours where they are wanted, and nothing of the dump's own.
    let coloured =
        process::run(lens.command(&["goroutines", &file]).env("CLICOLOR_FORCE", "1"), &[]);
    assert!(coloured.stdout.contains("\x1b[1m\x1b[35mSTUCK\x1b[0m"), "{:?}", coloured.stdout);
    assert!(!coloured.stdout.contains("\x1b[31m\u{202e}"));
}

#[test]
fn no_line_of_the_recorded_dumps_is_too_long() {
    let lens = Lens::new();
    for name in ["sidecar.locked3.txt", "sidecar.shell_open.txt", "go1.25.5.wait130.debug2.txt"] {
        let file = dump_file(name);
        for args in [&["goroutines", &file][..], &["goroutines", &file, "--all"]] {
            for line in lens.ok(args).lines().filter(|it| !it.contains(&file)) {
                // A function's name is never cut: it is what people search for.
                let is_long_name = line.starts_with("    ") && !line.contains('/');
                assert!(line.chars().count() <= 80 || is_long_name, "{line}");
            }
        }
    }
}

#[test]
fn standard_input_and_a_dump_that_was_cut() {
    let text = super::recorded_text("sidecar.default_idle.txt");
    let lens = Lens::new();
    let finished = process::run(&mut lens.command(&["goroutines", "-"]), &text[..text.len() - 300]);
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.contains("The dump was cut"), "{}", finished.stdout);
}

#[test]
fn what_is_no_dump_gets_a_message_that_says_what_to_do() {
    let lens = Lens::new();
    let page = lens.file("page.txt", b"<html>\n");
    let message = lens.fails(&["goroutines", &page]);
    assert!(message.contains("goroutine?debug=2"), "{message}");
    let message = lens.fails(&["goroutines", "no-such-file.txt"]);
    assert!(message.contains("no-such-file.txt is no file here"), "{message}");
    let message = lens.fails(&["goroutines", &page, "--watch", "60"]);
    assert!(message.contains("--watch wants a running program"), "{message}");
    let message = lens.fails(&["goroutines", "127.0.0.1:1"]);
    assert!(message.contains("127.0.0.1:1"), "{message}");
}

/// A program that says it has so many goroutines, and dumps one.
fn crowded(n_goroutines: u64) -> FakeServer {
    FakeServer::start(move |path| {
        if path.contains("goroutine") {
            let dump = "goroutine 1 [running]:\nmain.main()\n\t/m.go:1 +0x1\n";
            return answer("200 OK", "text/plain", dump.as_bytes());
        }
        let page = format!(
            "<title>/debug/pprof/</title><td>{n_goroutines}</td><td><a href='goroutine?debug=1'>goroutine</a></td>"
        );
        answer("200 OK", "text/html", page.as_bytes())
    })
}

#[test]
fn many_goroutines_are_dumped_only_on_demand() {
    let lens = Lens::new();
    let server = crowded(12_000);
    let message = lens.fails(&["goroutines", &server.address()]);
    assert!(message.contains("has 12000 goroutines"), "{message}");
    assert!(message.contains("stops it for about 0.3 s, up to 1.4 s"), "{message}");
    assert!(message.contains("--force"), "{message}");
    assert!(server.requests().iter().all(|it| !it.contains("debug=2")), "{:?}", server.requests());
    lens.ok(&["goroutines", &server.address(), "--force"]);

    let server = crowded(40_000);
    let message = lens.fails(&["goroutines", &server.address(), "--force"]);
    assert!(message.contains("--force --force"), "{message}");
    lens.ok(&["goroutines", &server.address(), "--force", "--force"]);
    lens.ok(&["goroutines", &crowded(1_000).address()]);
}

#[test]
fn a_project_says_what_is_expected_to_idle() {
    let lens = Lens::new();
    let text = "goroutine 7 [chan send, 5 minutes]:\nexample.com/app/bus.(*Bus).push()\n\t/b.go:1 +0x1\n\
                created by main.main in goroutine 1\n\t/m.go:1 +0x1\n";
    let file = lens.file("dump.txt", text.as_bytes());
    let verdict = || lens.json(&["goroutines", &file, "--json"])["groups"][0]["verdict"].clone();
    assert_eq!(verdict(), "stuck");
    let entry =
        "[[goroutines.idle]]\nfunction = \"app/bus.(*Bus).push\"\nwhy = \"hands on events\"\n";
    lens.file(".pprof-lens.toml", entry.as_bytes());
    assert_eq!(verdict(), "idle");
    lens.file(".pprof-lens.toml", b"[[goroutines.idle]]\nfunction = \"push\"\nwhy = \"x\"\n");
    let finished = lens.run(&["goroutines", &file]);
    assert!(finished.stderr.contains("entry 1: function \"push\""), "{}", finished.stderr);
    assert!(finished.stdout.contains("STUCK"), "{}", finished.stdout);
}

#[test]
fn the_leak_detector_is_used_on_demand() {
    let lens = Lens::new();
    let target = Target::start(Program::StuckWithLeakDetector, &["-run=missing close"]);
    let judged = lens.json(&["goroutines", target.url(), "--json", "--leaks"]);
    let proved = judged["groups"].as_array().unwrap().iter().filter(|it| it["verdict"] == "proved");
    assert!(proved.count() > 0, "{judged:#}");
    let server = crowded(3);
    let message = lens.fails(&["goroutines", &server.address(), "--leaks"]);
    assert!(message.contains("has no leak detector"), "{message}");
}
