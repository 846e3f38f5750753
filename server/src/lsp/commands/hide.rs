//! The command hide: a function has no marks from now on.

use serde_json::{Value, json};

use crate::command::HideArgs;
use crate::project::{Added, Entry};
use crate::stuck::short_name;
use crate::view::escape::plain;

use super::super::services::Services;
use super::CommandError;

impl Services {
    pub(super) async fn hide_command(&self, args: HideArgs) -> Result<Value, CommandError> {
        let name = plain(short_name(&args.function)).into_owned();
        let added = self.add_to_project(args.uri.as_deref(), Entry::Hide(args.function)).await?;
        let text = match added {
            Added::Written(path) => format!(
                "{name} has no marks from now on; take its entry out of {} to see them again",
                path.display()
            ),
            Added::Known(path) => format!("{} says so already", path.display()),
        };
        Ok(json!({ "text": text }))
    }
}
