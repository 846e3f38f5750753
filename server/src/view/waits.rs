//! Judged goroutines with their frames put on the lines of the files here.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::Frame;
use crate::source::{RootKind, Snapshot, SourceFile, Sources};
use crate::stuck::{Group, Judged, Verdict};

/// A judged dump whose files were found and read, once, when it arrived.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LocatedWaits {
    /// The groups.
    pub judged: Judged,
    /// Number of goroutines with a frame in the workspace.
    pub n_here: usize,
    /// Where groups meet the workspace, by file; sorted by line, loudest first.
    pub places: BTreeMap<PathBuf, Vec<WaitPlace>>,
    snapshot: Snapshot,
}

/// A group at a line of a workspace file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitPlace {
    /// 1-based, in the text of the snapshot.
    pub line: u32,
    /// Index into [`Judged::groups`].
    pub group_idx: usize,
    /// Why this line.
    pub role: Role,
    /// Index into [`Group::frames`]; none for the `go` statement.
    frame_idx: Option<usize>,
}

/// What a line is to a group of goroutines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The innermost frame in the workspace: the line that waits.
    Waits,
    /// The `go` statement.
    Starts,
}

impl LocatedWaits {
    /// Finds the files of all frames.
    pub fn of(judged: Judged, sources: &Sources) -> LocatedWaits {
        let frames = judged.groups.iter().flat_map(|group| {
            group.frames.iter().chain(group.created_by.iter().map(|it| &it.frame))
        });
        let snapshot = Snapshot::take(sources, frames.map(|it| (&*it.file, &*it.function)));
        let mut located = LocatedWaits { judged, snapshot, ..LocatedWaits::default() };
        for group_idx in 0..located.judged.groups.len() {
            let group = &located.judged.groups[group_idx];
            let waits = group.frames.iter().enumerate().find_map(|(idx, it)| {
                located.in_workspace(it).map(|path| (path, it.line, Some(idx)))
            });
            let starts = group.created_by.as_ref().and_then(|it| {
                located.in_workspace(&it.frame).map(|path| (path, it.frame.line, None))
            });
            if waits.is_some() || starts.is_some() {
                located.n_here += group.count();
            }
            for (found, role) in [(waits, Role::Waits), (starts, Role::Starts)] {
                if let Some((path, line, frame_idx)) = found {
                    let place = WaitPlace { line, group_idx, role, frame_idx };
                    located.places.entry(path).or_default().push(place);
                }
            }
        }
        for places in located.places.values_mut() {
            places.sort_by_key(|it| (it.line, it.role, it.group_idx));
        }
        located
    }

    /// The group of a place.
    pub fn group(&self, place: &WaitPlace) -> &Group {
        &self.judged.groups[place.group_idx]
    }

    /// The file of a frame, wherever it was found.
    pub fn file(&self, frame: &Frame) -> Option<&Arc<SourceFile>> {
        self.snapshot.file(&frame.file, &frame.function)
    }

    /// The function of a place, as in the dump.
    pub fn function(&self, place: &WaitPlace) -> &str {
        let group = self.group(place);
        match place.frame_idx {
            Some(idx) => &group.frames[idx].function,
            None => group.created_by.as_ref().map_or("", |it| &it.frame.function),
        }
    }

    /// The file of some places.
    pub fn file_at(&self, path: &std::path::Path) -> Option<&Arc<SourceFile>> {
        self.snapshot.at(path)
    }

    fn in_workspace(&self, frame: &Frame) -> Option<PathBuf> {
        let file = self.file(frame).filter(|it| it.root == RootKind::Workspace)?;
        Some(file.path.clone())
    }
}

/// Whether a verdict is worth a lens and a diagnostic.
pub fn is_loud(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Proved | Verdict::Stuck | Verdict::Suspect)
}
