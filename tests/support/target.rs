//! Starts one of the Go programs, waits until it serves, and ends it when it is dropped.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::go::Program;
use super::http;
use super::process::DEADLINE;

/// A running program. It cannot outlive the test, even a killed one: its standard input is a
/// pipe from here, and it exits when that ends.
pub(crate) struct Target {
    child: Child,
    url: String,
}

impl Target {
    /// Starts sidecar with pprof on a free port, and with these faults.
    pub(crate) fn sidecar(flags: &[&str]) -> Target {
        Target::start(Program::Sidecar, flags)
    }

    /// Starts a program on a free port.
    pub(crate) fn start(program: Program, flags: &[&str]) -> Target {
        Target::start_on(program, 0, flags)
    }

    /// Starts a program on this port of the loopback address; 0 means any free one.
    pub(crate) fn start_on(program: Program, port: u16, flags: &[&str]) -> Target {
        let mut command = Command::new(program.executable());
        match program {
            Program::Sidecar | Program::SidecarTrimmed => {
                command.env("SIDECAR_PPROF", port.to_string()).arg("-until-eof")
            }
            Program::Plain => command.arg(format!("-listen=127.0.0.1:{port}")),
            Program::NoPprof
            | Program::Stuck
            | Program::StuckWithLeakDetector
            | Program::Native
            | Program::NativePie => &mut command,
        };
        command.args(flags).current_dir(program.root());
        Target::spawn(command)
    }

    /// Starts any program that writes its address once it listens, and ends with its input.
    pub(crate) fn spawn(mut command: Command) -> Target {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || lines.lines().try_for_each(|line| sender.send(line.unwrap())));
        let mut target = Target { child, url: String::new() };
        // The program writes its address once it listens: `pprof http://127.0.0.1:4321/...`.
        let line = receiver
            .recv_timeout(DEADLINE)
            .unwrap_or_else(|err| panic!("{command:?} did not start to serve: {err}"));
        target.url = line.split_whitespace().last().unwrap().to_owned();
        target
    }

    /// `http://127.0.0.1:PORT/debug/pprof/`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        self.url.split('/').nth(2).unwrap()
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.address().rsplit(':').next().unwrap().parse().unwrap()
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Fetches a path below `/debug/pprof/`, for example `heap` or `goroutine?debug=2`.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let answer = http::get(&format!("{}{path}", self.url));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.body
    }

    /// Fetches a path again and again until the answer satisfies, and returns that answer.
    pub(crate) fn get_until(&self, path: &str, satisfies: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let body = self.get(path);
            if satisfies(&body) {
                return body;
            }
            assert!(Instant::now() < deadline, "{path}: never as expected");
            thread::sleep(std::time::Duration::from_millis(50));
        }
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Fails only when it has gone already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
