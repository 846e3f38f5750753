//! The command goroutines: a dump, judged, with places that an editor can jump to.

use serde_json::Value;
use tower_lsp::lsp_types::ProgressToken;

use crate::command::PlaceArgs;

use super::super::services::Services;
use super::CommandError;

impl Services {
    pub(super) async fn goroutines_command(
        &self,
        _args: PlaceArgs,
        _token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        Ok(Value::Null)
    }
}
