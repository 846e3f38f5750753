//! `pprof-lens diff BASE CURRENT`: what grew and what shrank.

use std::process::ExitCode;

use serde::Serialize;

use crate::diff::{DiffTable, table};
use crate::listing::{Listing, Subject, sample_index};
use crate::view::diff_text;

use super::{input, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The earlier capture.
    #[arg(value_name = "BASE")]
    base: String,
    /// The later capture, a file or a URL.
    #[arg(value_name = "CURRENT")]
    current: String,
    /// Sample type to compare, by name or number; default: the profile's own.
    #[arg(long, value_name = "TYPE", default_value = "", hide_default_value = true)]
    sample_index: String,
    /// Print at most this many functions; 0 prints all.
    #[arg(long, value_name = "N", default_value_t = 20)]
    nodecount: usize,
    /// Exit with 1 when the total grew by more than this many percent.
    #[arg(long, value_name = "PERCENT")]
    threshold: Option<f64>,
    /// Print JSON: raw integers, all rows.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    input: input::InputArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let listing = |source: &str| -> anyhow::Result<Listing> {
        let (symbols, costs) = input::costs(source, &args.input)?;
        let value_idx = sample_index(&symbols, &args.sample_index)?;
        Ok(costs.listing(Subject { profile: &symbols, value_idx, base_samples: None }))
    };
    let base = listing(&args.base)?;
    let table = table(&listing(&args.current)?, &base)?;
    if args.json {
        print::json(&DiffJson::of(&table))?;
    } else {
        print::out(&diff_text(&table, args.nodecount))?;
    }
    let growth = table.growth_percent();
    Ok(ExitCode::from(u8::from(args.threshold.is_some_and(|it| growth > it))))
}

#[derive(Serialize)]
struct DiffJson<'a> {
    sample_type: &'a str,
    unit: &'a str,
    other_build: bool,
    base_total: i64,
    total: i64,
    rows: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
struct RowJson<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    flat: i64,
    cum: i64,
    base_flat: i64,
    base_cum: i64,
}

impl<'a> DiffJson<'a> {
    fn of(table: &'a DiffTable) -> DiffJson<'a> {
        let rows = table.rows.iter().map(|it| RowJson {
            name: &it.function,
            file: &it.file,
            line: it.start_line,
            flat: it.now.flat,
            cum: it.now.cum,
            base_flat: it.base.flat,
            base_cum: it.base.cum,
        });
        DiffJson {
            sample_type: &table.sample_type,
            unit: &table.unit,
            other_build: table.is_other_build,
            base_total: table.base_total,
            total: table.total,
            rows: rows.collect(),
        }
    }
}
