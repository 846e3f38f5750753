//! Everything that is known of the lines of the files here, from all captures together.
//!
//! Marks are made when a capture arrives and hold no positions in the buffer: those follow from
//! the text as it is now, whenever something is shown (see `placed`).

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::Kind;
use crate::source::RootKind;

use super::coverage::Coverage;
use super::located::{Located, LocatedFile};
use super::waits::LocatedWaits;

/// A capture of one kind to show.
#[derive(Debug, Clone)]
pub struct KindInput {
    /// The capture.
    pub capture: Arc<Located>,
    /// What it is compared with.
    pub baseline: Option<Arc<Located>>,
    /// The target has gone or was restarted since.
    pub is_old: bool,
}

/// A judged dump to show.
#[derive(Debug, Clone)]
pub struct WaitsInput {
    /// The dump.
    pub waits: Arc<LocatedWaits>,
    /// The target has gone or was restarted since.
    pub is_old: bool,
}

/// The marks of all files. Cloning copies references.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// At most one of each kind, in the order of [`Kind::ALL`].
    pub kinds: Vec<KindMarks>,
    /// The goroutines.
    pub waits: Option<WaitsInput>,
}

/// The marks of one kind.
#[derive(Debug, Clone)]
pub struct KindMarks {
    /// The capture.
    pub capture: Arc<Located>,
    /// What it is compared with.
    pub baseline: Option<Arc<Located>>,
    /// The target has gone or was restarted since.
    pub is_old: bool,
    /// The workspace's lines with the largest own cost: path and line, hottest first.
    pub hottest: Arc<Vec<(PathBuf, u32)>>,
}

/// Lines of [`KindMarks::hottest`].
const MOST_HOTTEST: usize = 100;

impl Marks {
    /// Puts captures together; a later one of a kind replaces an earlier one.
    pub fn build(kinds: Vec<KindInput>, waits: Option<WaitsInput>) -> Marks {
        let mut by_kind: FxHashMap<Kind, KindInput> = FxHashMap::default();
        for it in kinds {
            by_kind.insert(it.capture.kind, it);
        }
        let kinds = Kind::ALL.iter().filter_map(|kind| by_kind.remove(kind)).map(|it| KindMarks {
            hottest: Arc::new(hottest(&it.capture)),
            capture: it.capture,
            baseline: it.baseline,
            is_old: it.is_old,
        });
        Marks { kinds: kinds.collect(), waits }
    }

    /// Files of the workspace with any marks: those that may have diagnostics.
    pub fn workspace_files(&self) -> BTreeSet<&Path> {
        let costs = self.kinds.iter().flat_map(|it| it.capture.files.values());
        let costs =
            costs.filter(|it| it.file.root == RootKind::Workspace).map(|it| it.file.path.as_path());
        let waits = self.waits.iter().flat_map(|it| it.waits.places.keys().map(PathBuf::as_path));
        costs.chain(waits).collect()
    }

    /// How much of each capture belongs to the workspace.
    pub fn coverage(&self) -> Vec<Coverage> {
        let kinds = self.kinds.iter().map(|it| Coverage::of_capture(&it.capture));
        kinds.chain(self.waits.iter().map(|it| Coverage::of_waits(&it.waits))).collect()
    }
}

impl KindMarks {
    /// What was captured.
    pub fn kind(&self) -> Kind {
        self.capture.kind
    }

    /// A file's costs.
    pub fn at(&self, path: &Path) -> Option<&LocatedFile> {
        self.capture.at(path)
    }

    /// How much longer this capture took than its baseline: the baseline's values are multiplied
    /// by it. 1 for snapshots, and for captures of nearly the same length.
    pub fn baseline_scale(&self) -> f64 {
        let then = self.baseline.as_ref().map_or(0, |it| it.duration_nanos);
        let now = self.capture.duration_nanos;
        if then <= 0 || now <= 0 {
            return 1.0;
        }
        let scale = now as f64 / then as f64;
        if (0.95..=1.05).contains(&scale) { 1.0 } else { scale }
    }
}

fn hottest(capture: &Located) -> Vec<(PathBuf, u32)> {
    let mut all: Vec<(i64, &Path, u32)> = capture
        .files
        .values()
        .filter(|it| it.file.root == RootKind::Workspace)
        .flat_map(|file| {
            let lines = file.lines.iter().filter(|(_, it)| it.own > 0);
            lines.map(move |(&line, it)| (it.own, file.file.path.as_path(), line))
        })
        .collect();
    all.sort_by_key(|&(own, path, line)| (Reverse(own), path, line));
    all.truncate(MOST_HOTTEST);
    all.into_iter().map(|(_, path, line)| (path.to_owned(), line)).collect()
}
