//! An editor that measures: the real binary over its standard input and output, with the time at
//! which each of its messages was complete.

use std::io::{BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::frame::read_frame;

/// How long anything may take before the benchmark gives up.
const DEADLINE: Duration = Duration::from_secs(120);

/// A session of `pprof-lens lsp`; ended when dropped.
pub(super) struct Editor {
    child: Child,
    stdin: ChildStdin,
    /// Bodies, each with the moment at which its last byte was read: what it takes us to parse
    /// them is not the server's time.
    incoming: Receiver<(Instant, Vec<u8>)>,
    last_id: i64,
    _state: tempfile::TempDir,
}

impl Editor {
    /// Starts a session that is attached to `target`, which nothing is captured of by itself.
    pub(super) fn start(binary: &Path, workspace: &Path, target: &str) -> Editor {
        let quiet = json!({
            "target": target,
            "captureOnAttach": [],
            "heapIntervalSeconds": 0,
            "goroutineIntervalSeconds": 0,
        });
        Editor::with_settings(binary, workspace, quiet)
    }

    /// Starts a session with these settings, which name a target, and waits until it is attached.
    pub(super) fn with_settings(binary: &Path, workspace: &Path, settings: Value) -> Editor {
        let state = tempfile::tempdir().unwrap();
        let mut child = Command::new(binary)
            .arg("lsp")
            .env("PPROF_LENS_STATE_DIR", state.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::with_capacity(1 << 20, child.stdout.take().unwrap());
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(body) = read_frame(&mut output) {
                if sender.send((Instant::now(), body)).is_err() {
                    return;
                }
            }
        });
        let stdin = child.stdin.take().unwrap();
        let mut editor = Editor { child, stdin, incoming, last_id: 0, _state: state };
        editor.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "workspaceFolders": [{ "uri": uri(workspace), "name": "workspace" }],
                "capabilities": {
                    "workspace": {
                        "codeLens": { "refreshSupport": true },
                        "inlayHint": { "refreshSupport": true },
                    },
                    "textDocument": {
                        "publishDiagnostics": { "relatedInformation": true, "dataSupport": true },
                    },
                },
                "initializationOptions": {
                    "trusted": true, "settings": settings, "client": { "showsResults": true },
                },
            }),
        );
        editor.notify("initialized", json!({}));
        editor
            .wait_for(|it| it["method"] == "pprof-lens/status" && it["params"]["state"] == "live");
        editor
    }

    /// Opens a file.
    pub(super) fn open(&mut self, path: &Path, text: &str) {
        let document = json!({ "uri": uri(path), "languageId": "go", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Fetches a heap profile; returns how long it took.
    pub(super) fn capture(&mut self) -> Duration {
        let id = self.ask_capture();
        let start = Instant::now();
        self.reply(id).0 - start
    }

    /// Asks for a heap profile; returns the id of the request.
    pub(super) fn ask_capture(&mut self) -> i64 {
        let arguments = json!([{ "kind": "heap" }]);
        let params = json!({ "command": "pprof-lens.capture", "arguments": arguments });
        self.ask("workspace/executeCommand", params)
    }

    /// Asks and waits: how long it took, and the result.
    pub(super) fn request(&mut self, method: &str, params: Value) -> (Duration, Value) {
        let start = Instant::now();
        let id = self.ask(method, params);
        let (end, result) = self.reply(id);
        (end - start, result)
    }

    /// Asks, and waits unless the reply to `other` comes first: then none, and `other` is done.
    pub(super) fn request_before(
        &mut self,
        other: i64,
        method: &str,
        params: Value,
    ) -> Option<Duration> {
        let start = Instant::now();
        let id = self.ask(method, params);
        let is_reply = |it: &Value| it.get("method").is_none();
        let (end, first) =
            self.wait_for(|it| is_reply(it) && (it["id"] == id || it["id"] == other));
        if first["id"] == id {
            return Some(end - start);
        }
        self.reply(id);
        None
    }

    /// Changes a document and waits until its diagnostics are published for that version.
    pub(super) fn edit(&mut self, path: &Path, version: i32, change: Value) -> Duration {
        let start = Instant::now();
        self.change(path, version, change);
        let (uri, version) = (json!(uri(path)), json!(version));
        let (end, _) = self.wait_for(|it| {
            it["method"] == "textDocument/publishDiagnostics"
                && it["params"]["uri"] == uri
                && it["params"]["version"] == version
        });
        end - start
    }

    /// Changes a document.
    pub(super) fn change(&mut self, path: &Path, version: i32, change: Value) {
        let document = json!({ "uri": uri(path), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.notify("textDocument/didChange", params);
    }

    /// Resident memory now, and the most that it was, in MB; none where /proc does not tell.
    pub(super) fn memory(&self) -> Option<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let field = |name: &str| {
            let line = status.lines().find_map(|it| it.strip_prefix(name))?;
            let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
            Some(kilobytes / 1024.0)
        };
        Some((field("VmRSS:")?, field("VmHWM:")?))
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn ask(&mut self, method: &str, params: Value) -> i64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.stdin.write_all(frame.as_bytes()).unwrap();
        self.stdin.flush().unwrap();
    }

    /// Waits for a reply: when it came, and its result. A failure ends the benchmark.
    fn reply(&mut self, id: i64) -> (Instant, Value) {
        let (end, mut reply) = self.wait_for(|it| it.get("method").is_none() && it["id"] == id);
        assert!(reply.get("error").is_none(), "{reply}");
        (end, reply["result"].take())
    }

    /// The next message that fits. What comes before it is answered or dropped.
    fn wait_for(&mut self, fits: impl Fn(&Value) -> bool) -> (Instant, Value) {
        loop {
            let (end, body) = self.incoming.recv_timeout(DEADLINE).unwrap();
            let message: Value = serde_json::from_slice(&body).unwrap();
            if fits(&message) {
                return (end, message);
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": null }));
            }
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(super) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
