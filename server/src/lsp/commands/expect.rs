//! The command expect: goroutines that wait in a function count as idle from now on.

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use crate::command::ExpectArgs;
use crate::project;

use super::super::documents::file_path;
use super::super::services::Services;
use super::CommandError;

impl Services {
    pub(super) async fn expect_command(&self, args: ExpectArgs) -> Result<Value, CommandError> {
        let world = self.world.get();
        let path = args.uri.as_deref().and_then(|it| file_path(&Url::parse(it).ok()?));
        let holds = |folder: &&std::path::PathBuf| {
            path.as_ref().is_some_and(|it| it.starts_with(folder.as_path()))
        };
        // The innermost folder that holds the file.
        let folders = world.folders.iter().filter(holds);
        let folder = folders.max_by_key(|it| it.as_os_str().len()).or(world.folders.first());
        let folder =
            folder.context("no folder is open that could hold the project's file")?.clone();
        let work = tokio::task::spawn_blocking(move || {
            let entry = project::IdleEntry { function: &args.function, states: &args.states };
            project::add_idle(&folder, &entry)
        });
        let added = work.await.context("writing the project's file")??;
        // What is drawn follows at once where a look costs nothing.
        let may_look = world.attachment.as_ref().is_some_and(|it| it.may_be_dumped());
        if world.looked.is_some() && may_look {
            self.look_quietly(false).await;
        }
        Ok(json!({ "text": added.describe() }))
    }
}
