//! Turns `workspace/executeCommand` into calls, each with its typed arguments.

mod attach;
mod baseline;
mod captures;
mod expect;
mod explain;
mod findings;
mod flamegraph;
mod goroutines;
mod hide;
mod hot;
mod peek;
mod status;
mod watch;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower_lsp::jsonrpc;
use tower_lsp::lsp_types::ExecuteCommandParams;
use tower_lsp::lsp_types::notification::ShowMessage;
use tower_lsp::lsp_types::{MessageType, ShowMessageParams};

use crate::command::Command;

use super::services::Services;

/// Lines of a result that are shown by an editor that shows no results.
const MAX_SHOWN_LINES: usize = 10;

/// Why a command has no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// No command has this id.
    #[error("there is no command {0:?}; the commands are {known}", known = known_commands())]
    Unknown(String),
    /// The arguments do not fit.
    #[error("{command}: {reason}")]
    Arguments { command: String, reason: String },
    /// The user cancelled it.
    #[error("cancelled")]
    Cancelled,
    /// It was tried and failed; the message says what to do.
    #[error("{0:#}")]
    Failed(#[from] anyhow::Error),
}

impl From<CommandError> for jsonrpc::Error {
    fn from(err: CommandError) -> jsonrpc::Error {
        let code = match &err {
            CommandError::Unknown(_) | CommandError::Arguments { .. } => {
                jsonrpc::ErrorCode::InvalidParams
            }
            CommandError::Cancelled => jsonrpc::ErrorCode::RequestCancelled,
            // RequestFailed of LSP 3.17: the request was valid, and could not be done.
            CommandError::Failed(_) => jsonrpc::ErrorCode::ServerError(-32803),
        };
        jsonrpc::Error { code, message: err.to_string().into(), data: None }
    }
}

impl Services {
    /// Runs a command and returns what the editor shows.
    pub(crate) async fn execute(
        &self,
        params: ExecuteCommandParams,
    ) -> Result<Value, CommandError> {
        let command = Command::from_id(&params.command)
            .ok_or_else(|| CommandError::Unknown(params.command.clone()))?;
        let token = params.work_done_progress_params.work_done_token;
        let arguments = params.arguments;
        let result = match command {
            Command::Attach => self.attach_command(parse(command, arguments)?, token).await?,
            Command::Detach => self.detach_command(),
            Command::Targets => self.targets_command().await,
            Command::Capture => self.capture(parse(command, arguments)?, token).await?,
            Command::SetBaseline => self.set_baseline(parse(command, arguments)?).await?,
            Command::ClearBaseline => self.clear_baseline(parse(command, arguments)?).await?,
            Command::Diff => self.diff_command(parse(command, arguments)?, token).await?,
            Command::Hot => self.hot_command(parse(command, arguments)?, token).await?,
            Command::Flamegraph => {
                self.flamegraph_command(parse(command, arguments)?, token).await?
            }
            Command::Captures => self.captures_command().await?,
            Command::NameCapture => self.name_capture(parse(command, arguments)?).await?,
            Command::PinCapture => self.pin_capture(parse(command, arguments)?).await?,
            Command::Findings => self.findings_command().await?,
            Command::Hide => self.hide_command(parse(command, arguments)?).await?,
            Command::Goroutines => {
                self.goroutines_command(parse(command, arguments)?, token).await?
            }
            Command::Watch => self.watch_command(parse(command, arguments)?),
            Command::Expect => self.expect_command(parse(command, arguments)?).await?,
            Command::ExplainSource => self.explain_source(parse(command, arguments)?).await?,
            Command::Peek => self.peek_command(parse(command, arguments)?).await?,
            Command::Status => self.status_command().await,
        };
        if !self.world.get().facts.options.shows_results {
            self.show_shortly(&result).await;
        }
        Ok(result)
    }

    /// For an editor that drops what commands return.
    async fn show_shortly(&self, result: &Value) {
        let message = short_text(result);
        if !message.is_empty() {
            let params = ShowMessageParams { typ: MessageType::INFO, message };
            self.editor.notify::<ShowMessage>(params).await;
        }
    }
}

/// The first lines of a result: its text, then its rows, each a target or a group of goroutines.
fn short_text(result: &Value) -> String {
    let text = result["text"].as_str().unwrap_or_default().lines().map(str::to_owned);
    let rows = result.as_array().or_else(|| result["groups"].as_array()).into_iter().flatten();
    let rows = rows.map(|row| {
        let words = ["name", "url", "note", "text"].map(|key| row[key].as_str().unwrap_or(""));
        words.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
    });
    text.chain(rows).take(MAX_SHOWN_LINES).collect::<Vec<_>>().join("\n")
}

/// The first argument as this command's type; no argument means the defaults.
fn parse<T: DeserializeOwned>(command: Command, arguments: Vec<Value>) -> Result<T, CommandError> {
    let argument = arguments.into_iter().next().filter(|it| !it.is_null());
    serde_json::from_value(argument.unwrap_or_else(|| json!({})))
        .map_err(|err| CommandError::Arguments { command: command.id(), reason: err.to_string() })
}

fn known_commands() -> String {
    Command::ALL.map(Command::id).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_texts_and_rows_shortly() {
        assert_eq!(short_text(&json!({ "text": "a\nb" })), "a\nb");
        let target = json!({ "pid": 7, "name": "sidecar", "url": null, "note": "no pprof" });
        assert_eq!(short_text(&json!([target])), "sidecar no pprof");
        let groups = json!({ "text": "2 goroutines", "groups": [{ "text": "2 × select" }] });
        assert_eq!(short_text(&groups), "2 goroutines\n2 × select");
        assert_eq!(short_text(&json!({ "text": "x\n".repeat(99) })).lines().count(), 10);
    }
}
