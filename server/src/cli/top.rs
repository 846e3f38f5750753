//! `pprof-lens top FILE|URL`: the rows of `go tool pprof -top`.

use std::process::ExitCode;

use serde::Serialize;

use crate::listing::{Subject, Top, TopOptions, TopRow, top};
use crate::view::top_text;

use super::fit::{self, Keep};
use super::report_args::{ReportArgs, warn_unmatched};
use super::row_args::RowArgs;
use super::{print, time_zone};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A profile, or where a target serves one.
    #[arg(value_name = "FILE|URL")]
    source: String,
    #[command(flatten)]
    report: ReportArgs,
    #[command(flatten)]
    rows: RowArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let chosen = args.report.subject.choose(&args.source)?;
    let subject = chosen.subject();
    let json = args.report.json;
    let options = TopOptions {
        granularity: args.rows.granularity.chosen(),
        no_inlines: args.report.noinlines,
        sort_by_cum: args.rows.cum,
        node_fraction: if json { 0.0 } else { args.rows.nodefraction },
        node_count: usize::try_from(args.rows.nodecount).unwrap_or(0),
        filter: args.report.subject.filter(),
    };
    let rows = top(subject, &options);
    warn_unmatched(&rows.unmatched_filters);
    if json {
        print::json(&TopJson::of(&subject, &rows))?;
    } else {
        let zone = time_zone::local();
        let text = top_text(&subject, &rows, &args.report.unit, args.rows.nodefraction, &zone);
        print::out(&fit::to_terminal(text, Keep::End))?;
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Serialize)]
struct TopJson<'a> {
    sample_type: &'a str,
    unit: &'a str,
    total: i64,
    rows: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct RowJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    file: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    line: i64,
    flat: i64,
    cum: i64,
}

fn is_zero(line: &i64) -> bool {
    *line == 0
}

impl<'a> TopJson<'a> {
    fn of(subject: &'a Subject<'a>, top: &'a Top<'_>) -> TopJson<'a> {
        let row = |it: &'a TopRow<'_>| RowJson {
            // A node without a function is a file or a binary: its row's name.
            name: if it.name.is_empty() { &it.printable_name } else { &it.name },
            file: &it.file,
            line: it.line,
            flat: it.flat,
            cum: it.cum,
        };
        TopJson {
            sample_type: subject.sample_type(),
            unit: subject.unit(),
            total: top.total,
            rows: top.rows.iter().map(row).collect(),
        }
    }
}
