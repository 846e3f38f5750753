//! The command status: what is attached, what was captured when, and what is in force.

use serde_json::{Value, json};

use super::super::attachment::{clock, moment};
use super::super::build;
use super::super::captured::Captured;
use super::super::position::Encoding;
use super::super::services::Services;
use super::super::status::StatusLine;
use super::super::world::World;
use crate::model::Kind;
use crate::project;
use crate::source::BuildMatch;
use crate::stuck::{Trends, span};
use crate::view::Coverage;
use crate::view::escape::plain;

impl Services {
    pub(super) async fn status_command(&self) -> Value {
        let build = self.compare_build().await;
        let world = self.world.get();
        let line = StatusLine::of(&world);
        let captures = world.captures.values().map(|it| capture_json(&world, it));
        json!({
            "text": text(&world, &line, build.as_ref(), self.outside.store_folder()),
            "state": line.state,
            "target": line.target,
            "build": build.as_ref().map(build::to_json),
            "nGoroutines": world.attachment.as_ref().and_then(|it| it.n_goroutines),
            "captures": captures.collect::<Vec<_>>(),
            "baselines": world.baselines.keys().collect::<Vec<_>>(),
            "trusted": world.facts.options.trusted,
            "folders": &*world.folders,
            "configProblems": &*world.config_problems,
            "version": env!("CARGO_PKG_VERSION"),
        })
    }
}

fn text(
    world: &World,
    line: &StatusLine,
    build: Option<&BuildMatch>,
    store_folder: String,
) -> String {
    let mut lines = vec![line.text.clone()];
    lines.extend(build.into_iter().flat_map(build::lines));
    if let Some(count) = world.attachment.as_ref().and_then(|it| it.n_goroutines) {
        let trend = trend(&world.trends).map_or(String::new(), |it| format!(", {it}"));
        lines.push(format!("goroutines: {count}{trend}"));
    }
    // The dump says more than the goroutine profile does.
    let is_told_below = |kind: Kind| kind == Kind::Goroutine && world.looked.is_some();
    let captures = world.captures.iter().filter(|(kind, _)| !is_told_below(**kind));
    lines.extend(captures.map(|(_, it)| capture_line(world, it)));
    if let Some(looked) = &world.looked {
        let time = clock(moment(looked.taken_at));
        lines.push(Coverage::of_waits(&looked.waits).describe_at(&time));
    }
    for (kind, baseline) in &world.baselines {
        let time = clock(moment(baseline.capture.meta.taken_at));
        lines.push(format!("baseline {kind}: {time}"));
    }
    if !world.facts.options.trusted {
        lines.push("this folder is not trusted: nothing is attached by itself".to_owned());
    }
    lines.extend(world.config_problems.iter().cloned());
    let project = &world.project;
    lines.extend(project.problems.iter().map(|it| plain(it).into_owned()));
    let hidden: Vec<_> = project.hidden.iter().map(|it| plain(it)).collect();
    if !hidden.is_empty() {
        lines.push(format!("hidden by {}: {}", project::FILE_NAME, hidden.join(", ")));
    }
    let encoding = match world.facts.encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16 => "utf-16",
    };
    let folders = world.folders.iter().map(|it| it.display().to_string());
    lines.push(format!("folders: {}", folders.collect::<Vec<_>>().join(", ")));
    lines.push(format!("captures are kept in {store_folder}"));
    let editor = &world.facts.editor;
    lines.push(format!("pprof-lens {}; {editor} ({encoding})", env!("CARGO_PKG_VERSION")));
    lines.join("\n")
}

/// `29 40 min ago`: how many there were at the first look.
fn trend(trends: &Trends) -> Option<String> {
    let (first, last) = (trends.total().first()?, trends.total().last()?);
    let seconds = last.at - first.at;
    (seconds > 0).then(|| format!("{} {} ago", first.count, span(seconds)))
}

fn capture_line(world: &World, captured: &Captured) -> String {
    let meta = &captured.capture.meta;
    let age = if world.is_old(meta.target.as_ref()) { ", of an earlier run" } else { "" };
    let time = format!("{}{age}", clock(moment(meta.taken_at)));
    Coverage::of_capture(&captured.located).describe_at(&time)
}

fn capture_json(world: &World, captured: &Captured) -> Value {
    json!({
        "capture": captured.capture.meta,
        "sampleType": captured.listing.sample_type,
        "unit": captured.listing.unit,
        "total": captured.listing.total,
        "nSamples": captured.listing.n_samples,
        "old": world.is_old(captured.capture.meta.target.as_ref()),
    })
}
