//! `pprof-lens flamegraph FILE|URL -o OUT.svg`: a profile as a picture.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;

use crate::listing::measure::label;
use crate::listing::{Subject, TreeOptions, base_name, call_tree};
use crate::view::escape::plain;
use crate::view::flame_svg;

use super::report_args::{SubjectArgs, warn_unmatched};
use super::{print, save};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A profile, or where a target serves one.
    #[arg(value_name = "FILE|URL")]
    source: String,
    /// Where to write the picture; - is standard output.
    #[arg(short, long, value_name = "OUT.svg")]
    output: PathBuf,
    /// Draw what this function called; its full name, as `top` prints it.
    #[arg(long, value_name = "FUNCTION")]
    root: Option<String>,
    #[command(flatten)]
    subject: SubjectArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let chosen = args.subject.choose(&args.source)?;
    let subject = chosen.subject();
    let options = TreeOptions {
        filter: args.subject.filter(),
        root: args.root.clone(),
        // A tenth of a pixel.
        least_share: 0.0001,
        most_boxes: 50_000,
    };
    let tree = call_tree(subject, &options).with_context(|| match &args.root {
        Some(it) => format!("{} has no sample in {}", args.source, plain(it)),
        None => format!("{} has no samples to draw", args.source),
    })?;
    warn_unmatched(&tree.unmatched_filters);
    let svg = flame_svg(&tree, &title(&subject), subject.unit())?;
    save::save(&args.output, svg.as_bytes())?;
    if args.output.as_os_str() != "-" {
        let (n_boxes, total) = (tree.boxes.len() - 1, label(tree.boxes[0].cum, subject.unit()));
        let shown = args.output.display();
        let sample_type = plain(subject.sample_type());
        print::note(&format!("{shown}: {n_boxes} calls, {sample_type} {total}\n"));
    }
    Ok(ExitCode::SUCCESS)
}

/// `sidecar: inuse_space`.
fn title(subject: &Subject<'_>) -> String {
    let main = subject.profile.mappings.first();
    let file = main.map_or("", |it| subject.profile.str(it.filename));
    match file {
        "" => subject.sample_type().to_owned(),
        it => format!("{}: {}", base_name(it), subject.sample_type()),
    }
}
