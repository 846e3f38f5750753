//! A user's mistakes and a target's failures each get a message that says what to do.
//!
//! `Lens::fails` checks the rest: exit code 2, nothing on standard output, no panic.

use std::net::TcpListener;
use std::time::Duration;

use crate::support::fake::{FakeServer, Step, answer, cut_off};
use crate::support::go::Program;
use crate::support::lens::Lens;
use crate::support::target::Target;

/// Runs a command that must fail, and checks that the message has each of these words.
fn check(lens: &Lens, args: &[&str], words: &[&str]) {
    let message = lens.fails(args);
    for word in words {
        assert!(message.contains(word), "{args:?}: no {word:?} in\n{message}");
    }
}

/// A small real capture.
fn heap() -> Vec<u8> {
    let recorded = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/recorded/heap.pb.gz");
    std::fs::read(recorded).unwrap()
}

#[test]
fn an_unknown_command_or_option_names_what_there_is() {
    let lens = Lens::new();
    check(&lens, &["tops", "x"], &["unrecognized subcommand 'tops'", "top"]);
    check(&lens, &["top", "--nodecont=3", "x"], &["--nodecont", "--nodecount"]);
    check(&lens, &["top"], &["<FILE|URL>"]);
    let file = lens.file("heap", &heap());
    check(&lens, &["list", "(", &file], &["unclosed group"]);
    check(&lens, &["list", "noSuchFunction", &file], &["noSuchFunction", "pprof-lens top"]);
    check(&lens, &["top", "--sample-index=cpu", &file], &["cpu", "inuse_space"]);
    check(&lens, &["capture", "heep"], &["heep", "heap"]);
}

#[test]
fn a_file_that_is_no_profile_is_named() {
    let lens = Lens::new();
    check(
        &lens,
        &["top", "missing.pb.gz"],
        &["missing.pb.gz", "no such file", "pprof-lens capture"],
    );
    let text = lens.file("notes.txt", b"Remember the milk.\n");
    check(&lens, &["top", &text], &[&text, "not a pprof profile"]);
    let page = lens.file("page.html", b"<!DOCTYPE html><html><body>It works!</body></html>");
    check(&lens, &["top", &page], &[&page, "not a pprof profile"]);
    let empty = lens.file("empty", b"");
    check(&lens, &["top", &empty], &[&empty, "empty"]);
    let profile = lens.file("heap", &heap());
    for file in [&text, &empty, &profile] {
        check(&lens, &["goroutines", file], &[file]);
    }
}

#[test]
fn a_capture_that_was_cut_off_is_never_half_read() {
    let lens = Lens::new();
    let whole = heap();
    for n_bytes in [1, 11, whole.len() / 2, whole.len() - 1] {
        let file = lens.file("cut.pb.gz", &whole[..n_bytes]);
        check(&lens, &["top", &file], &["cut.pb.gz"]);
    }
    let server = FakeServer::start(move |_| cut_off(&heap()[..2000], 4000));
    check(&lens, &["top", &format!("{}heap", server.url())], &["cut off after 2000 bytes"]);
}

#[test]
fn nothing_listening_says_how_to_find_what_runs() {
    let lens = Lens::new();
    // A port that was free a moment ago, and that nothing has been told of.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let words = ["nothing listens", &address, "pprof-lens targets"];
    check(&lens, &["top", &address], &words);
    check(&lens, &["capture", "heap", "--target", &address], &words);
    check(&lens, &["goroutines", &address], &words);
}

#[test]
fn something_else_that_answers_is_not_taken_for_pprof() {
    let lens = Lens::new();
    let web = Target::start(Program::NoPprof, &[]);
    check(&lens, &["capture", "heap", "--target", web.address()], &["net/http/pprof"]);
    check(&lens, &["goroutines", web.address()], &["net/http/pprof"]);

    let page = FakeServer::start(|_| answer("200 OK", "text/html", b"<html>Welcome!</html>"));
    check(&lens, &["top", &format!("{}heap", page.url())], &[&page.address(), "text/html"]);

    let broken = FakeServer::start(|_| {
        answer("500 Internal Server Error", "text/plain; charset=utf-8", b"database is down\n")
    });
    check(&lens, &["top", &format!("{}heap", broken.url())], &["500", "database is down"]);
}

#[test]
fn an_answer_cannot_write_to_the_terminal() {
    let lens = Lens::new();
    let server = FakeServer::start(|_| {
        answer("500 Internal Server Error", "text/plain", b"\x1b]0;owned\x07\x1b[2J")
    });
    let message = lens.fails(&["top", &format!("{}heap", server.url())]);
    assert!(!message.contains('\x1b') && !message.contains('\x07'), "{message:?}");
}

#[test]
fn a_slow_answer_that_keeps_coming_is_waited_for() {
    let lens = Lens::new();
    let server = FakeServer::start(|_| {
        let profile = heap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", profile.len());
        let (first, rest) = profile.split_at(20);
        vec![
            Step::Send(head.into_bytes()),
            Step::Drip(first.to_vec(), Duration::from_millis(20)),
            Step::Send(rest.to_vec()),
        ]
    });
    let file = lens.file("heap", &heap());
    let slow = lens.ok(&["top", &format!("{}heap", server.url())]);
    assert_eq!(slow, lens.ok(&["top", &file]));
    assert_eq!(server.requests(), ["/debug/pprof/heap"]);
}
