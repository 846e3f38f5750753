//! Turns calls into LSP messages for the real binary, and its messages into values.
//!
//! Everything that is waited for has a deadline, and a message that is not waited for is kept.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::frame::read_frame;

/// Generous, because the machine may be busy; tests of speed measure by themselves.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);

/// A running `pprof-lens lsp`; killed when dropped.
pub(super) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Taken by [`Client::start_reading`].
    stdout: Option<ChildStdout>,
    incoming: Option<Receiver<Value>>,
    /// Messages that nobody has asked for yet.
    kept: VecDeque<Value>,
    last_id: i64,
    /// Questions of the server are answered as they come.
    pub(super) answers: bool,
    /// Where the server keeps captures.
    pub(super) state_dir: tempfile::TempDir,
}

impl Client {
    /// Starts the server with `failures` as its failpoints, and reads what it says.
    pub(super) fn start(failures: &str) -> Client {
        let mut client = Client::start_unread(failures);
        client.start_reading();
        client
    }

    /// Starts the server without reading anything.
    pub(super) fn start_unread(failures: &str) -> Client {
        let state_dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_pprof-lens"))
            .arg("lsp")
            .env("PPROF_LENS_FAIL", failures)
            .env("PPROF_LENS_STATE_DIR", state_dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Client {
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            child,
            incoming: None,
            kept: VecDeque::new(),
            last_id: 0,
            answers: true,
            state_dir,
        }
    }

    /// Starts the server and shakes hands as an editor with no abilities does.
    pub(super) fn initialized(failures: &str) -> Client {
        let mut client = Client::start(failures);
        client.initialize(json!({ "processId": null, "rootUri": null, "capabilities": {} }));
        client
    }

    /// Shakes hands with these parameters; returns the server's capabilities.
    pub(super) fn initialize(&mut self, params: Value) -> Value {
        let result = self.request("initialize", params).unwrap();
        self.notify("initialized", json!({}));
        result["capabilities"].clone()
    }

    /// Begins to read what the server says.
    pub(super) fn start_reading(&mut self) {
        let mut output = BufReader::new(self.stdout.take().unwrap());
        let (sender, receiver) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read_message(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        self.incoming = Some(receiver);
    }

    /// Closes our end of the server's standard output.
    pub(super) fn stop_listening(&mut self) {
        self.stdout = None;
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends bytes as they are.
    pub(super) fn send_raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    /// Sends a body with its header.
    pub(super) fn send_body(&mut self, body: &str) {
        self.send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub(super) fn notify(&mut self, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.send_body(&message.to_string());
    }

    /// Sends a request without waiting; returns its id.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.send_body(&message.to_string());
        id
    }

    /// Sends a request and waits for its result, or for the code of its error.
    pub(super) fn request(&mut self, method: &str, params: Value) -> Result<Value, i64> {
        let id = self.ask(method, params);
        self.reply(id)
    }

    /// Waits for the reply to a request.
    pub(super) fn reply(&mut self, id: impl Into<Value>) -> Result<Value, i64> {
        let id = id.into();
        let reply = self.wait_for(&format!("the reply to {id}"), |it| {
            it.get("method").is_none() && it["id"] == id
        });
        match reply.get("error") {
            Some(error) => Err(error["code"].as_i64().unwrap()),
            None => Ok(reply["result"].clone()),
        }
    }

    /// Waits for a notification whose parameters fit; returns the parameters.
    pub(super) fn notification(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let message = self.wait_for(method, |it| it["method"] == method && fits(&it["params"]));
        message["params"].clone()
    }

    /// Waits for a request of the server; returns its id. For use with `answers` off.
    pub(super) fn question(&mut self, method: &str) -> Value {
        self.wait_for(method, |it| it["method"] == method && it.get("id").is_some())["id"].clone()
    }

    /// Answers a request of the server.
    pub(super) fn answer(&mut self, id: Value, result: Value) {
        let message = json!({ "jsonrpc": "2.0", "id": id, "result": result });
        self.send_body(&message.to_string());
    }

    /// The first message, kept or new, that fits.
    pub(super) fn wait_for(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(idx) = self.kept.iter().position(&fits) {
            return self.kept.remove(idx).unwrap();
        }
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = match self.incoming.as_ref().unwrap().recv_timeout(left) {
                Ok(it) => it,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no {what} within {DEADLINE:?}; seen: {:#?}", self.kept)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the server ended while waiting for {what}; seen: {:#?}", self.kept)
                }
            };
            if self.answers && message.get("method").is_some() && message.get("id").is_some() {
                let result = usual_answer(&message);
                self.answer(message["id"].clone(), result);
            }
            if fits(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// Messages with this method that came and were not waited for.
    pub(super) fn n_kept(&self, method: &str) -> usize {
        self.kept.iter().filter(|it| it["method"] == method).count()
    }

    /// Ends standard input.
    pub(super) fn close_input(&mut self) {
        self.stdin = None;
    }

    /// Waits for the end of the process; returns its exit code.
    pub(super) fn exit_code(&mut self) -> Option<i32> {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < end, "the server has not ended within {DEADLINE:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn usual_answer(question: &Value) -> Value {
    match question["method"].as_str() {
        Some("workspace/configuration") => {
            let items = question["params"]["items"].as_array().map_or(0, Vec::len);
            json!(vec![Value::Null; items])
        }
        Some("window/showDocument") => json!({ "success": true }),
        _ => Value::Null,
    }
}

fn read_message(output: &mut impl BufRead) -> Option<Value> {
    let body = read_frame(output)?;
    Some(serde_json::from_slice(&body).expect("the server writes JSON"))
}
