//! Turns `workspace/executeCommand` into calls, each with its typed arguments.

mod attach;
mod baseline;
mod goroutines;
mod peek;
mod status;

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
            Command::Diff => self.diff_command(parse(command, arguments)?)?,
            Command::Goroutines => {
                self.goroutines_command(parse(command, arguments)?, token).await?
            }
            Command::Peek => self.peek_command(parse(command, arguments)?)?,
            Command::Status => self.status_command(),
        };
        if !self.world.get().facts.options.shows_results {
            self.show_shortly(&result).await;
        }
        Ok(result)
    }

    /// For an editor that drops what commands return: a few lines of it as a message.
    async fn show_shortly(&self, result: &Value) {
        let text = result.get("text").and_then(Value::as_str).unwrap_or_default();
        let mut lines: Vec<&str> = text.lines().take(MAX_SHOWN_LINES).collect();
        let rows = result.as_array().or_else(|| result.get("groups")?.as_array());
        let rows = rows.into_iter().flatten().take(MAX_SHOWN_LINES);
        // A target has a name and a URL, a group of goroutines a text.
        let words =
            |row: &Value| ["name", "url", "text"].map(|it| row[it].as_str().map(str::to_owned));
        let rows: Vec<String> = rows
            .map(|row| words(row).into_iter().flatten().collect::<Vec<_>>().join(" "))
            .collect();
        lines.extend(rows.iter().map(String::as_str));
        if lines.is_empty() {
            return;
        }
        let params = ShowMessageParams { typ: MessageType::INFO, message: lines.join("\n") };
        self.editor.notify::<ShowMessage>(params).await;
    }
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
