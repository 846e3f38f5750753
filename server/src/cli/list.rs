//! `pprof-lens list REGEX FILE|URL`: the lines of `go tool pprof -list`.

use std::process::ExitCode;

use serde::Serialize;

use crate::listing::{Expression, List, Subject, list};
use crate::view::list_text;

use super::fit::{self, Keep};
use super::print;
use super::report_args::{ReportArgs, warn_unmatched};
use super::row_args::RowArgs;
use super::source_text::SourceTexts;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Functions to list, by a part of their name.
    #[arg(value_name = "REGEX")]
    expression: Expression,
    /// A profile, or where a target serves one.
    #[arg(value_name = "FILE|URL")]
    source: String,
    #[command(flatten)]
    report: ReportArgs,
    /// As pprof takes them, so that one line of options serves both commands.
    #[command(flatten, next_help_heading = "Options of `top`, without effect on a listing")]
    _rows: RowArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let chosen = args.report.subject.choose(&args.source)?;
    let subject = chosen.subject();
    let found =
        list(subject, &args.expression, args.report.noinlines, &args.report.subject.filter());
    warn_unmatched(&found.unmatched_filters);
    if found.routines.is_empty() {
        anyhow::bail!(
            "no matches found for regexp: {}; `pprof-lens top` prints the names there are",
            args.expression
        );
    }
    if args.report.json {
        print::json(&ListJson::of(&subject, &found))?;
    } else {
        let mut texts = SourceTexts::default();
        let text = list_text(&subject, &found, &args.report.unit, |it| texts.lines(&it.file));
        print::out(&fit::to_terminal(text, Keep::Start))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct ListJson<'a> {
    sample_type: &'a str,
    unit: &'a str,
    total: i64,
    routines: Vec<RoutineJson<'a>>,
}

#[derive(Serialize)]
struct RoutineJson<'a> {
    name: &'a str,
    file: &'a str,
    flat: i64,
    cum: i64,
    lines: Vec<LineJson>,
}

#[derive(Serialize)]
struct LineJson {
    line: i64,
    flat: i64,
    cum: i64,
}

impl<'a> ListJson<'a> {
    fn of(subject: &'a Subject<'a>, list: &'a List) -> ListJson<'a> {
        let routines = list.routines.iter().map(|it| RoutineJson {
            name: &it.name,
            file: &it.file,
            flat: it.flat,
            cum: it.cum,
            lines: it
                .lines
                .iter()
                .map(|it| LineJson { line: it.line, flat: it.flat, cum: it.cum })
                .collect(),
        });
        ListJson {
            sample_type: subject.sample_type(),
            unit: subject.unit(),
            total: list.total,
            routines: routines.collect(),
        }
    }
}
