//! Everything that is known of the lines of the files here, from all captures together.
//!
//! Marks are made when a capture arrives and hold no positions in the buffer: those follow from
//! the text as it is now, whenever something is shown (see `placed`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;

use crate::model::Kind;
use crate::source::RootKind;
use crate::stuck::Trends;

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
    /// How many there were at each place before.
    pub trends: Arc<Trends>,
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
    /// Functions that have no lenses, hints and hot-line diagnostics, by their full names.
    pub hidden: BTreeSet<String>,
    /// How the build of the program differs from the workspace, in a few words of our own.
    pub build_warning: Option<Arc<str>>,
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
}

impl Marks {
    /// Puts captures together; a later one of a kind replaces an earlier one.
    pub fn build(kinds: Vec<KindInput>, waits: Option<WaitsInput>) -> Marks {
        let mut by_kind: HashMap<Kind, KindInput> = HashMap::default();
        for it in kinds {
            by_kind.insert(it.capture.kind, it);
        }
        let kinds = Kind::ALL.iter().filter_map(|kind| by_kind.remove(kind)).map(|it| KindMarks {
            capture: it.capture,
            baseline: it.baseline,
            is_old: it.is_old,
        });
        Marks { kinds: kinds.collect(), waits, ..Marks::default() }
    }

    /// Whether a function of this full name has no marks.
    pub fn hides(&self, function: &str) -> bool {
        self.hidden.contains(function)
    }

    /// Files of the workspace with any marks: those that may have diagnostics.
    pub fn workspace_files(&self) -> BTreeSet<&Path> {
        let costs = self.kinds.iter().flat_map(|it| it.capture.files.values());
        let costs =
            costs.filter(|it| it.file.root == RootKind::Workspace).map(|it| it.file.path.as_path());
        let waits = self.waits.iter().flat_map(|it| it.waits.places.keys().map(PathBuf::as_path));
        costs.chain(waits).collect()
    }

    /// Whether a file is one of [`Marks::workspace_files`].
    pub fn has_workspace_file(&self, path: &Path) -> bool {
        let is_here = |it: &LocatedFile| it.file.root == RootKind::Workspace;
        self.kinds.iter().any(|it| it.at(path).is_some_and(is_here))
            || self.waits.as_ref().is_some_and(|it| it.waits.places.contains_key(path))
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
