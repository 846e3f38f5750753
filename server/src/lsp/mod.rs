//! The language server: the only folder that knows LSP types.
//!
//! Bytes become messages in [`frames`], messages become calls in [`gate`], calls become answers
//! in [`server`], each from one snapshot of the [`world`]. Meanwhile [`seek`] finds a program,
//! [`follow`] watches it, and [`publish`] tells the editor what changed.

mod activity;
mod attachment;
mod build;
mod capabilities;
mod capture;
mod captured;
mod chosen;
mod commands;
mod disk;
mod documents;
mod editor;
mod facts;
mod failpoints;
mod follow;
mod frames;
mod gate;
mod look;
mod message;
mod outbound;
mod outside;
mod pace;
mod pages;
mod places;
mod position;
mod programs;
mod progress;
mod project_file;
mod publish;
mod relocate;
mod schedule;
mod seek;
mod server;
mod services;
mod settings;
mod status;
mod text;
mod to_proto;
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
    let builder = LspService::build(Server::new)
        .custom_method("window/workDoneProgress/cancel", Server::cancel_progress)
        .custom_method("pprof-lens/activity", Server::activity);
    #[cfg(debug_assertions)]
    let builder = builder.custom_method("pprof-lens/debugText", Server::debug_text);
    let (service, socket) = builder.finish();
    let (editor, activity) = service.inner().ends();
    gate::run(service, socket, editor, activity, input, output).await
}
