//! `pprof-lens targets`: the running Go programs, and where they serve pprof.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::fetch::{Found, discover};
use crate::view::escape::plain;

use super::print;
use super::wait::wait;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let found = wait("looking for programs", None, async { anyhow::Ok(discover().await) })?;
    if args.json {
        print::json(&found.iter().map(TargetJson::of).collect::<Vec<_>>())?;
    } else if found.is_empty() {
        print::note(
            "No Go program of yours is running. `pprof-lens demo` shows what there would be to see.\n",
        );
    } else {
        print::out(&table(&found))?;
    }
    Ok(ExitCode::SUCCESS)
}

const GOOD: Style = AnsiColor::Green.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// A row a program; what does not serve pprof is dimmed and says what to do.
fn table(found: &[Found]) -> String {
    let width = |text: fn(&Found) -> String| found.iter().map(|it| text(it).chars().count()).max();
    let pid = width(|it| it.process.pid.to_string()).unwrap_or(0).max(3);
    let name = width(shown_name).unwrap_or(0).max(4);
    let go = width(go_version).unwrap_or(0).max(2);
    let mut out = format!("{DIM}{:>pid$}  {:<name$}  {:<go$}  PPROF{DIM:#}\n", "PID", "NAME", "GO");
    for it in found {
        let (style, what) = match &it.url {
            Some(url) => (GOOD, url.as_str()),
            None => (DIM, it.note.as_str()),
        };
        out += &format!(
            "{:>pid$}  {:<name$}  {:<go$}  {style}{}{style:#}\n",
            it.process.pid,
            shown_name(it),
            go_version(it),
            plain(what),
        );
        if it.url.is_some() && !it.note.is_empty() {
            out += &format!("{:>pid$}  {}\n", "", plain(&it.note));
        }
    }
    out
}

fn shown_name(found: &Found) -> String {
    plain(&found.process.name).into_owned()
}

fn go_version(found: &Found) -> String {
    let version = found.process.build.as_ref().map_or("", |it| it.go_version.as_str());
    plain(version.trim_start_matches("go")).into_owned()
}

/// One target, as scripts and editors' pickers read it.
#[derive(Serialize)]
pub(crate) struct TargetJson<'a> {
    pid: u32,
    name: &'a str,
    url: Option<&'a str>,
    go_version: &'a str,
    main_module: &'a str,
    note: &'a str,
}

impl<'a> TargetJson<'a> {
    pub(crate) fn of(found: &'a Found) -> TargetJson<'a> {
        let build = found.process.build.as_ref();
        let main = build.and_then(|it| it.main.as_ref());
        TargetJson {
            pid: found.process.pid,
            name: &found.process.name,
            url: found.url.as_ref().map(|it| it.as_str()),
            go_version: build.map_or("", |it| &it.go_version),
            main_module: main.map_or("", |it| &it.path),
            note: &found.note,
        }
    }
}
