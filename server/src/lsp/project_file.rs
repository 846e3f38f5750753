//! The project's own file: read before it matters, and written where a person says so.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use tower_lsp::lsp_types::Url;

use crate::project::{self, Added, Entry, Project};
use crate::view::escape::plain;

use super::documents::file_path;
use super::services::Services;

impl Services {
    /// Reads the files of the open folders. What they hide is not drawn from now on.
    pub(crate) async fn read_project(&self) -> Arc<Project> {
        let world = self.world.get();
        let (folders, before) = (world.folders.clone(), world.project.clone());
        drop(world);
        let read = tokio::task::spawn_blocking(move || Project::read(&folders)).await;
        // Only a panic ends it early.
        let project = Arc::new(read.unwrap_or_default());
        if project == before {
            return before;
        }
        if project.problems != before.problems {
            project.problems.iter().for_each(|it| self.editor.log(plain(it).into_owned()));
        }
        self.world.update_marks(|world| world.project = project.clone());
        project
    }

    /// Writes an entry into the file of the innermost open folder that holds `uri`, or of the
    /// first one.
    pub(crate) async fn add_to_project(
        &self,
        uri: Option<&str>,
        entry: Entry,
    ) -> anyhow::Result<Added> {
        let world = self.world.get();
        let path = uri.and_then(|it| file_path(&Url::parse(it).ok()?));
        let holds =
            |folder: &&PathBuf| path.as_ref().is_some_and(|it| it.starts_with(folder.as_path()));
        let folders = world.folders.iter().filter(holds);
        let folder = folders.max_by_key(|it| it.as_os_str().len()).or(world.folders.first());
        let folder =
            folder.context("no folder is open that could hold the project's file")?.clone();
        drop(world);
        let added = tokio::task::spawn_blocking(move || project::add(&folder, &entry)).await;
        let added = added.context("writing the project's file")??;
        self.read_project().await;
        Ok(added)
    }
}
