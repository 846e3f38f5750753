//! The files that have marks, each with its text as it is now.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tower_lsp::lsp_types;

use crate::model::Kind;
use crate::source::Revision;
use crate::view::{self, FileView, Related, ViewConfig};

use super::documents::Document;
use super::text::Text;
use super::to_proto::{self, Page};
use super::world::World;

/// A file with what is drawn in it.
#[derive(Debug)]
pub(crate) struct MarkedFile {
    /// As the editor knows it.
    pub(crate) uri: lsp_types::Url,
    /// As the views spell it.
    path: PathBuf,
    /// As the editor counts; none for a file that is not open.
    pub(crate) version: Option<i32>,
    text: Text,
    pub(crate) view: FileView,
    /// The other files that the view speaks of, as they were then.
    pub(crate) others: BTreeMap<PathBuf, Option<Arc<Revision>>>,
    /// See [`World::marks_revision`].
    marks_revision: u64,
}

/// What is drawn on one text of a document: lenses, hints and diagnostics are asked for one after
/// the other, and drawn once. Who asks meanwhile waits for the one result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawn {
    last: Arc<Mutex<Option<Arc<MarkedFile>>>>,
}

impl MarkedFile {
    /// For conversion into LSP types.
    pub(crate) fn page(&self, world: &World) -> Page<'_> {
        Page { uri: &self.uri, text: &self.text, encoding: world.facts.encoding }
    }

    fn new(
        world: &World,
        path: &Path,
        uri: lsp_types::Url,
        version: Option<i32>,
        text: Text,
    ) -> MarkedFile {
        let others = RefCell::new(BTreeMap::new());
        let text_now = |it: &Path| {
            if it == path {
                return Some(text.revision.clone());
            }
            let mut others = others.borrow_mut();
            others.entry(it.to_owned()).or_insert_with(|| revision_now(world, it)).clone()
        };
        let config = ViewConfig::from(&*world.config);
        let view = view::file_view(&world.marks, path, &config, &text_now);
        let (path, marks_revision) = (path.to_owned(), world.marks_revision);
        MarkedFile { uri, path, version, text, view, others: others.into_inner(), marks_revision }
    }

    /// Whether it would look the same if it were drawn anew on the same text.
    fn is_current(&self, world: &World, path: &Path) -> bool {
        let is_same = |path: &Path, then: &Option<Arc<Revision>>| {
            let now = revision_now(world, path);
            now.as_ref().map(Arc::as_ptr) == then.as_ref().map(Arc::as_ptr)
        };
        self.marks_revision == world.marks_revision
            && self.path == path
            && self.others.iter().all(|(path, then)| is_same(path, then))
    }
}

/// The views' spelling of a file that the editor has open.
pub(crate) fn spelled(world: &World, path: &Path) -> PathBuf {
    let spelled = world.sources.as_ref().and_then(|it| it.resolver().spell(path));
    spelled.unwrap_or_else(|| path.to_owned())
}

/// What is drawn in one file, open or not. `path` is as the views spell it.
pub(crate) fn marked(world: &World, path: &Path) -> Option<Arc<MarkedFile>> {
    let Some(document) = document(world, path) else {
        let text = world.disk.read(path)?;
        let uri = lsp_types::Url::from_file_path(path).ok()?;
        return Some(Arc::new(MarkedFile::new(world, path, uri, None, text)));
    };
    let mut last = document.drawn.last.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(it) = last.as_ref().filter(|it| it.is_current(world, path)) {
        return Some(it.clone());
    }
    let (uri, version) = (document.uri.clone(), Some(document.version));
    let file = Arc::new(MarkedFile::new(world, path, uri, version, document.text.clone()));
    *last = Some(file.clone());
    Some(file)
}

/// The open document of a file that the views name.
fn document<'a>(world: &'a World, path: &Path) -> Option<&'a Document> {
    world.documents.get(path).or_else(|| {
        // The editor may spell a folder of the workspace in another way, through a link.
        let sources = world.sources.as_ref()?;
        let mut documents = world.documents.iter();
        documents
            .find(|(it, _)| sources.resolver().spell(it).as_deref() == Some(path))
            .map(|(_, it)| it)
    })
}

/// The text of a file as it is now: of the open document, else on disk.
fn text_now(world: &World, path: &Path) -> Option<Text> {
    match document(world, path) {
        Some(it) => Some(it.text.clone()),
        None => world.disk.read(path),
    }
}

/// The same, without its lines.
pub(crate) fn revision_now(world: &World, path: &Path) -> Option<Arc<Revision>> {
    text_now(world, path).map(|it| it.revision)
}

/// The details of the line under the cursor.
pub(crate) fn hover(
    world: &World,
    path: &Path,
    position: lsp_types::Position,
) -> Option<lsp_types::Hover> {
    let line = text_now(world, path)?.to_profile_line(position.line);
    let peek = |kind: Kind, function: &str| world.captures.get(&kind)?.peek(function);
    let text = view::hover(&world.marks, path, line, &|it| revision_now(world, it), &peek)?;
    Some(to_proto::hover(&text))
}

/// What can be done about a line.
pub(crate) fn code_actions(
    world: &World,
    path: &Path,
    uri: &lsp_types::Url,
    position: lsp_types::Position,
) -> Option<lsp_types::CodeActionResponse> {
    let text = text_now(world, path)?;
    let line = text.to_profile_line(position.line);
    let is_attached = world.attachment.as_ref().is_some_and(|it| it.is_live());
    let now = |it: &Path| revision_now(world, it);
    let offers = view::offers(&world.marks, path, line, &now, is_attached);
    let page = Page { uri, text: &text, encoding: world.facts.encoding };
    Some(to_proto::code_actions(&offers, page))
}

/// Where a related place is, in the text as it is now.
pub(crate) fn locate(world: &World, related: &Related) -> Option<lsp_types::Location> {
    location(world, &related.file, related.line)
}

/// A line of a file, as the editor says it. `line` is 1-based, in the text as it is now.
pub(crate) fn location(world: &World, path: &Path, line: u32) -> Option<lsp_types::Location> {
    let encoding = world.facts.encoding;
    if let Some(it) = document(world, path) {
        let range = it.text.profile_line_range(line, encoding);
        return Some(lsp_types::Location::new(it.uri.clone(), range));
    }
    let uri = lsp_types::Url::from_file_path(path).ok()?;
    let range = match world.disk.read(path) {
        Some(text) => text.profile_line_range(line, encoding),
        None => {
            let start = lsp_types::Position::new(line.saturating_sub(1), 0);
            lsp_types::Range::new(start, start)
        }
    };
    Some(lsp_types::Location::new(uri, range))
}
