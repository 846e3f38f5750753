//! The command explainSource: which file here a file of a capture is, and by which rule.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use crate::command::ExplainSourceArgs;
use crate::source::{Resolution, Resolver, Sources, package_path};
use crate::view::escape::plain;
use crate::view::{Explanation, explain_json, explain_text, frames_named};

use super::super::documents::file_path;
use super::super::pages;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

/// Frames that an answer has.
const MOST_FRAMES: usize = 50;

impl Services {
    pub(super) async fn explain_source(
        &self,
        args: ExplainSourceArgs,
    ) -> Result<Value, CommandError> {
        let world = self.world.get();
        let target = world.attachment.as_ref().map(|it| it.target.clone());
        let sources = match &world.sources {
            Some(it) => it.clone(),
            None => self.outside.sources(&world, target.as_ref()),
        };
        let path = args.uri.as_deref().and_then(|it| file_path(&Url::parse(it).ok()?));
        let open = path.map(|it| pages::spelled(&world, &it));
        let work = move || explain(&world, &sources, &args, open);
        Ok(tokio::task::spawn_blocking(work).await.context("the files were not looked at")?)
    }
}

/// Path and function, as in the captures.
type Frame<'a> = (&'a str, &'a str);

fn explain(
    world: &World,
    sources: &Arc<Sources>,
    args: &ExplainSourceArgs,
    open: Option<PathBuf>,
) -> Value {
    let resolver = sources.resolver();
    let frames = captured(world);
    let of = |&(path, function): &Frame<'_>| Explanation {
        function: function.to_owned(),
        path: path.to_owned(),
        explained: resolver.explain(path, function),
    };
    if let Some(named) = named(args, &frames) {
        let all: Vec<Explanation> = named.iter().take(MOST_FRAMES).map(of).collect();
        let text = match all.is_empty() {
            true => "no capture has that frame; without arguments, the files are listed that were not found".to_owned(),
            false => explain_text(&all),
        };
        return answer(&text, &all);
    }
    let (here, missing) = sort(resolver, &frames, open.as_ref());
    let mut all: Vec<Explanation> = here.iter().take(MOST_FRAMES).map(of).collect();
    let n_here = all.len();
    all.extend(missing.iter().take(MOST_FRAMES).map(of));
    let mut text = String::new();
    if let Some(open) = &open {
        text = match n_here {
            0 => format!("no capture speaks of {}\n", plain(&open.display().to_string())),
            _ => explain_text(&all[..n_here]),
        };
    }
    text += &match missing.len() {
        _ if frames.is_empty() => {
            "nothing was captured yet: run the command capture first".to_owned()
        }
        0 => "every file that the captures name was found".to_owned(),
        1 => "1 file was not found:\n".to_owned(),
        n if n > MOST_FRAMES => format!("{n} files were not found; the first {MOST_FRAMES}:\n"),
        n => format!("{n} files were not found:\n"),
    };
    text += &explain_text(&all[n_here..]);
    answer(&text, &all)
}

/// The frames that are asked for; none where none is.
fn named<'a>(args: &'a ExplainSourceArgs, frames: &[Frame<'a>]) -> Option<Vec<Frame<'a>>> {
    if let Some(frame) = &args.frame {
        return Some(frames_named(frames, frame));
    }
    let (file, function) = (args.file.as_deref(), args.function.as_deref());
    file.or(function)?;
    let is_asked = |it: &&Frame<'_>| {
        file.is_none_or(|file| file == it.0) && function.is_none_or(|name| name == it.1)
    };
    let found: Vec<Frame<'a>> = frames.iter().filter(is_asked).copied().collect();
    // One of no capture is looked for all the same, by what is given of it.
    Some(match file.filter(|_| found.is_empty()) {
        Some(file) => vec![(file, function.unwrap_or_default())],
        None => found,
    })
}

/// Those that are in the open file, and those whose file was not found; one for each path and
/// package, since more would say the same.
fn sort<'a>(
    resolver: &Resolver,
    frames: &[Frame<'a>],
    open: Option<&PathBuf>,
) -> (Vec<Frame<'a>>, Vec<Frame<'a>>) {
    let (mut here, mut missing) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for &(path, function) in frames {
        if !seen.insert((path, package_path(function))) {
            continue;
        }
        match resolver.resolve(path, function) {
            Resolution::Found { path: found, .. } if open == Some(&found) => {
                here.push((path, function));
            }
            Resolution::Found { .. } => {}
            // What the compiler made has no file.
            Resolution::NotFound { .. } if path.is_empty() || path.starts_with('<') => {}
            Resolution::NotFound { .. } => missing.push((path, function)),
        }
    }
    (here, missing)
}

/// What the captures and the last look speak of, in order and each once.
fn captured(world: &World) -> Vec<Frame<'_>> {
    let mut frames = BTreeSet::new();
    for it in world.captures.values() {
        let profile = &it.capture.profile;
        let names = profile.functions.iter();
        frames.extend(names.map(|it| (profile.str(it.filename), profile.str(it.name))));
    }
    if let Some(it) = &world.looked {
        let groups = it.waits.judged.groups.iter();
        frames.extend(groups.flat_map(|it| &it.frames).map(|it| (&*it.file, &*it.function)));
    }
    frames.into_iter().collect()
}

fn answer(text: &str, all: &[Explanation]) -> Value {
    let files: Vec<Value> = all.iter().map(explain_json).collect();
    json!({ "text": text.trim_end(), "files": files })
}
