//! Runs a program to its end, or to a deadline that kills it.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long anything may take before a test calls it hung. Generous: it is never waited for when
/// all is well, and test machines are slow.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// What a program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finished {
    /// Exit code; none when a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output, bytes that are no UTF-8 replaced.
    pub(crate) stdout: String,
    /// Standard error, likewise.
    pub(crate) stderr: String,
}

/// Runs a command with these bytes as its standard input. Panics when it takes longer than
/// [`DEADLINE`], with what it had said by then.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Finished {
    run_within(command, input, DEADLINE)
}

/// The same with a deadline of its own.
pub(crate) fn run_within(command: &mut Command, input: &[u8], deadline: Duration) -> Finished {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|err| panic!("{:?}: {err}", command.get_program()));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that does not read its input closes the pipe: no failure of the test's.
    thread::spawn(move || drop(stdin.write_all(&input)));
    let stdout = read_all(child.stdout.take().unwrap());
    let stderr = read_all(child.stderr.take().unwrap());

    // Both pipes end when the program does. When one is still open at the deadline, the program
    // is killed, which ends them too.
    let in_time = stdout.recv_timeout(deadline).and_then(|out| {
        let err = stderr.recv_timeout(deadline)?;
        Ok((out, err))
    });
    let Ok((stdout, stderr)) = in_time else {
        drop(child.kill());
        drop(child.wait());
        panic!("{command:?} did not end within {deadline:?}: {:?}", stderr.recv());
    };
    let status = child.wait().unwrap();
    Finished { code: status.code(), stdout, stderr }
}

fn read_all(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        drop(pipe.read_to_end(&mut bytes));
        drop(sender.send(String::from_utf8_lossy(&bytes).into_owned()));
    });
    receiver
}
