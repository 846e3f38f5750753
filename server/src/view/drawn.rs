//! Draws workspaces, captures and goroutines as text, for the tests of what is shown.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::listing::{Listing, Subject};
use crate::model::{
    CreatedBy, Frame, Function, FunctionId, Kind, Line, Location, LocationId, Profile, Samples,
    ValueType,
};
use crate::source::{Places, Revision, Sources};
use crate::stuck::{Group, Judged, Verdict};

use super::{KindInput, Located, LocatedWaits, Marks, TextNow, ViewConfig, WaitsInput};

/// A program with a hot loop, a call into the library, and a goroutine that waits.
pub(super) const MAIN_GO: &str = "\
package main

import \"crypto/sha256\"

func main() {
\tgo wait(make(chan int))
\tfor {
\t\twork()
\t}
}

func work() {
\tfor i := range 1000 {
\t\tsum += i * i
\t}
\tdigest = sha256.Sum256(data)
}

func wait(c chan int) {
\t<-c
}
";

/// CPU samples of [`MAIN_GO`]: root first.
pub(super) const CPU: &str = "
600ms runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:14
200ms runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:16 > crypto/sha256.block b.go:9
150ms runtime.main proc.go:283 > main.main main.go:8 > main.work main.go:13
 50ms runtime.gcBgMarkWorker mgc.go:1310
";

/// A folder with Go files, and what finds them.
pub(super) struct Drawn {
    _dir: TempDir,
    pub(super) root: PathBuf,
    sources: Sources,
}

impl Drawn {
    pub(super) fn new(files: &[(&str, &str)]) -> Drawn {
        Drawn::built_at(files, i64::MAX)
    }

    /// A program that was built at this time, in nanoseconds since the epoch.
    pub(super) fn built_at(files: &[(&str, &str)], built_at: i64) -> Drawn {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::write(root.join("go.mod"), "module example.com/drawn\n").unwrap();
        for (path, text) in files {
            fs::write(root.join(path), text).unwrap();
        }
        let places =
            Places { workspace: vec![root.clone()], built_at: Some(built_at), ..Places::default() };
        Drawn { sources: Sources::new(places, Arc::default()), root, _dir: dir }
    }

    /// The program above.
    pub(super) fn main_go() -> Drawn {
        Drawn::new(&[("main.go", MAIN_GO)])
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.root.join(file)
    }

    /// A line a stack: `120ms main.main main.go:20 > main.hash main.go:8`, or `3MB ..`.
    pub(super) fn capture(&self, kind: Kind, text: &str) -> Arc<Located> {
        let profile = self.profile(kind, text);
        let subject = Subject { profile: &profile, value_idx: 1, base_samples: None };
        Arc::new(Located::of(kind, subject, &Listing::of(subject), &self.sources))
    }

    /// The same, of a program whose source says something else by the time it is read.
    pub(super) fn capture_before(
        &self,
        kind: Kind,
        text: &str,
        file: &str,
        saved: &str,
    ) -> Arc<Located> {
        let profile = self.profile(kind, text);
        fs::write(self.path(file), saved).unwrap();
        let subject = Subject { profile: &profile, value_idx: 1, base_samples: None };
        Arc::new(Located::of(kind, subject, &Listing::of(subject), &self.sources))
    }

    /// Goroutines: `stuck 3 [chan receive 330s] main.wait main.go:20 < main.main main.go:6`,
    /// innermost first, with the `go` statement behind `<-`.
    pub(super) fn waits(&self, text: &str) -> Arc<LocatedWaits> {
        let lines = text.lines().map(str::trim).filter(|it| !it.is_empty());
        let mut first_id = 1;
        let groups: Vec<Group> = lines
            .map(|line| {
                let (head, stack) = line.split_once("] ").unwrap();
                let (head, state) = head.split_once(" [").unwrap();
                let (verdict, count) = head.split_once(' ').unwrap();
                let (state, age) = state.rsplit_once(' ').unwrap();
                let (stack, start) = stack.split_once(" <- ").unwrap_or((stack, ""));
                let count: u64 = count.parse().unwrap();
                first_id += count;
                Group {
                    verdict: match verdict {
                        "proved" => Verdict::Proved,
                        "stuck" => Verdict::Stuck,
                        "suspect" => Verdict::Suspect,
                        "idle" => Verdict::Idle,
                        _ => Verdict::Running,
                    },
                    reason: format!("drawn as {verdict}"),
                    state: state.to_owned(),
                    oldest_seconds: age.trim_end_matches('s').parse().ok(),
                    ids: (first_id - count..first_id).collect(),
                    frames: stack.split(" < ").map(|it| self.frame(it)).collect(),
                    created_by: (!start.is_empty()).then(|| CreatedBy { frame: self.frame(start) }),
                    n_elided: 0,
                    labels: Vec::new(),
                    growth: None,
                    pile_up: None,
                }
            })
            .collect();
        let total = groups.iter().map(Group::count).sum();
        let judged = Judged { total, groups, ..Judged::default() };
        Arc::new(LocatedWaits::of(judged, &self.sources))
    }

