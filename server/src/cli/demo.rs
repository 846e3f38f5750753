//! `pprof-lens demo`: the whole pipeline on a recorded target, for machines without Go.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use bytes::Bytes;
use tempfile::TempDir;

use crate::config::Config;
use crate::decode;
use crate::demo::{RECORDING, SOURCES};
use crate::diff::{self, DiffTable};
use crate::fetch::{self, Reach};
use crate::listing::{Listing, Subject, sample_index};
use crate::model::{Kind, Profile};
use crate::source::{Places, Sources};
use crate::stuck::judge;
use crate::view::{
    Code, GoroutinesText, KindInput, Located, LocatedWaits, Marks, Severity, ViewConfig,
    WaitsInput, annotate, diff_text, file_view, goroutines_text,
};

use super::wait::wait;
use super::{print, styles};

#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Rows of the diff that are worth a demo.
const DIFF_ROWS: usize = 5;

pub(super) fn run(_args: Args) -> anyhow::Result<ExitCode> {
    let workspace = unpack().context("unpacking the recorded program's source")?;
    let root = workspace.path().canonicalize()?;
    let captured = wait("capturing from the recorded target", None, capture())?;

    // What was recorded was built from what was unpacked.
    let built_at = Some(i64::MAX);
    let places = Places { workspace: vec![root.clone()], built_at, ..Places::default() };
    let sources = Sources::new(places, Arc::default());
    let cpu = decode::profile(&captured.cpu)?;
    let (before, now) = (decode::profile(&captured.baseline)?, decode::profile(&captured.heap)?);
    let judged = judge(&decode::dump(&captured.goroutines)?, None, 0);
    let (cpu, before, now) = (subject(&cpu)?, subject(&before)?, subject(&now)?);
    let (listed_before, listed_now) = (Listing::of(before), Listing::of(now));
    let located =
        |kind, subject, listing: &_| Arc::new(Located::of(kind, subject, listing, &sources));
    let growth = diff::of_listings(&listed_now, &listed_before);
    let marks = Marks::build(
        vec![
            KindInput {
                capture: located(Kind::Cpu, cpu, &Listing::of(cpu)),
                baseline: None,
                is_old: false,
            },
            KindInput {
                capture: located(Kind::Heap, now, &listed_now),
                baseline: Some(located(Kind::Heap, before, &listed_before)),
                is_old: false,
            },
        ],
        Some(WaitsInput {
            waits: Arc::new(LocatedWaits::of(judged, &sources)),
            trends: Arc::default(),
            is_old: false,
        }),
    );
    print::out(&page(&captured, &marks, &growth, &root))?;
    Ok(ExitCode::SUCCESS)
}

/// What was fetched, as it came.
struct Captured {
    url: String,
    cpu: Bytes,
    baseline: Bytes,
    heap: Bytes,
    goroutines: Bytes,
}

/// Over loopback HTTP, like any target. The second heap is younger than the first.
async fn capture() -> anyhow::Result<Captured> {
    let target = fetch::replay(RECORDING).await.context("serving the recorded target")?;
    let profile = |kind, seconds| {
        let url = &target.url;
        async move {
            Ok::<_, fetch::FetchError>(
                fetch::profile(url, kind, seconds, Reach::Loopback).await?.bytes,
            )
        }
    };
    Ok(Captured {
        url: target.url.to_string(),
        cpu: profile(Kind::Cpu, Some(3)).await?,
        baseline: profile(Kind::Heap, None).await?,
        heap: profile(Kind::Heap, None).await?,
        goroutines: fetch::dump(&target.url, Reach::Loopback).await?.bytes,
    })
}

fn subject(profile: &Profile) -> anyhow::Result<Subject<'_>> {
    Ok(Subject { profile, value_idx: sample_index(profile, "")?, base_samples: None })
}

/// The recorded program's source in a folder that goes with the demo.
fn unpack() -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for (path, text) in SOURCES {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(folder)
}

fn page(captured: &Captured, marks: &Marks, growth: &DiffTable, root: &Path) -> String {
    let mut out = styles::title("A recorded sidecar", &captured.url);
    for it in marks.coverage() {
        out += &format!("  {}\n", it.describe());
    }
    let config = ViewConfig::from(&Config::default());
    let as_captured = |_: &Path| None;
    for path in marked_files(marks, &config) {
        let view = file_view(marks, &path, &config, &as_captured);
        let text = SOURCES.iter().find(|(it, _)| root.join(it) == path).map_or("", |(_, it)| it);
        let shown = path.strip_prefix(root).unwrap_or(&path);
        out += &styles::title(&shown.to_string_lossy(), "");
        out += &styles::lines(&annotate(text, &view));
    }
    if let Some(waits) = &marks.waits {
        let how = GoroutinesText {
            from: "the recorded sidecar",
            folder: None,
            width: 96,
            all: false,
            trends: None,
        };
        out += &styles::title("Goroutines", "pprof-lens goroutines localhost:6060");
        out += &goroutines_text(&waits.waits.judged, &how);
    }
    out += &styles::title("Since the baseline", "pprof-lens diff heap-base.pb.gz heap.pb.gz");
    out += &diff_text(growth, DIFF_ROWS);
    out += &styles::title("On your own program", "");
    out += "  pprof-lens targets      which running Go programs can be looked at\n  \
            pprof-lens lsp          the same in VS Code, Neovim or any LSP editor: see README.md\n";
    out
}

/// Files with something to tell beyond a passing share: heat of their own, or a warning.
fn marked_files(marks: &Marks, config: &ViewConfig) -> Vec<PathBuf> {
    let tells = |path: &&Path| {
        let view = file_view(marks, path, config, &|_| None);
        view.diagnostics
            .iter()
            .any(|it| it.code == Code::HotLine || it.severity <= Severity::Warning)
    };
    let files: BTreeSet<&Path> = marks.workspace_files();
    files.into_iter().filter(tells).map(Path::to_owned).collect()
}
