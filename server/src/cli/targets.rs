//! `pprof-lens targets`: the user's running Go programs, and which of them can be profiled.

use std::fmt::Write;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

use crate::fetch::{Found, discover};
use crate::view::escape::plain;

use super::print;
use super::wait::wait;

/// Notes are wrapped here; a path that is longer stays whole.
const WIDTH: usize = 80;

const HEADER: Style = Style::new().bold();
const SERVES: Style = AnsiColor::Green.on_default();
const NOTE: Style = AnsiColor::Yellow.on_default();

const NOTHING: &str = "none of your Go programs runs; start one that imports net/http/pprof \
    (sidecar: SIDECAR_PPROF=1 sidecar)\n`pprof-lens demo` shows what there would be to see\n";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let found = wait("looking for programs", None, async { anyhow::Ok(discover().await) })?;
    if args.json {
        print::json(&found.iter().map(Found::row).collect::<Vec<_>>())?;
    } else if found.is_empty() {
        print::note(NOTHING);
    } else {
        print::out(&table(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One line a program, its note below it, and the command that comes next.
fn table(found: &[Found]) -> String {
    let rows: Vec<[String; 5]> = found.iter().map(cells).collect();
    let header = ["PID", "NAME", "PPROF", "GO", "MODULE"].map(str::to_owned);
    let width = |idx: usize| {
        let cells = std::iter::once(&header).chain(&rows);
        cells.map(|it| it[idx].chars().count()).max().unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2), width(3)];
    let mut text = String::new();
    line(&mut text, &header, widths, HEADER, HEADER);
    for (row, it) in rows.iter().zip(found) {
        let style = if it.url.is_some() { SERVES } else { Style::new() };
        line(&mut text, row, widths, Style::new(), style);
        for part in wrapped(&plain(&it.note), WIDTH - widths[0] - 2) {
            let _ = writeln!(text, "{:indent$}{NOTE}{part}{NOTE:#}", "", indent = widths[0] + 2);
        }
    }
    if let Some(it) = found.iter().find(|it| it.url.is_some()) {
        let _ = writeln!(text, "\nnext: pprof-lens capture cpu --target {}", it.process.pid);
    }
    text
}

fn cells(found: &Found) -> [String; 5] {
    let row = found.row();
    let at = found.url.as_ref().map_or("-", |it| it.authority());
    [
        row.pid.to_string(),
        plain(row.name).into_owned(),
        at.to_owned(),
        plain(row.go_version).into_owned(),
        plain(row.main_module).into_owned(),
    ]
}

/// Writing to a String cannot fail.
fn line(text: &mut String, cells: &[String; 5], widths: [usize; 4], all: Style, address: Style) {
    let [pid, name, at, go, module] = cells;
    let [w_pid, w_name, w_at, w_go] = widths;
    let _ = write!(text, "{all}{pid:>w_pid$}  {name:<w_name$}{all:#}  ");
    let _ = write!(text, "{address}{at:<w_at$}{address:#}  ");
    let _ = writeln!(text, "{all}{go:<w_go$}  {module}{all:#}");
}

/// The text in lines of at most `width` characters, broken at spaces.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(it) if it.chars().count() + 1 + word.chars().count() <= width => {
                it.push(' ');
                it.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::model::{BuildInfo, Module, Process};

    fn found(pid: u32, name: &str, url: Option<&str>, note: &str) -> Found {
        let module = Module { path: format!("example.com/{name}"), ..Module::default() };
        let build =
            BuildInfo { go_version: "go1.27.3".into(), main: Some(module), ..BuildInfo::default() };
        let process = Process {
            pid,
            name: name.into(),
            started: 1,
            built_at: None,
            exe: None,
            build: Some(build),
        };
        Found { process, url: url.map(|it| Url::parse(it).unwrap()), note: note.into() }
    }

    #[test]
    fn a_table_for_80_columns() {
        let note = "SIDECAR_PPROF=1 is set, but port 6060 belongs to sidecar (pid 4321); restart it with SIDECAR_PPROF=6061";
        let found = [
            found(4321, "sidecar", Some("http://127.0.0.1:6060/debug/pprof/"), ""),
            found(99, "sidecar", None, note),
            found(100, "bad\x1b[2Jname", None, ""),
        ];
        let text = anstream::adapter::strip_str(&table(&found)).to_string();
        assert!(text.lines().all(|it| it.chars().count() <= WIDTH), "{text}");
        insta::assert_snapshot!(text, @r"
         PID  NAME              PPROF           GO        MODULE
        4321  sidecar           127.0.0.1:6060  go1.27.3  example.com/sidecar
          99  sidecar           -               go1.27.3  example.com/sidecar
              SIDECAR_PPROF=1 is set, but port 6060 belongs to sidecar (pid 4321);
              restart it with SIDECAR_PPROF=6061
         100  bad\u{1b}[2Jname  -               go1.27.3  example.com/bad\u{1b}[2Jname

        next: pprof-lens capture cpu --target 4321
        ");
    }
}
