//! Measures the language server as an editor feels it: the real binary over standard input and
//! output, with a large profile captured over loopback and a long file open.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::editor::{Editor, uri};
use crate::support::fake::{FakeServer, Step, answer};

/// Of each kind of request.
const N_REQUESTS: usize = 1000;
/// Of each kind of edit.
const N_EDITS: usize = 500;
/// A kind that takes longer than this is measured with fewer.
const MOST_TIME: Duration = Duration::from_secs(20);
/// Between two edits, and before memory is read: nobody types faster.
const PAUSE: Duration = Duration::from_millis(20);
/// Captures that run while others ask.
const N_CAPTURES: usize = 5;

const REQUEST_LIMIT: f64 = 2.0;
const EDIT_LIMIT: f64 = 5.0;
const SMALL_LIMIT: f64 = 40.0;
const LARGE_LIMIT: f64 = 200.0;

/// What was measured.
pub(crate) struct Measured {
    /// In the order in which they were taken.
    pub(crate) latencies: Vec<Latency>,
    pub(crate) memory: Vec<Memory>,
}

/// Times of one kind of request or edit.
pub(crate) struct Latency {
    pub(crate) name: &'static str,
    /// Sorted, in milliseconds.
    pub(crate) millis: Vec<f64>,
    /// What p99 must stay under, where that is promised.
    pub(crate) limit: Option<f64>,
}

/// The server's resident memory in MB.
pub(crate) struct Memory {
    pub(crate) name: &'static str,
    pub(crate) idle: f64,
    /// The most since the server was started.
    pub(crate) peak: f64,
    /// What `idle` must stay under.
    pub(crate) limit: Option<f64>,
}

impl Latency {
    fn of(name: &'static str, times: Vec<Duration>, limit: Option<f64>) -> Latency {
        let mut millis: Vec<f64> = times.iter().map(|it| it.as_secs_f64() * 1e3).collect();
        millis.sort_by(f64::total_cmp);
        Latency { name, millis, limit }
    }

    /// For example 0.99; 0 of nothing.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let idx = (self.millis.len() as f64 * share).ceil() as usize;
        self.millis.get(idx.max(1) - 1).copied().unwrap_or(0.0)
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = |value: f64, limit: Option<f64>| match limit {
            None => String::new(),
            Some(it) if value < it => format!("< {it}"),
            Some(it) => format!("OVER {it}"),
        };
        writeln!(f, "{:<34} {:>6} {:>9} {:>9} {:>9}", "milliseconds", "n", "p50", "p99", "max")?;
        for it in &self.latencies {
            let (p50, p99, max) = (it.quantile(0.5), it.quantile(0.99), it.quantile(1.0));
            let (n, verdict) = (it.millis.len(), verdict(p99, it.limit));
            writeln!(f, "{:<34} {n:>6} {p50:>9.3} {p99:>9.3} {max:>9.3}  {verdict}", it.name)?;
        }
        writeln!(f, "{:<34} {:>6} {:>9} {:>9}", "resident MB", "", "idle", "peak")?;
        for it in &self.memory {
            let verdict = verdict(it.idle, it.limit);
            writeln!(f, "{:<34} {:>6} {:>9.1} {:>9.1}  {verdict}", it.name, "", it.idle, it.peak)?;
        }
        Ok(())
    }
}

/// Measures the release binary. `workspace` holds the sources that the two heap profiles (gzipped)
/// name by their absolute paths; its longest Go file is the one that is open.
pub(crate) fn run(binary: &Path, workspace: &Path, large: &Path, small: &Path) -> Measured {
    let mut measured = Measured { latencies: Vec::new(), memory: Vec::new() };
    let file = longest_go_file(workspace);
    let text = std::fs::read_to_string(&file).unwrap();

    let target = serve(small);
    let mut editor = Editor::start(binary, workspace, &target.url());
    editor.open(&file, &text);
    editor.capture();
    measured.remember(&editor, "small profile", SMALL_LIMIT);
    drop((editor, target));

    let target = serve(large);
    let mut session = Session {
        editor: Editor::start(binary, workspace, &target.url()),
        n_lines: text.lines().count(),
        file,
        version: 1,
        measured,
    };
    session.editor.open(&session.file, &text);
    let took = session.editor.capture();
    session.measured.latencies.push(Latency::of("capture", vec![took], None));
    session.measured.remember(&session.editor, "large profile", LARGE_LIMIT);
    session.requests();
    session.edits();
    session.requests_after_edits();
    session.captures();
    session.measured.remember(&session.editor, "large profile, after all this", LARGE_LIMIT);
    session.measured
}

