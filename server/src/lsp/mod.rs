//! The language server: the only folder that knows LSP types.
//!
//! Bytes become messages in [`frames`], messages become calls in [`gate`], calls become answers
//! in [`server`], each from one snapshot of the [`world`].

// The features that use the rest of these modules come in the next step.
#![allow(dead_code)]

mod capabilities;
mod documents;
mod editor;
mod facts;
mod failpoints;
mod frames;
mod gate;
mod message;
mod outbound;
mod position;
mod server;
mod world;

use tokio::io::{AsyncRead, AsyncWrite};
use tower_lsp::LspService;

use server::Server;

/// Serves one editor until its end; returns the exit code of the process: 0 after `shutdown`,
/// 1 without.
pub async fn serve<R, W>(input: R, output: W) -> u8
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let builder = LspService::build(Server::new);
    #[cfg(debug_assertions)]
    let builder = builder.custom_method("pprof-lens/debugText", Server::debug_text);
    let (service, socket) = builder.finish();
    let editor = service.inner().editor().clone();
    gate::run(service, socket, editor, input, output).await
}
