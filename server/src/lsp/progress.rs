//! Shows how far a command is, and carries the wish to cancel it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;
use tower_lsp::lsp_types;
use tower_lsp::lsp_types::notification;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;

use super::editor::Editor;
use super::services::Services;

/// The progress that can be cancelled, by token. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProgressTokens {
    tokens: Arc<Mutex<Tokens>>,
}

#[derive(Debug, Default)]
struct Tokens {
    running: HashMap<lsp_types::ProgressToken, CancellationToken>,
    n_created: u32,
}

impl ProgressTokens {
    /// The user wants the work behind this token to stop.
    pub(crate) fn cancel(&self, token: &lsp_types::ProgressToken) {
        if let Some(it) = self.lock().running.get(token) {
            it.cancel();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One piece of work that is shown. Dropping it ends the showing, whatever the reason.
#[derive(Debug)]
pub(crate) struct Progress {
    editor: Editor,
    tokens: ProgressTokens,
    /// None when the editor shows no progress.
    token: Option<lsp_types::ProgressToken>,
    cancelled: CancellationToken,
}

impl Progress {
    /// Begins to show `title`, under the token of the request or under a new one.
    pub(crate) async fn begin(
        services: &Services,
        of_request: Option<lsp_types::ProgressToken>,
        title: &str,
    ) -> Progress {
        let Services { editor, tokens, world, .. } = services;
        let token = match of_request {
            Some(it) => Some(it),
            None if world.get().facts.shows_progress => create(editor, tokens).await,
            None => None,
        };
        let cancelled = CancellationToken::new();
        if let Some(it) = &token {
            tokens.lock().running.insert(it.clone(), cancelled.clone());
        }
        let progress =
            Progress { editor: editor.clone(), tokens: tokens.clone(), token, cancelled };
        let begin = lsp_types::WorkDoneProgressBegin {
            title: title.to_owned(),
            cancellable: Some(true),
            message: None,
            percentage: Some(0),
        };
        progress.send(lsp_types::WorkDoneProgress::Begin(begin)).await;
        progress
    }

    /// Says how far the work is, from 0 to 100.
    pub(crate) async fn report(&self, percentage: u32, message: String) {
        let report = lsp_types::WorkDoneProgressReport {
            cancellable: Some(true),
            message: Some(message),
            percentage: Some(percentage.min(100)),
        };
        self.send(lsp_types::WorkDoneProgress::Report(report)).await;
    }

    /// Resolves when the user cancels.
    pub(crate) async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }

    async fn send(&self, value: lsp_types::WorkDoneProgress) {
        let Some(token) = self.token.clone() else { return };
        notify(&self.editor, token, value).await;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some(token) = self.token.take() else { return };
        self.tokens.lock().running.remove(&token);
        let editor = self.editor.clone();
        let end = lsp_types::WorkDoneProgress::End(lsp_types::WorkDoneProgressEnd::default());
        tokio::spawn(async move { notify(&editor, token, end).await });
    }
}

async fn notify(
    editor: &Editor,
    token: lsp_types::ProgressToken,
    value: lsp_types::WorkDoneProgress,
) {
    let value = lsp_types::ProgressParamsValue::WorkDone(value);
    editor.notify::<notification::Progress>(lsp_types::ProgressParams { token, value }).await;
}

/// Asks the editor for a new token's display; none when it refuses.
async fn create(editor: &Editor, tokens: &ProgressTokens) -> Option<lsp_types::ProgressToken> {
    let number = {
        let mut tokens = tokens.lock();
        tokens.n_created += 1;
        tokens.n_created
    };
    let token = lsp_types::ProgressToken::String(format!("pprof-lens/{number}"));
    let params = lsp_types::WorkDoneProgressCreateParams { token: token.clone() };
    match editor.ask::<WorkDoneProgressCreate>(params).await {
        Ok(Ok(())) => Some(token),
        _ => None,
    }
}
