//! Tells the editor what has changed: diagnostics, status, and that lenses and hints are stale.

use std::collections::HashMap;
use std::time::Duration;

use tower_lsp::lsp_types;
use tower_lsp::lsp_types::notification::PublishDiagnostics;
use tower_lsp::lsp_types::request::{CodeLensRefresh, InlayHintRefreshRequest};

use super::services::Services;
use super::status::{StatusChanged, StatusLine};
use super::world::World;
use super::{pages, to_proto};

/// Changes that come closer together are published as one.
const DEBOUNCE: Duration = Duration::from_millis(50);

/// What the editor was told last, for each document: its version where it was open.
type Published = HashMap<lsp_types::Url, (Option<i32>, Vec<lsp_types::Diagnostic>)>;

/// Publishes until the session ends.
pub(crate) async fn publish(services: Services) {
    let mut changes = services.world.changes();
    let mut published = Published::new();
    let mut status = None;
    let mut marks_revision = 0;
    changes.mark_changed();
    while changes.changed().await.is_ok() {
        tokio::time::sleep(DEBOUNCE).await;
        let world = changes.borrow_and_update().clone();
        let line = StatusLine::of(&world);
        if status.as_ref() != Some(&line) {
            services.editor.notify::<StatusChanged>(line.clone()).await;
            status = Some(line);
        }
        let is_refresh = world.marks_revision != marks_revision;
        marks_revision = world.marks_revision;
        let facts = world.facts.clone();
        let computed = tokio::task::spawn_blocking(move || all_diagnostics(&world)).await;
        let Ok(new) = computed else {
            tracing::error!("computing diagnostics panicked");
            continue;
        };
        send_changes(&services, &mut published, new).await;
        if is_refresh && facts.refreshes_lenses {
            drop(services.editor.ask::<CodeLensRefresh>(()));
        }
        if is_refresh && facts.refreshes_hints {
            drop(services.editor.ask::<InlayHintRefreshRequest>(()));
        }
    }
}

fn all_diagnostics(world: &World) -> Published {
    let pages = pages::marked(world);
    let found = pages.iter().map(|it| {
        let locate = |related: &crate::view::Related| pages::locate(world, related);
        let diagnostics = to_proto::diagnostics(&it.view, it.page(world), &world.facts, locate);
        (it.uri.clone(), (it.version, diagnostics))
    });
    found.filter(|(_, (_, diagnostics))| !diagnostics.is_empty()).collect()
}

/// Sends what differs, and an empty list for every document that has no diagnostics any more.
///
/// A document whose version changed gets its diagnostics again even when they are equal: the
/// editor may have moved them with the edit.
async fn send_changes(services: &Services, published: &mut Published, new: Published) {
    let gone: Vec<_> = published.keys().filter(|it| !new.contains_key(*it)).cloned().collect();
    let cleared = gone.into_iter().map(|uri| (uri, (None, Vec::new())));
    let changed = new.iter().filter(|(uri, it)| published.get(*uri) != Some(*it));
    let changed = changed.map(|(uri, it)| (uri.clone(), it.clone()));
    for (uri, (version, diagnostics)) in cleared.chain(changed) {
        let params = lsp_types::PublishDiagnosticsParams { uri, diagnostics, version };
        services.editor.notify::<PublishDiagnostics>(params).await;
    }
    *published = new;
}