    fn frame(&self, text: &str) -> Frame {
        let (function, file, line) = self.place(text);
        Frame { function: function.into(), file: file.into(), line }
    }

    /// `main.work main.go:14`; files that lie in the folder get its path.
    fn place<'a>(&self, text: &'a str) -> (&'a str, String, u32) {
        let (function, place) = text.trim().rsplit_once(' ').unwrap();
        let (file, line) = place.rsplit_once(':').unwrap();
        let local = self.root.join(file);
        let file = if local.exists() { local.display().to_string() } else { format!("/go/{file}") };
        (function, file, line.parse().unwrap())
    }

    fn profile(&self, kind: Kind, text: &str) -> Profile {
        let mut profile = Profile::default();
        let (count, value, unit, period) = match kind {
            Kind::Cpu => ("samples", "cpu", "nanoseconds", 10_000_000),
            _ => ("inuse_objects", "inuse_space", "bytes", 512 << 10),
        };
        let mut word = |it: &str| profile.strings.push(it);
        let types = [(count, "count"), (value, unit)];
        let types = types.map(|(typ, unit)| ValueType { typ: word(typ), unit: word(unit) });
        profile.sample_types = types.to_vec();
        profile.period_type = Some(types[1]);
        profile.period = period;
        profile.samples = Samples::new(2);
        for line in text.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (value, stack) = line.split_once(' ').unwrap();
            let number = value.trim_end_matches(char::is_alphabetic);
            let factor = match &value[number.len()..] {
                "ms" => 1_000_000,
                "s" => 1_000_000_000,
                "kB" => 1 << 10,
                "MB" => 1 << 20,
                _ => 1,
            };
            let value = number.parse::<i64>().unwrap() * factor;
            let stack: Vec<LocationId> =
                stack.rsplit(" > ").map(|it| self.location(&mut profile, it)).collect();
            profile.samples.add(&[value / period, value], &stack, &[]);
        }
        profile
    }

    fn location(&self, profile: &mut Profile, text: &str) -> LocationId {
        let (name, filename, line) = self.place(text);
        // Where the `func` is, as the compiler knows it.
        let source = fs::read_to_string(&filename).unwrap_or_default();
        let funcs = source.lines().zip(1..=line).filter(|(it, _)| it.starts_with("func "));
        let start_line = funcs.last().map_or(0, |(_, line)| i64::from(line));
        let name = profile.strings.push(name);
        let filename = profile.strings.push(&filename);
        profile.functions.push(Function { name, system_name: name, filename, start_line });
        let function = FunctionId(profile.functions.len() as u32 - 1);
        profile.lines.push(Line { function, line: i64::from(line) });
        let first_line = profile.lines.len() as u32 - 1;
        profile.locations.push(Location {
            mapping: None,
            address: u64::from(first_line),
            first_line,
            n_lines: 1,
        });
        LocationId(first_line)
    }
}

/// One kind's input.
pub(super) fn input(capture: Arc<Located>) -> KindInput {
    KindInput { capture, baseline: None, is_old: false }
}

/// Goroutines' input.
pub(super) fn waits(waits: Arc<LocatedWaits>) -> Option<WaitsInput> {
    Some(WaitsInput { waits, trends: Default::default(), is_old: false })
}

/// Everything on, default thresholds.
pub(super) fn config() -> ViewConfig {
    ViewConfig::from(&crate::config::Config::default())
}

/// No buffer is open.
pub(super) fn closed(_: &Path) -> Option<Arc<Revision>> {
    None
}

/// One buffer is open, with this text.
pub(super) fn open(path: PathBuf, text: &str) -> impl Fn(&Path) -> Option<Arc<Revision>> {
    let text = Arc::new(Revision::new(text.to_owned()));
    move |it: &Path| (it == path).then(|| text.clone())
}

/// What is drawn in a file, a row each, as `LINE SURFACE TEXT`.
pub(super) fn shown(marks: &Marks, path: &Path, text_now: TextNow<'_>) -> String {
    let view = super::file_view(marks, path, &config(), text_now);
    let lenses = view.lenses.iter().map(|it| (it.line, 0, format!("lens {}", it.title)));
    let hints = view.hints.iter().map(|it| (it.line, 1, format!("hint {}", it.text)));
    let diagnostics = view.diagnostics.iter().map(|it| {
        let severity = format!("{:?}", it.severity).to_lowercase();
        let mut row = format!("{} {severity} {}", it.code.name(), it.message);
        for related in &it.related {
            let file = related.file.file_name().unwrap().to_string_lossy().into_owned();
            row.push_str(&format!("\n     {file}:{} {}", related.line, related.message));
        }
        (it.line, 2, row)
    });
    let mut rows: Vec<(u32, u32, String)> = lenses.chain(hints).chain(diagnostics).collect();
    rows.sort_by_key(|(line, surface, _)| (*line, *surface));
    rows.iter().map(|(line, _, row)| format!("{line:>3} {row}\n")).collect()
}
