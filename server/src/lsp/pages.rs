//! The files that have marks, each with its text as it is now.

use std::path::Path;
use std::sync::Arc;

use tower_lsp::lsp_types;

use crate::view::{FileView, Related};

use super::position::LineIndex;
use super::to_proto::Page;
use super::world::World;

/// A file with what is drawn in it.
#[derive(Debug, Clone)]
pub(crate) struct MarkedFile {
    pub(crate) uri: lsp_types::Url,
    /// As the editor counts; none for a file that is not open.
    pub(crate) version: Option<i32>,
    pub(crate) text: Arc<str>,
    pub(crate) lines: Arc<LineIndex>,
    pub(crate) view: FileView,
}

impl MarkedFile {
    /// For conversion into LSP types.
    pub(crate) fn page(&self, world: &World) -> Page<'_> {
        Page {
            uri: &self.uri,
            text: &self.text,
            lines: &self.lines,
            encoding: world.facts.encoding,
        }
    }
}

/// Every file of the workspace that has marks, open or not.
pub(crate) fn marked(_world: &World) -> Vec<MarkedFile> {
    Vec::new()
}

/// What is drawn in one open document.
pub(crate) fn of_document(_world: &World, _path: &Path) -> Option<MarkedFile> {
    None
}

/// Where a related place is, in the text as it is now.
pub(crate) fn locate(world: &World, related: &Related) -> Option<lsp_types::Location> {
    let document = world.documents.get(&related.file);
    match document {
        Some(it) => {
            let range = it.lines.profile_line_range(&it.text, related.line, world.facts.encoding);
            Some(lsp_types::Location::new(it.uri.clone(), range))
        }
        None => {
            let uri = lsp_types::Url::from_file_path(&related.file).ok()?;
            let start = lsp_types::Position::new(related.line.saturating_sub(1), 0);
            Some(lsp_types::Location::new(uri, lsp_types::Range::new(start, start)))
        }
    }
}

/// The details of the line under the cursor.
pub(crate) fn hover(
    _world: &World,
    _file: &MarkedFile,
    _position: lsp_types::Position,
) -> Option<lsp_types::Hover> {
    None
}
