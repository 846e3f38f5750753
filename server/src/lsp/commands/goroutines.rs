//! The command goroutines: a dump, judged, with places that an editor can jump to.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::request::ShowMessageRequest;
use tower_lsp::lsp_types::{
    Location, MessageActionItem, MessageType, ProgressToken, ShowMessageRequestParams, Url,
};

use crate::command::PlaceArgs;
use crate::model::Frame;
use crate::source::{LineMap, RootKind};
use crate::stuck::Group;
use crate::view::LocatedWaits;
use crate::view::escape::plain;

use super::super::documents::file_path;
use super::super::follow::MAX_GOROUTINES_UNASKED;
use super::super::look::Looked;
use super::super::pages;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

/// How long a dump stops the program, for each goroutine: measured with stacks of seven frames.
const STOP_MICROSECONDS: u64 = 45;

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
        if count > MAX_GOROUTINES_UNASKED && !self.confirm(count).await {
            return Err(CommandError::Cancelled);
        }
        Ok(self.look().await?)
    }

    async fn confirm(&self, count: u64) -> bool {
        let seconds = (count * STOP_MICROSECONDS) as f64 / 1e6;
        let dump = "Dump".to_owned();
        let question = self.editor.ask::<ShowMessageRequest>(ShowMessageRequestParams {
            typ: MessageType::WARNING,
            message: format!(
                "A dump of {count} goroutines stops the program for about {seconds:.1} s."
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
    let mut places = Places { world, waits, maps: HashMap::new() };
    let judged = &waits.judged;
    let groups = judged.groups.iter().map(|it| group_json(it, &mut places));
    let groups: Vec<Value> = groups.filter(|it| is_asked_for(it, args)).collect();
    let n_shown: u64 = groups.iter().filter_map(|it| it["count"].as_u64()).sum();
    let text = format!("{n_shown} of {} goroutines in {} groups", judged.total, groups.len());
    json!({
        "text": text,
        "total": judged.total,
        "truncated": judged.truncated,
        "groups": groups,
    })
}

fn group_json(group: &Group, places: &mut Places<'_>) -> Value {
    let place = places.of_group(group).map(|it| place_json(&it));
    let mut frame_json = |it: &Frame| {
        let place = places.of_frame(it, false).map(|it| place_json(&it));
        json!({ "function": &*it.function, "file": &*it.file, "line": it.line, "place": place })
    };
    let frames: Vec<Value> = group.frames.iter().map(&mut frame_json).collect();
    let created_by = group.created_by.as_ref().map(|it| frame_json(&it.frame));
    json!({
        "count": group.count(),
        "state": group.state,
        "verdict": group.verdict,
        "reason": group.reason,
        "oldest_seconds": group.oldest_seconds,
        "ids": group.ids,
        "frames": frames,
        "created_by": created_by,
        "text": text(group),
        "place": place,
    })
}

/// `3 × chan receive in tdmonitor.fetchData: ..`.
fn text(group: &Group) -> String {
    let function = group.frames.first().map_or("", |it| &*it.function);
    let function = function.rsplit('/').next().unwrap_or(function);
    format!("{} × {} in {}: {}", group.count(), plain(&group.state), plain(function), group.reason)
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

/// Finds where frames are now; compares each file's text only once.
struct Places<'a> {
    world: &'a World,
    waits: &'a LocatedWaits,
    maps: HashMap<PathBuf, Option<LineMap>>,
}

impl Places<'_> {
    /// The innermost frame in the workspace, else the `go` statement.
    fn of_group(&mut self, group: &Group) -> Option<Location> {
        let created_by = group.created_by.as_ref().map(|it| &it.frame);
        group.frames.iter().chain(created_by).find_map(|it| self.of_frame(it, true))
    }

    fn of_frame(&mut self, frame: &Frame, only_workspace: bool) -> Option<Location> {
        let file = self.waits.file(frame)?;
        if only_workspace && file.root != RootKind::Workspace {
            return None;
        }
        let line = self.map(&file.path, &file.text)?.now(frame.line).line()?;
        pages::location(self.world, &file.path, line)
    }

    fn map(&mut self, path: &Path, then: &str) -> Option<&LineMap> {
        let world = self.world;
        let map = self
            .maps
            .entry(path.to_owned())
            .or_insert_with(|| pages::text_now(world, path).map(|now| LineMap::new(then, &now)));
        map.as_ref()
    }
}
