//! Tells the editor what has changed: diagnostics, status, and that lenses and hints are stale.

use std::collections::{BTreeSet, HashMap};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tower_lsp::lsp_types;
use tower_lsp::lsp_types::notification::{Notification, PublishDiagnostics};
use tower_lsp::lsp_types::request::{CodeLensRefresh, InlayHintRefreshRequest};

use super::documents::Documents;
use super::services::Services;
use super::status::{StatusChanged, StatusLine};
use super::world::World;
use super::{pages, to_proto};

/// Files are drawn for so long before the world is looked at again: an edit does not wait until
/// every file of a large program is drawn.
const SLICE: Duration = Duration::from_millis(2);

/// Publishes until the session ends.
///
/// Nothing waits for a pause: changes that come while one is published are the next one.
pub(crate) async fn publish(services: Services) {
    let mut changes = services.world.changes();
    let mut published = Published::default();
    let mut status = None;
    changes.mark_changed();
    loop {
        if published.due.is_empty() && changes.changed().await.is_err() {
            return;
        }
        let world = changes.borrow_and_update().clone();
        let line = StatusLine::of(&world);
        if status.as_ref() != Some(&line) {
            services.editor.notify::<StatusChanged>(line.clone()).await;
            status = Some(line);
        }
        let is_refresh = world.marks_revision != published.marks_revision;
        let facts = world.facts.clone();
        let compute = AssertUnwindSafe(|| {
            let news = published.news(&world);
            // It may be the last to hold captures that were replaced.
            drop(world);
            news
        });
        let computed = tokio::task::block_in_place(|| std::panic::catch_unwind(compute));
        let Ok(news) = computed else {
            tracing::error!("computing diagnostics panicked");
            continue;
        };
        for params in news {
            services.editor.notify::<PublishDiagnostics>(params).await;
        }
        if is_refresh && facts.options.shows_results {
            services.editor.notify::<MarksChanged>(serde_json::json!({})).await;
        }
        if is_refresh && facts.refreshes_lenses {
            drop(services.editor.ask::<CodeLensRefresh>(()));
        }
        if is_refresh && facts.refreshes_hints {
            drop(services.editor.ask::<InlayHintRefreshRequest>(()));
        }
    }
}

/// The notification `pprof-lens/marksChanged`, for our own extensions: what they list or colour is
/// stale. It has no parameters.
#[derive(Debug)]
enum MarksChanged {}

impl Notification for MarksChanged {
    type Params = serde_json::Value;
    const METHOD: &'static str = "pprof-lens/marksChanged";
}

/// What the editor was told last, and what it is still to be told.
#[derive(Debug, Default)]
struct Published {
    /// By path, as the views spell it: files with diagnostics, or that depend on others.
    files: HashMap<PathBuf, Told>,
    /// Files that may look different by now.
    due: BTreeSet<PathBuf>,
    /// As they were when `due` was last brought up to date.
    documents: Documents,
    marks_revision: u64,
}

/// What the editor was told of a file.
#[derive(Debug)]
struct Told {
    uri: lsp_types::Url,
    /// None where it was not open.
    version: Option<i32>,
    diagnostics: Vec<lsp_types::Diagnostic>,
    /// The files that the diagnostics speak of.
    others: Vec<PathBuf>,
}

type News = Vec<lsp_types::PublishDiagnosticsParams>;

impl Published {
    /// What the editor is to be told next.
    fn news(&mut self, world: &World) -> News {
        self.note(world);
        self.draw_some(world)
    }

    /// Finds out what has become due.
    fn note(&mut self, world: &World) {
        if self.marks_revision != world.marks_revision {
            self.marks_revision = world.marks_revision;
            self.due.extend(world.marks.workspace_files().into_iter().map(Path::to_owned));
            self.due.extend(self.files.keys().cloned());
        }
        let changed = world.documents.changed_since(&self.documents);
        let changed: BTreeSet<PathBuf> = changed.map(|path| pages::spelled(world, path)).collect();
        self.documents = world.documents.clone();
        let is_concerned = |it: &Told| it.others.iter().any(|it| changed.contains(it));
        let concerned = self.files.iter().filter(|(_, it)| is_concerned(it));
        self.due.extend(concerned.map(|(path, _)| path.clone()));
        self.due.extend(
            changed
                .into_iter()
                .filter(|it| world.marks.has_workspace_file(it) || self.files.contains_key(it)),
        );
    }

    /// Draws what is due, what is open first, for a short while.
    fn draw_some(&mut self, world: &World) -> News {
        let start = Instant::now();
        let mut news = News::new();
        let open = world.documents.iter().map(|(path, _)| pages::spelled(world, path));
        let mut open: Vec<PathBuf> = open.filter(|it| self.due.contains(it)).collect();
        while start.elapsed() < SLICE {
            let next = open.pop().or_else(|| self.due.first().cloned());
            let Some(path) = next else { break };
            self.due.remove(&path);
            self.draw(world, path, &mut news);
        }
        news
    }

    /// Draws one file; there is news if that differs from what the editor was told.
    ///
    /// A document whose version changed gets its diagnostics again even when they are equal: the
    /// editor may have moved them with the edit.
    fn draw(&mut self, world: &World, path: PathBuf, news: &mut News) {
        let now = world.marks.has_workspace_file(&path).then(|| told_now(world, &path)).flatten();
        let was = self.files.remove(&path).filter(|it| !it.diagnostics.is_empty());
        if let Some(was) = &was
            && now.as_ref().is_none_or(|it| it.uri != was.uri || it.diagnostics.is_empty())
        {
            news.push(params(was.uri.clone(), None, Vec::new()));
        }
        let Some(now) = now else { return };
        let is_same = was.as_ref().is_some_and(|was| {
            (&was.uri, was.version, &was.diagnostics) == (&now.uri, now.version, &now.diagnostics)
        });
        if !is_same && !now.diagnostics.is_empty() {
            news.push(params(now.uri.clone(), now.version, now.diagnostics.clone()));
        }
        if !now.diagnostics.is_empty() || !now.others.is_empty() {
            self.files.insert(path, now);
        }
    }
}

fn told_now(world: &World, path: &Path) -> Option<Told> {
    let file = pages::marked(world, path)?;
    let locate = |related: &crate::view::Related| pages::locate(world, related);
    Some(Told {
        uri: file.uri.clone(),
        version: file.version,
        diagnostics: to_proto::diagnostics(&file.view, file.page(world), &world.facts, locate),
        others: file.others.keys().cloned().collect(),
    })
}

fn params(
    uri: lsp_types::Url,
    version: Option<i32>,
    diagnostics: Vec<lsp_types::Diagnostic>,
) -> lsp_types::PublishDiagnosticsParams {
    lsp_types::PublishDiagnosticsParams { uri, diagnostics, version }
}
