//! Shows how far a command is, and carries the wish to cancel it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tower_lsp::lsp_types;
use tower_lsp::lsp_types::notification;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;

use super::commands::CommandError;
use super::editor::Editor;
use super::services::Services;

/// What takes less is not shown.
const NOTICEABLE: Duration = Duration::from_millis(100);

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

impl Services {
    /// Runs `work`, and shows `title` when it takes longer than people notice; `seconds` is how
    /// long it should take, where that is known. Cancelling drops the work.
    pub(crate) async fn with_progress<T>(
        &self,
        of_request: Option<lsp_types::ProgressToken>,
        title: &str,
        seconds: Option<u32>,
        work: impl Future<Output = Result<T, CommandError>>,
    ) -> Result<T, CommandError> {
        let shown_until_cancelled = async {
            tokio::time::sleep(NOTICEABLE).await;
            let progress = Progress::begin(self, of_request, title).await;
            tokio::select! {
                () = progress.count_up(seconds) => {}
                () = progress.cancelled.cancelled() => {}
            }
        };
        tokio::select! {
            it = work => it,
            () = shown_until_cancelled => Err(CommandError::Cancelled),
        }
    }
}

/// One piece of work that is shown. Dropping it ends the showing, whatever the reason.
#[derive(Debug)]
struct Progress {
    editor: Editor,
    tokens: ProgressTokens,
    /// None when the editor shows no progress.
    token: Option<lsp_types::ProgressToken>,
    cancelled: CancellationToken,
}

impl Progress {
    /// Begins to show `title`, under the token of the request or under a new one.
    async fn begin(
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

    /// Reports the seconds as they pass; never resolves.
    async fn count_up(&self, seconds: Option<u32>) {
        for passed in 0..=seconds.unwrap_or(0) {
            let Some(seconds) = seconds else { break };
            let report = lsp_types::WorkDoneProgressReport {
                cancellable: Some(true),
                message: Some(format!("{passed} of {seconds} s")),
                percentage: Some((u64::from(passed) * 100 / u64::from(seconds.max(1))) as u32),
            };
            self.send(lsp_types::WorkDoneProgress::Report(report)).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending().await
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
