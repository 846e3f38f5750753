//! Compares the build of the attached program with the workspace, and says once for each run when
//! they differ.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp::lsp_types::notification::ShowMessage;
use tower_lsp::lsp_types::{MessageType, ShowMessageParams};

use crate::model::Target;
use crate::source::{BuildMatch, CommitMatch, Differs};
use crate::view::escape::plain;

use super::attachment::describe;
use super::services::Services;
use super::world::World;

/// Dependencies that the status names.
const MOST_NAMED: usize = 5;

/// What the last comparison found.
#[derive(Debug, Clone)]
pub(crate) struct Compared {
    /// The run whose build it is.
    target: Target,
    /// How it differs.
    pub(crate) found: BuildMatch,
    /// The user was told.
    is_told: bool,
}

impl Services {
    /// Compares, as HEAD and `go.mod` are now; none where nothing is attached, or nothing is known
    /// of the build. Takes a millisecond, once the modules of the workspace are known.
    pub(crate) async fn compare_build(&self) -> Option<BuildMatch> {
        Some(self.compare(false).await?.0.found)
    }

    /// The same, and tells the user what differs, if this run's user was not told before.
    pub(crate) async fn tell_of_build(&self) {
        let Some((compared, true)) = self.compare(true).await else { return };
        // Short: Neovim waits for a key where a message does not fit on a line.
        let process = compared.target.process.as_ref();
        let name = process.map_or_else(|| describe(&compared.target), |it| it.name.clone());
        let message = match compared.found.warning() {
            Some(it) => format!("{} was {it}", plain(&name)),
            None => return,
        };
        let params = ShowMessageParams { typ: MessageType::INFO, message };
        self.editor.notify::<ShowMessage>(params).await;
    }

    /// Whether the user is to be told now, too.
    async fn compare(&self, may_tell: bool) -> Option<(Compared, bool)> {
        let world = self.world.get();
        let target = world.attachment.as_ref()?.target.clone();
        let outside = self.outside.clone();
        let work = move || {
            let sources = outside.sources(&world, Some(&target));
            let found = sources.build_match(target.process.as_ref()?.build.as_ref()?);
            Some(Compared { target, found, is_told: false })
        };
        let mut compared = tokio::task::spawn_blocking(work).await.ok()??;
        // What is drawn stays as it is for most.
        let drawn = self.world.get().marks.build_warning.clone();
        let is_drawn = drawn.as_deref() == compared.found.warning().as_deref();
        let mut is_due = false;
        let note = |world: &mut World| {
            let known = world.build.as_ref().filter(|it| it.target == compared.target);
            let was_told = known.is_some_and(|it| it.is_told);
            is_due = may_tell && !was_told && is_worth_telling(&compared.found);
            compared.is_told = was_told || is_due;
            world.build = Some(Arc::new(compared.clone()));
        };
        match is_drawn {
            true => self.world.update_quietly(note),
            false => self.world.update_marks(note),
        }
        Some((compared, is_due))
    }
}

impl World {
    /// How the followed program's build differs, in a few words.
    pub(crate) fn build_warning(&self) -> Option<Arc<str>> {
        let compared = self.build.as_ref().filter(|it| self.follows(Some(&it.target)))?;
        compared.found.warning().map(Arc::from)
    }
}

/// Who builds after an edit and before the commit knows.
fn is_worth_telling(found: &BuildMatch) -> bool {
    matches!(found.commit, CommitMatch::Other { .. }) || !found.dependencies.is_empty()
}

/// Lines for the status.
pub(crate) fn lines(found: &BuildMatch) -> Vec<String> {
    let mut lines = vec![found.commit.to_string()];
    if let Some(why) = &found.unread {
        lines.push(format!("what the files said at that commit is not known: {why}"));
    }
    lines.extend(
        found.go.as_ref().map(|it| format!("built with {}, here is {}", it.built, it.here)),
    );
    lines.extend(found.dependencies.iter().take(MOST_NAMED).map(Differs::to_string));
    if let Some(n_more) = found.dependencies.len().checked_sub(MOST_NAMED).filter(|it| *it > 0) {
        lines.push(format!("and {n_more} more dependencies at another version"));
    }
    lines.iter().map(|it| plain(it).into_owned()).collect()
}

/// `{"commit": "other", "built": "1a2b..", "here": "5d6e..", "why": null, "unread": null,
/// "dependencies": [{"path", "built", "here"}], "go": {"built", "here"}}`; `commit` is `same`,
/// `other`, `modified` or `unknown`.
pub(crate) fn to_json(found: &BuildMatch) -> Value {
    let (commit, built, here, why) = match &found.commit {
        CommitMatch::Same(it) => ("same", Some(it), Some(it), None),
        CommitMatch::Other { built, here } => ("other", Some(built), Some(here), None),
        CommitMatch::Modified { built, here } => ("modified", Some(built), here.as_ref(), None),
        CommitMatch::Unknown(why) => ("unknown", None, None, Some(why)),
    };
    let dependency = |it: &Differs| json!({ "path": it.path, "built": it.built, "here": it.here });
    json!({
        "commit": commit,
        "built": built,
        "here": here,
        "why": why,
        "unread": found.unread,
        "dependencies": found.dependencies.iter().map(dependency).collect::<Vec<_>>(),
        "go": found.go.as_ref().map(|it| json!({ "built": it.built, "here": it.here })),
    })
}