impl Measured {
    fn remember(&mut self, editor: &Editor, name: &'static str, limit: f64) {
        std::thread::sleep(Duration::from_secs(1));
        if let Some((idle, peak)) = editor.memory() {
            self.memory.push(Memory { name, idle, peak, limit: Some(limit) });
        }
    }
}

/// A session with the large profile.
struct Session {
    editor: Editor,
    file: PathBuf,
    n_lines: usize,
    version: i32,
    measured: Measured,
}

impl Session {
    fn requests(&mut self) {
        let n_lines = self.n_lines;
        let (lenses, hints) = (self.lenses(), self.hints(0, n_lines));
        let found = self.editor.request("textDocument/codeLens", lenses.clone()).1;
        let functions = lines_of(&found, "/range/start/line");
        self.repeat("code lenses", |_| ("textDocument/codeLens", lenses.clone()));
        let found = self.editor.request("textDocument/inlayHint", hints.clone()).1;
        let hot = lines_of(&found, "/position/line");
        self.repeat("hints, whole file", |_| ("textDocument/inlayHint", hints.clone()));
        let visible = |it: &Session, idx| it.hints(it.line(idx), 60);
        let params: Vec<Value> = (0..N_REQUESTS).map(|idx| visible(self, idx)).collect();
        self.repeat("hints, visible lines", |idx| ("textDocument/inlayHint", params[idx].clone()));
        let params: Vec<Value> = (0..N_REQUESTS).map(|idx| self.at(self.line(idx))).collect();
        self.repeat("hover, any line", |idx| ("textDocument/hover", params[idx].clone()));
        let one_of = |it: &Session, lines: &[usize], idx: usize| it.at(lines[idx % lines.len()]);
        let params: Vec<Value> = (0..N_REQUESTS).map(|idx| one_of(self, &hot, idx)).collect();
        self.repeat("hover, hot line", |idx| ("textDocument/hover", params[idx].clone()));
        let params: Vec<Value> = (0..N_REQUESTS).map(|idx| one_of(self, &functions, idx)).collect();
        self.repeat("hover, function and its calls", |idx| {
            ("textDocument/hover", params[idx].clone())
        });
    }

    fn edits(&mut self) {
        let times = self.repeat_edits(|idx| insertion(0, 0, &format!("// line {idx}\n")));
        self.measured.latencies.push(Latency::of(
            "edit, a line at the top",
            times,
            EDIT_LIMIT.into(),
        ));
        // A line is put in and taken out again, so that all edits are alike.
        let middle = self.n_lines / 2;
        let times = self.repeat_edits(|idx| match idx % 2 {
            0 => insertion(middle, 0, "x"),
            _ => deletion(middle, 0, 1),
        });
        self.measured.latencies.push(Latency::of(
            "edit, a character in the middle",
            times,
            EDIT_LIMIT.into(),
        ));
    }

    /// What an editor asks by itself after each edit.
    fn requests_after_edits(&mut self) {
        let middle = self.n_lines / 2;
        let mut times = Vec::new();
        let start = Instant::now();
        while times.len() < N_EDITS && start.elapsed() < MOST_TIME {
            std::thread::sleep(PAUSE);
            let change = match times.len() % 2 {
                0 => insertion(middle, 0, "x"),
                _ => deletion(middle, 0, 1),
            };
            self.version += 1;
            self.editor.change(&self.file, self.version, change);
            times.push(self.editor.request("textDocument/codeLens", self.lenses()).0);
        }
        self.measured.latencies.push(Latency::of("code lenses, right after an edit", times, None));
    }

