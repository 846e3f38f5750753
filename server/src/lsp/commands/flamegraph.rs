//! The command flamegraph: who called what at which cost, as boxes and as a picture.

use anyhow::anyhow;
use serde_json::{Value, json};
use tower_lsp::lsp_types::ProgressToken;

use crate::command::FlamegraphArgs;
use crate::diff::{self, BaseMode, Difference};
use crate::listing::measure::{label, percentage};
use crate::listing::{CallBox, CallTree, Subject, TreeOptions, call_tree, sample_index};
use crate::model::{FunctionId, Profile};
use crate::source::Sources;
use crate::stuck::short_name;
use crate::view::escape::plain;
use crate::view::{flame_svg, signed, why_empty};

use super::super::captured::Captured;
use super::super::chosen::title;
use super::super::places::Places;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

impl Services {
    pub(super) async fn flamegraph_command(
        &self,
        args: FlamegraphArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let work = async {
            let captured = self.chosen(args.kind, args.capture.clone()).await?;
            let base = match &args.base {
                Some(it) => {
                    let kind = captured.capture.meta.kind;
                    Some(self.chosen_base(kind, Some(it.clone())).await?)
                }
                None => None,
            };
            let draw = move |world: &World, sources: &Sources, captured: &Captured| {
                draw(world, sources, captured, base.as_deref(), &args)
            };
            Ok(self.with_sources(captured, draw).await??)
        };
        self.with_progress(token, "Drawing the flame graph", None, work).await
    }
}

fn draw(
    world: &World,
    sources: &Sources,
    captured: &Captured,
    base: Option<&Captured>,
    args: &FlamegraphArgs,
) -> anyhow::Result<Value> {
    let kind = captured.capture.meta.kind;
    let difference = base.map(|it| subtract(captured, it)).transpose()?;
    let subject = match &difference {
        None => captured.subject(),
        Some(it) => Subject {
            profile: &it.profile,
            // Types that only one of the two has are gone from the difference.
            value_idx: sample_index(&it.profile, &captured.listing.sample_type)?,
            base_samples: it.base_samples.as_deref(),
        },
    };
    let options = TreeOptions { root: args.function.clone(), ..TreeOptions::default() };
    let tree = call_tree(subject, &options).ok_or_else(|| match &args.function {
        Some(it) => anyhow!("the {kind} capture has no sample in {}", plain(it)),
        None => anyhow!("the {kind} capture has no samples: {}", why_empty(kind)),
    })?;
    let mut text = title(captured);
    if let Some(it) = base {
        text += &format!(", against {}", title(it));
    }
    let files = Files::of(&tree, subject.profile);
    let places = Places::of(world, sources, files.functions());
    let boxes = tree.boxes.iter().map(|it| box_json(it, &tree, &subject, &places));
    let functions = tree.names.iter().zip(&files.of_name).map(|(name, file)| {
        json!({
            "name": plain(name),
            "short": plain(short_name(name)),
            "file": plain(file.unwrap_or_default()),
        })
    });
    let mut out = json!({
        "text": text,
        "kind": kind,
        "sampleType": subject.sample_type(),
        "unit": subject.unit(),
        "total": tree.total,
        "isDiff": base.is_some(),
        "functions": functions.collect::<Value>(),
        "boxes": boxes.collect::<Value>(),
        "nLeftOut": tree.n_left_out,
    });
    if args.svg {
        out["svg"] = flame_svg(&tree, &text, subject.unit())?.into();
    }
    Ok(out)
}

fn subtract(captured: &Captured, base: &Captured) -> anyhow::Result<Difference> {
    let profile = |it: &Captured| Profile::clone(&it.capture.profile);
    Ok(diff::subtract(profile(captured), profile(base), BaseMode::Other, false)?)
}

/// The file of each function of a tree, as the profile has it.
struct Files<'a> {
    /// By [`CallBox::name`].
    of_name: Vec<Option<&'a str>>,
    /// Path and name.
    functions: Vec<(&'a str, &'a str)>,
}

impl<'a> Files<'a> {
    fn of(tree: &CallTree, profile: &'a Profile) -> Files<'a> {
        let mut files = Files { of_name: vec![None; tree.names.len()], functions: Vec::new() };
        for it in &tree.boxes {
            if let (Some(name), Some((function, _))) = (it.name, it.line) {
                let (file, function) = file_and_name(profile, function);
                if files.of_name[name as usize].replace(file).is_none() {
                    files.functions.push((file, function));
                }
            }
        }
        files
    }

    fn functions(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.functions.iter().copied()
    }
}

fn file_and_name(profile: &Profile, function: FunctionId) -> (&str, &str) {
    let function = profile.function(function);
    (profile.str(function.filename), profile.str(function.name))
}

fn box_json(it: &CallBox, tree: &CallTree, subject: &Subject<'_>, places: &Places<'_>) -> Value {
    let unit = subject.unit();
    let share = percentage(it.cum, tree.total);
    let mut text = format!("{}, {}", label(it.cum, unit), share.trim());
    let change = subject.base_samples.map(|_| it.cum.wrapping_sub(it.base_cum));
    if let Some(change) = change.filter(|it| *it != 0) {
        text += &format!(", {}", signed(change, unit));
    }
    let place = it.line.map(|(function, line)| {
        let (file, name) = file_and_name(subject.profile, function);
        places.line(file, name, line)
    });
    let mut out = json!({
        "parent": it.parent.map_or(-1, i64::from),
        "function": it.name.map_or(-1, i64::from),
        "value": it.cum,
        "self": it.flat,
        "text": text,
        "place": place,
    });
    if let Some(change) = change {
        out["change"] = change.into();
    }
    out
}
