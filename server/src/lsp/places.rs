//! Where the code of a capture is now: what an editor jumps to.

use serde_json::{Value, json};
use tower_lsp::lsp_types::Location;

use crate::listing::clean_path;
use crate::source::{Snapshot, Sources};

use super::pages;
use super::world::World;

/// Finds lines of functions in the texts as they are now.
pub(crate) struct Places<'a> {
    world: &'a World,
    snapshot: Snapshot,
}

impl<'a> Places<'a> {
    /// Looks for the files of these functions: pairs of path and function, as in the profile.
    pub(crate) fn of<'b>(
        world: &'a World,
        sources: &Sources,
        functions: impl IntoIterator<Item = (&'b str, &'b str)>,
    ) -> Places<'a> {
        let functions: Vec<(String, &str)> =
            functions.into_iter().map(|(file, it)| (clean_path(file).into_owned(), it)).collect();
        let pairs = functions.iter().map(|(file, it)| (file.as_str(), *it));
        Places { world, snapshot: Snapshot::take(sources, pairs) }
    }

    /// Where a line of a function is, or its `func` where the line is not known or gone; null
    /// where the file is not here.
    pub(crate) fn line(&self, file: &str, function: &str, line: i64) -> Value {
        json!(self.location(file, function, line).map(|it| place_json(&it)))
    }

    fn location(&self, file: &str, function: &str, line: i64) -> Option<Location> {
        let file = self.snapshot.file(&clean_path(file), function)?;
        let now = pages::revision_now(self.world, &file.path)?;
        let line = file.frame_now(&now, function, u32::try_from(line).unwrap_or(0))?;
        pages::location(self.world, &file.path, line)
    }
}

/// `{"uri", "line"}`, 0-based.
pub(crate) fn place_json(location: &Location) -> Value {
    json!({ "uri": location.uri, "line": location.range.start.line })
}