    /// Lenses and hovers while a capture is fetched and decoded.
    fn captures(&mut self) {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..N_CAPTURES {
            let capture = self.editor.ask_capture();
            for idx in 0.. {
                let (method, params) = match idx % 2 {
                    0 => ("textDocument/codeLens", self.lenses()),
                    _ => ("textDocument/hover", self.at(self.line(idx * 37))),
                };
                match self.editor.request_before(capture, method, params) {
                    Some(it) => times[idx % 2].push(it),
                    None => break,
                }
            }
        }
        let names = ["code lenses, while decoding", "hover, any line, while decoding"];
        for (name, times) in names.into_iter().zip(times) {
            self.measured.latencies.push(Latency::of(name, times, REQUEST_LIMIT.into()));
        }
    }

    fn repeat(&mut self, name: &'static str, request: impl Fn(usize) -> (&'static str, Value)) {
        let start = Instant::now();
        let mut times = Vec::new();
        while times.len() < N_REQUESTS && start.elapsed() < MOST_TIME {
            let (method, params) = request(times.len());
            times.push(self.editor.request(method, params).0);
        }
        self.measured.latencies.push(Latency::of(name, times, REQUEST_LIMIT.into()));
    }

    fn repeat_edits(&mut self, change: impl Fn(usize) -> Value) -> Vec<Duration> {
        let start = Instant::now();
        let mut times = Vec::new();
        while times.len() < N_EDITS && start.elapsed() < MOST_TIME {
            std::thread::sleep(PAUSE);
            self.version += 1;
            times.push(self.editor.edit(&self.file, self.version, change(times.len())));
        }
        times
    }

    /// A line of the file for each index, spread evenly.
    fn line(&self, idx: usize) -> usize {
        idx % N_REQUESTS * self.n_lines / N_REQUESTS
    }

    fn at(&self, line: usize) -> Value {
        json!({ "textDocument": { "uri": uri(&self.file) }, "position": position(line, 3) })
    }

    fn lenses(&self) -> Value {
        json!({ "textDocument": { "uri": uri(&self.file) } })
    }

    fn hints(&self, line: usize, n_lines: usize) -> Value {
        let range = json!({ "start": position(line, 0), "end": position(line + n_lines, 0) });
        json!({ "textDocument": { "uri": uri(&self.file) }, "range": range })
    }
}

fn position(line: usize, character: usize) -> Value {
    json!({ "line": line, "character": character })
}

fn insertion(line: usize, character: usize, text: &str) -> Value {
    let at = position(line, character);
    json!({ "range": { "start": at, "end": at }, "text": text })
}

fn deletion(line: usize, character: usize, n_characters: usize) -> Value {
    let (start, end) = (position(line, character), position(line, character + n_characters));
    json!({ "range": { "start": start, "end": end }, "text": "" })
}

/// The lines of lenses or hints. There must be some: an empty answer is quick.
fn lines_of(items: &Value, pointer: &str) -> Vec<usize> {
    let items = items.as_array().unwrap();
    let lines: Vec<usize> =
        items.iter().filter_map(|it| Some(it.pointer(pointer)?.as_u64()? as usize)).collect();
    assert!(!lines.is_empty(), "nothing is shown in the file");
    lines
}

fn longest_go_file(folder: &Path) -> PathBuf {
    let entries = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap());
    let files = entries.filter(|it| it.path().extension().is_some_and(|it| it == "go"));
    files.max_by_key(|it| it.metadata().unwrap().len()).unwrap().path()
}

/// A target whose heap profile is this file.
fn serve(profile: &Path) -> FakeServer {
    let bytes = std::fs::read(profile).unwrap();
    FakeServer::start(move |path| serve_path(path, &bytes))
}

fn serve_path(path: &str, heap: &[u8]) -> Vec<Step> {
    let index =
        "<table><tr><td>7</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr></table>";
    match path.split('?').next() {
        Some("/debug/pprof/heap") => answer("200 OK", "application/octet-stream", heap),
        Some("/debug/pprof/cmdline") => answer("200 OK", "text/plain; charset=utf-8", b"big"),
        _ => answer("200 OK", "text/html; charset=utf-8", index.as_bytes()),
    }
}
