//! What the server says to the editor by itself: notifications, and questions with an answer.

use serde::de::DeserializeOwned;
use tokio::task::JoinHandle;
use tower_lsp::Client;
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::notification::{LogMessage, Notification};
use tower_lsp::lsp_types::request::Request;
use tower_lsp::lsp_types::{LogMessageParams, MessageType};

/// A handle to the editor; cheap to clone.
///
/// The queue behind it is bounded: whoever speaks to an editor that has stopped reading waits.
#[derive(Debug, Clone)]
pub(crate) struct Editor {
    client: Client,
}

impl Editor {
    pub(crate) fn new(client: Client) -> Editor {
        Editor { client }
    }

    /// Sends a notification.
    pub(crate) async fn notify<N: Notification>(&self, params: N::Params) {
        self.client.send_notification::<N>(params).await;
    }

    /// Writes a line to the editor's log of this server, some time soon.
    pub(crate) fn log(&self, message: String) {
        tracing::info!("{message}");
        let editor = self.clone();
        let params = LogMessageParams { typ: MessageType::INFO, message };
        tokio::spawn(async move { editor.notify::<LogMessage>(params).await });
    }

    /// Asks the editor. The answer may be awaited, or not: the question runs in a task of its
    /// own, because tower-lsp panics when an answer comes for a question that was dropped.
    pub(crate) fn ask<R>(&self, params: R::Params) -> JoinHandle<jsonrpc::Result<R::Result>>
    where
        R: Request,
        R::Params: Send + 'static,
        R::Result: DeserializeOwned + Send + 'static,
    {
        let client = self.client.clone();
        tokio::spawn(async move { client.send_request::<R>(params).await })
    }
}
