//! Draws one file: its marks on its text as it is now.

use std::path::Path;

use crate::source::RootKind;

use super::diagnostic::cost_diagnostics;
use super::file::FileView;
use super::hint::hints;
use super::lens::lenses;
use super::marks::Marks;
use super::placed::{Placed, TextNow, ViewConfig};
use super::waiting::wait_diagnostics;

/// Everything that is drawn in a file. `path` is as [`crate::source::Resolver::spell`] spells it.
/// Only files of the workspace have diagnostics.
pub fn file_view(
    marks: &Marks,
    path: &Path,
    config: &ViewConfig,
    text_now: TextNow<'_>,
) -> FileView {
    let placed = Placed::new(marks, path, text_now);
    let is_workspace = placed.waits.is_some()
        || placed
            .kinds
            .iter()
            .any(|it| it.marks.at(path).is_some_and(|it| it.file.root == RootKind::Workspace));
    let mut view = FileView::default();
    if config.lens_enable {
        view.lenses = lenses(&placed, config);
    }
    if config.hint_enable {
        view.hints = hints(&placed, config);
    }
    if config.diagnostic_enable && is_workspace {
        view.diagnostics = cost_diagnostics(&placed, config);
        view.diagnostics.extend(wait_diagnostics(&placed));
        view.diagnostics.sort_by_key(|it| (it.line, it.severity));
    }
    view
}
