//! The command goroutines: a dump, judged, with places that an editor can jump to.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::request::ShowMessageRequest;
use tower_lsp::lsp_types::{
    Location, MessageActionItem, MessageType, ProgressToken, ShowMessageRequestParams, Url,
};

use crate::command::PlaceArgs;
use crate::model::Frame;
use crate::source::RootKind;
use crate::stuck::{
    FREE_DUMP_GOROUTINES, Group, WHOLE_DUMP_GOROUTINES, dump_stop_seconds, short_name,
};
use crate::view::escape::plain;
use crate::view::{LocatedWaits, group_json, pile_up_json};

use super::super::documents::file_path;
use super::super::look::Looked;
use super::super::pages;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

impl Services {
    pub(super) async fn goroutines_command(
        &self,
        args: PlaceArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let work = self.look_if_wanted();
        let looked = self.with_progress(token, "Looking at the goroutines", None, work).await?;
        let world = self.world.get();
        let work = tokio::task::spawn_blocking(move || result(&world, &looked.waits, &args));
        Ok(work.await.context("listing the goroutines")?)
    }

    /// Asks first when the program would stand still for a time that people notice.
    async fn look_if_wanted(&self) -> Result<Arc<Looked>, CommandError> {
        let world = self.world.get();
        let attachment = world.attachment.as_ref().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let count = self.outside.n_goroutines(&attachment.target).await;
        drop(turn);
        let count = count.map_err(anyhow::Error::from)?.unwrap_or(0);
        if count > FREE_DUMP_GOROUTINES && !self.confirm(count).await {
            return Err(CommandError::Cancelled);
        }
        Ok(self.look().await?)
    }

    async fn confirm(&self, count: u64) -> bool {
        let stop = dump_stop_seconds(count);
        let (shallow, deep) = (stop.start(), stop.end());
        let cut = if WHOLE_DUMP_GOROUTINES < count { ", and Go may cut it at 64 MiB" } else { "" };
        let dump = "Dump".to_owned();
        let question = self.editor.ask::<ShowMessageRequest>(ShowMessageRequestParams {
            typ: MessageType::WARNING,
            message: format!(
                "A dump of {count} goroutines stops the program for about {shallow:.1} s, up to \
                 {deep:.1} s when the stacks are deep{cut}."
            ),
            actions: Some(vec![MessageActionItem { title: dump.clone(), properties: [].into() }]),
        });
        let answer = question.await.ok().and_then(Result::ok).flatten();
        answer.is_some_and(|it| it.title == dump)
    }
}

/// What the command line's `goroutines --json` prints, with a text and a place for each group
/// and a place for each frame that is found here: `{"uri", "line"}`, 0-based.
fn result(world: &World, waits: &LocatedWaits, args: &PlaceArgs) -> Value {
    let places = Places { world, waits };
    let judged = &waits.judged;
    let groups = judged.groups.iter().map(|it| located_json(it, &places));
    let groups: Vec<Value> = groups.filter(|it| is_asked_for(it, args)).collect();
    let n_shown: u64 = groups.iter().filter_map(|it| it["count"].as_u64()).sum();
    let text = format!("{n_shown} of {} goroutines in {} groups", judged.total, groups.len());
    json!({
        "text": text,
        "total": judged.total,
        "truncated": judged.truncated,
        "groups": groups,
        "pile_ups": judged.pile_ups.iter().map(pile_up_json).collect::<Vec<_>>(),
    })
}

/// The group with its text, its place and the places of its frames.
fn located_json(group: &Group, places: &Places<'_>) -> Value {
    let place = places.of_group(group).map(|it| place_json(&it));
    let frame_place = |it: &Frame| json!(places.of_frame(it, false).map(|it| place_json(&it)));
    let mut out = group_json(group);
    for (idx, frame) in group.frames.iter().enumerate() {
        out["frames"][idx]["place"] = frame_place(frame);
    }
    if let Some(created_by) = &group.created_by {
        out["created_by"]["place"] = frame_place(&created_by.frame);
    }
    out["text"] = json!(text(group));
    out["place"] = json!(place);
    out
}

/// `3 × chan receive in tdmonitor.fetchData: ..`.
fn text(group: &Group) -> String {
    let function = group.frames.first().map_or("", |it| &*it.function);
    let function = plain(short_name(function));
    format!("{} × {} in {function}: {}", group.count(), plain(&group.state), group.reason)
}

fn place_json(location: &Location) -> Value {
    json!({ "uri": location.uri, "line": location.range.start.line })
}

fn is_asked_for(group: &Value, args: &PlaceArgs) -> bool {
    let Some(uri) = &args.uri else { return true };
    let path_of = |uri: &str| Url::parse(uri).ok().and_then(|it| file_path(&it));
    let Some(path) = path_of(uri) else { return false };
    let frames = group["frames"].as_array().into_iter().flatten();
    frames.chain([&group["created_by"]]).any(|frame| {
        let place = &frame["place"];
        let is_line = args.line.is_none_or(|it| place["line"] == it);
        is_line && place["uri"].as_str().and_then(path_of).as_ref() == Some(&path)
    })
}

/// Finds where frames are now.
struct Places<'a> {
    world: &'a World,
    waits: &'a LocatedWaits,
}

impl Places<'_> {
    /// The innermost frame in the workspace, else the `go` statement.
    fn of_group(&self, group: &Group) -> Option<Location> {
        let created_by = group.created_by.as_ref().map(|it| &it.frame);
        group.frames.iter().chain(created_by).find_map(|it| self.of_frame(it, true))
    }

    fn of_frame(&self, frame: &Frame, only_workspace: bool) -> Option<Location> {
        let file = self.waits.file(frame)?;
        if only_workspace && file.root != RootKind::Workspace {
            return None;
        }
        let now = pages::revision_now(self.world, &file.path)?;
        let line = now.map_from(&file.text).now(frame.line).line()?;
        pages::location(self.world, &file.path, line)
    }
}
