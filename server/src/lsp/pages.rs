//! The files that have marks, each with its text as it is now.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tower_lsp::lsp_types;

use crate::model::Kind;
use crate::view::{self, FileView, Related, ViewConfig};

use super::documents::Document;
use super::position::LineIndex;
use super::to_proto::{self, Page};
use super::world::World;

/// A file with what is drawn in it.
#[derive(Debug, Clone)]
pub(crate) struct MarkedFile {
    /// As the editor knows it.
    pub(crate) uri: lsp_types::Url,
    /// As the views spell it.
    pub(crate) path: PathBuf,
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
pub(crate) fn marked(world: &World) -> Vec<MarkedFile> {
    let files = world.marks.workspace_files();
    files.into_iter().filter_map(|path| of_path(world, path)).collect()
}

/// What is drawn in one open document.
pub(crate) fn of_document(world: &World, path: &Path) -> Option<MarkedFile> {
    let spelled = world.resolver.as_ref().and_then(|it| it.spell(path));
    of_path(world, spelled.as_deref().unwrap_or(path))
}

fn of_path(world: &World, path: &Path) -> Option<MarkedFile> {
    let (uri, version, text, lines) = match document(world, path) {
        Some(it) => (it.uri.clone(), Some(it.version), it.text.clone(), it.lines.clone()),
        None => {
            let text = world.disk.read(path)?;
            let lines = Arc::new(LineIndex::new(&text));
            (lsp_types::Url::from_file_path(path).ok()?, None, text, lines)
        }
    };
    let config = ViewConfig::from(&*world.config);
    let view = view::file_view(&world.marks, path, &config, &|it| text_now(world, it));
    Some(MarkedFile { uri, path: path.to_owned(), version, text, lines, view })
}

/// The open document of a file that the views name.
fn document<'a>(world: &'a World, path: &Path) -> Option<&'a Document> {
    world.documents.get(path).or_else(|| {
        // The editor may spell a folder of the workspace in another way, through a link.
        let resolver = world.resolver.as_ref()?;
        let mut documents = world.documents.iter();
        documents.find(|(it, _)| resolver.spell(it).as_deref() == Some(path)).map(|(_, it)| it)
    })
}

/// The text of a file as it is now: of the open document, else on disk.
pub(crate) fn text_now(world: &World, path: &Path) -> Option<Arc<str>> {
    match document(world, path) {
        Some(it) => Some(it.text.clone()),
        None => world.disk.read(path),
    }
}

/// The details of the line under the cursor.
pub(crate) fn hover(
    world: &World,
    file: &MarkedFile,
    position: lsp_types::Position,
) -> Option<lsp_types::Hover> {
    let line = file.lines.to_profile_line(&file.text, position.line);
    let peek = |kind: Kind, function: &str| world.captures.get(&kind)?.peek(function);
    let text = view::hover(&world.marks, &file.path, line, &|it| text_now(world, it), &peek)?;
    Some(to_proto::hover(&text))
}

/// What can be done about a line.
pub(crate) fn code_actions(
    world: &World,
    file: &MarkedFile,
    position: lsp_types::Position,
) -> lsp_types::CodeActionResponse {
    let line = file.lines.to_profile_line(&file.text, position.line);
    let is_attached = world.attachment.as_ref().is_some_and(|it| it.is_live());
    let text_now = |it: &Path| text_now(world, it);
    let offers = view::offers(&world.marks, &file.path, line, &text_now, is_attached);
    to_proto::code_actions(&offers, file.page(world))
}

/// Where a related place is, in the text as it is now.
pub(crate) fn locate(world: &World, related: &Related) -> Option<lsp_types::Location> {
    location(world, &related.file, related.line)
}

/// A line of a file, as the editor says it. `line` is 1-based, in the text as it is now.
pub(crate) fn location(world: &World, path: &Path, line: u32) -> Option<lsp_types::Location> {
    let encoding = world.facts.encoding;
    if let Some(it) = document(world, path) {
        let range = it.lines.profile_line_range(&it.text, line, encoding);
        return Some(lsp_types::Location::new(it.uri.clone(), range));
    }
    let uri = lsp_types::Url::from_file_path(path).ok()?;
    let range = match world.disk.read(path) {
        Some(text) => LineIndex::new(&text).profile_line_range(&text, line, encoding),
        None => {
            let start = lsp_types::Position::new(line.saturating_sub(1), 0);
            lsp_types::Range::new(start, start)
        }
    };
    Some(lsp_types::Location::new(uri, range))
}
