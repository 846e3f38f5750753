//! An editor that can do everything, with the sidecar's sources as its workspace.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::go::{Program, source_file};

use super::client::Client;

pub(super) const MARKDOWN: &str = "internal/plugins/conversations/markdown.go";
pub(super) const HISTORY: &str = "internal/plugins/workspace/history.go";
pub(super) const MONITOR: &str = "internal/plugins/tdmonitor/monitor.go";
pub(super) const WATCHER: &str = "internal/plugins/gitstatus/watcher.go";

/// A session of the real binary; see [`Client`].
pub(super) struct Session {
    pub(super) client: Client,
}

impl Session {
    /// Starts a session that trusts its workspace and attaches to `url` by itself.
    pub(super) fn attached(url: &str) -> Session {
        Session::start(json!({ "target": url, "captureOnAttach": [] }), true, "utf-16")
    }

    pub(super) fn start(settings: Value, trusted: bool, encoding: &str) -> Session {
        Session::start_in(&Program::Sidecar.root(), settings, trusted, encoding)
    }

    /// Starts a session with this folder as its workspace.
    pub(super) fn start_in(root: &Path, settings: Value, trusted: bool, encoding: &str) -> Session {
        let mut client = Client::start("");
        let capabilities = client.initialize(json!({
            "processId": std::process::id(),
            "clientInfo": { "name": "test", "version": "1" },
            "workspaceFolders": [{ "uri": uri(root), "name": "root" }],
            "capabilities": {
                "general": { "positionEncodings": [encoding] },
                "workspace": {
                    "codeLens": { "refreshSupport": true },
                    "inlayHint": { "refreshSupport": true },
                },
                "textDocument": {
                    "publishDiagnostics": { "relatedInformation": true, "dataSupport": true },
                },
                "window": { "workDoneProgress": true },
            },
            "initializationOptions": {
                "trusted": trusted,
                "settings": settings,
                "client": { "showsResults": true },
            },
        }));
        assert_eq!(capabilities["positionEncoding"], encoding);
        Session { client }
    }

    /// Waits for this state; what the server said before it is over.
    pub(super) fn wait_until(&mut self, state: &str) -> Value {
        loop {
            let status = self.client.notification("pprof-lens/status", |_| true);
            if status["state"] == state {
                return status;
            }
        }
    }

    pub(super) fn command(&mut self, name: &str, argument: Value) -> Result<Value, i64> {
        let params = json!({ "command": format!("pprof-lens.{name}"), "arguments": [argument] });
        self.client.request("workspace/executeCommand", params)
    }

    pub(super) fn open(&mut self, file: &str) {
        let path = source_file(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let document = json!({ "uri": uri(&path), "languageId": "go", "version": 1, "text": text });
        self.client.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Inserts `text` before a 1-based line of a file that was just opened.
    pub(super) fn insert_at(&mut self, file: &str, line: u32, text: &str) {
        self.insert_as(2, file, line, text);
    }

    /// Inserts `text` before a 1-based line; the document has this version then.
    pub(super) fn insert_as(&mut self, version: i32, file: &str, line: u32, text: &str) {
        let start = json!({ "line": line - 1, "character": 0 });
        let change = json!({ "range": { "start": start, "end": start }, "text": text });
        let document = json!({ "uri": uri(&source_file(file)), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [change] });
        self.client.notify("textDocument/didChange", params);
    }

    /// Waits until a file has a diagnostic with this code on this 1-based line.
    pub(super) fn diagnostic(&mut self, file: &str, code: &str, line: u32) -> Value {
        self.diagnostic_that(file, |it| it["code"] == code && starts_on(&it["range"], line))
    }

    pub(super) fn diagnostic_that(&mut self, file: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let uri = uri(&source_file(file));
        let diagnostics = |it: &Value| it["diagnostics"].as_array().cloned().unwrap_or_default();
        let published = self.client.notification("textDocument/publishDiagnostics", |it| {
            it["uri"] == uri && diagnostics(it).iter().any(&fits)
        });
        diagnostics(&published).into_iter().find(|it| fits(it)).unwrap()
    }

    pub(super) fn lenses(&mut self, file: &str) -> Vec<Value> {
        let params = json!({ "textDocument": { "uri": uri(&source_file(file)) } });
        let lenses = self.client.request("textDocument/codeLens", params).unwrap();
        lenses.as_array().cloned().unwrap_or_default()
    }

    pub(super) fn hints(&mut self, file: &str) -> Vec<Value> {
        let all = json!({
            "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 },
        });
        let params = json!({ "textDocument": { "uri": uri(&source_file(file)) }, "range": all });
        let hints = self.client.request("textDocument/inlayHint", params).unwrap();
        hints.as_array().cloned().unwrap_or_default()
    }

    /// What the menu of a line offers.
    pub(super) fn actions(&mut self, file: &str, line: u32) -> Vec<Value> {
        let here = json!({ "line": line - 1, "character": 0 });
        let params = json!({
            "textDocument": { "uri": uri(&source_file(file)) },
            "range": { "start": here, "end": here },
            "context": { "diagnostics": [] },
        });
        let actions = self.client.request("textDocument/codeAction", params).unwrap();
        actions.as_array().cloned().unwrap_or_default()
    }

    pub(super) fn hover(&mut self, file: &str, line: u32) -> String {
        let hover = self.client.request("textDocument/hover", at(file, line)).unwrap();
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }
}

pub(super) fn at(file: &str, line: u32) -> Value {
    json!({
        "textDocument": { "uri": uri(&source_file(file)) },
        "position": { "line": line - 1, "character": 8 },
    })
}

pub(super) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

pub(super) fn starts_on(range: &Value, line: u32) -> bool {
    range["start"]["line"] == line - 1
}

pub(super) fn on_line(items: &[Value], line: u32) -> Option<&Value> {
    items.iter().find(|it| it["position"]["line"] == line - 1 || starts_on(&it["range"], line))
}
