//! The command goroutines: a dump, judged, with places that an editor can jump to.

use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::request::ShowMessageRequest;
use tower_lsp::lsp_types::{
    Location, MessageActionItem, MessageType, ProgressToken, ShowMessageRequestParams, Url,
};

use crate::command::{AttachArgs, ExpectArgs, GoroutinesArgs};
use crate::model::Frame;
use crate::source::RootKind;
use crate::stuck::{
    FREE_DUMP_GOROUTINES, Group, PlaceKey, Point, WHOLE_DUMP_GOROUTINES, dump_stop_seconds,
    short_name, span, waiting_frame,
};
use crate::view::escape::plain;
use crate::view::{LocatedWaits, group_json, is_loud, pile_up_json, recent_change};

use super::super::documents::file_path;
use super::super::look::{self, Looked};
use super::super::pages;
use super::super::places::place_json;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

impl Services {
    pub(super) async fn goroutines_command(
        &self,
        args: GoroutinesArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let looked = if args.last {
            self.world.get().looked.clone().context("nobody has looked at the goroutines yet")?
        } else {
            self.attach_if_needed(token.clone()).await?;
            let work = self.look_if_wanted(args.leaks);
            self.with_progress(token, "Looking at the goroutines", None, work).await?
        };
        let world = self.world.get();
        let work = tokio::task::spawn_blocking(move || result(&world, &looked.waits, &args));
        Ok(work.await.context("listing the goroutines")?)
    }

    /// Whoever wants to see goroutines need not know that something must be attached first.
    async fn attach_if_needed(&self, token: Option<ProgressToken>) -> Result<(), CommandError> {
        let world = self.world.get();
        if world.attachment.is_none() {
            let target = Some(world.config.target.clone()).filter(|it| !it.is_empty());
            drop(world);
            self.attach_command(AttachArgs { target }, token).await?;
        }
        Ok(())
    }

    /// Asks first when the program would stand still for a time that people notice.
    async fn look_if_wanted(&self, with_leaks: bool) -> Result<Arc<Looked>, CommandError> {
        let world = self.world.get();
        let attachment = world.attachment.as_ref().context("nothing is attached")?;
        let turn = self.outside.turn().await;
        let counted = self.outside.count(&attachment.target).await;
        drop(turn);
        let counted = counted.map_err(anyhow::Error::from)?;
        if with_leaks && !counted.has_leak_detector {
            let reason = "it has no leak detector: build it with Go 1.27, or with Go 1.26 and \
                          GOEXPERIMENT=goroutineleakprofile";
            return Err(anyhow::anyhow!(reason).into());
        }
        let count = counted.n_goroutines.unwrap_or(0);
        if count > FREE_DUMP_GOROUTINES && !self.confirm_stop(count).await {
            return Err(CommandError::Cancelled);
        }
        if count > WHOLE_DUMP_GOROUTINES && !self.confirm_cut(count).await {
            return Err(CommandError::Cancelled);
        }
        Ok(self.look(with_leaks).await?)
    }

    async fn confirm_stop(&self, count: u64) -> bool {
        let stop = dump_stop_seconds(count);
        let (shallow, deep) = (stop.start(), stop.end());
        let question = format!(
            "A dump of {count} goroutines stops the program for about {shallow:.1} s, up to \
             {deep:.1} s when the stacks are deep."
        );
        self.confirm(question, "Dump").await
    }

    async fn confirm_cut(&self, count: u64) -> bool {
        let question = format!(
            "Go cuts a dump at 64 MiB: of {count} goroutines some may be missing, and nobody can \
             tell which. Stop the program all the same?"
        );
        self.confirm(question, "Stop it and dump").await
    }

    async fn confirm(&self, message: String, action: &str) -> bool {
        let item = MessageActionItem { title: action.to_owned(), properties: [].into() };
        let question = self.editor.ask::<ShowMessageRequest>(ShowMessageRequestParams {
            typ: MessageType::WARNING,
            message,
            actions: Some(vec![item]),
        });
        let answer = question.await.ok().and_then(Result::ok).flatten();
        answer.is_some_and(|it| it.title == action)
    }
}

/// What the command line's `goroutines --json` prints, with a text and a place for each group
/// and a place for each frame that is found here: `{"uri", "line"}`, 0-based.
fn result(world: &World, waits: &LocatedWaits, args: &GoroutinesArgs) -> Value {
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
        "trend": trend_json(world.trends.total()),
        "change": recent_change(world.trends.total()),
        "pile_ups": judged.pile_ups.iter().map(pile_up_json).collect::<Vec<_>>(),
    })
}

/// The group with its text, its place and the places of its frames.
fn located_json(group: &Group, places: &Places<'_>) -> Value {
    let place = places.of_group(group);
    let frame_place = |it: &Frame| json!(places.of_frame(it, false).map(|it| place_json(&it)));
    let mut out = group_json(group);
    for (idx, frame) in group.frames.iter().enumerate() {
        out["frames"][idx]["place"] = frame_place(frame);
    }
    if let Some(created_by) = &group.created_by {
        out["created_by"]["place"] = frame_place(&created_by.frame);
    }
    out["text"] = json!(text(group));
    out["function"] = json!(waiting_function(group));
    let points = places.world.trends.at(PlaceKey::of_frames(&group.frames));
    out["trend"] = trend_json(points);
    out["change"] = json!(recent_change(points));
    out["age"] = json!(age(group));
    out["expect"] = json!(expect(group, place.as_ref()));
    out["place"] = json!(place.map(|it| place_json(&it)));
    out
}

/// `oldest 12 min`, or `12 min` of a single goroutine.
fn age(group: &Group) -> Option<String> {
    let age = span(group.oldest_seconds.filter(|it| *it > 0)?);
    Some(if group.count() == 1 { age } else { format!("oldest {age}") })
}

/// `[{"secondsAgo","count"}]`, oldest first: how many goroutines stood there at each look.
fn trend_json(points: &[Point]) -> Value {
    let now = look::now();
    let point = |it: &Point| json!({ "secondsAgo": now.saturating_sub(it.at), "count": it.count });
    points.iter().map(point).collect()
}

/// By what the group would count as idle; none for one that does.
fn expect(group: &Group, place: Option<&Location>) -> Option<ExpectArgs> {
    let frame = waiting_frame(&group.frames).filter(|_| is_loud(group.verdict))?;
    Some(ExpectArgs {
        function: frame.function.to_string(),
        states: vec![group.state.clone()],
        uri: place.map(|it| it.uri.to_string()),
    })
}

/// `3 × chan receive in tdmonitor.fetchData: ..`.
fn text(group: &Group) -> String {
    let function = waiting_function(group);
    format!("{} × {} in {function}: {}", group.count(), plain(&group.state), group.reason)
}

/// The function that waits, not the one of the runtime that it waits in.
fn waiting_function(group: &Group) -> String {
    let frame = waiting_frame(&group.frames).or(group.frames.first());
    plain(frame.map_or("", |it| short_name(&it.function))).into_owned()
}

fn is_asked_for(group: &Value, args: &GoroutinesArgs) -> bool {
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
        let line = file.frame_now(&now, &frame.function, frame.line)?;
        pages::location(self.world, &file.path, line)
    }
}
