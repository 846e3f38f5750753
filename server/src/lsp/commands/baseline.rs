//! The commands setBaseline, clearBaseline and diff.

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::ProgressToken;

use crate::command::{DiffArgs, KindArgs};
use crate::diff::{self, DiffRow};
use crate::listing::measure::label;
use crate::model::Kind;
use crate::source::Sources;
use crate::stuck::short_name;
use crate::view::escape::plain;
use crate::view::{diff_text, signed};

use super::super::captured::Captured;
use super::super::chosen::{NO_BASELINE, no_capture, title};
use super::super::places::Places;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

/// Rows of the text; the data has all of them.
const MAX_TEXT_ROWS: usize = 40;

impl Services {
    pub(super) async fn set_baseline(&self, args: KindArgs) -> Result<Value, CommandError> {
        let world = self.world.get();
        let chosen =
            world.captures.iter().filter(|(kind, _)| args.kind.is_none_or(|it| it == **kind));
        let chosen: Vec<_> = chosen.map(|(kind, captured)| (*kind, captured.clone())).collect();
        if chosen.is_empty() {
            return Err(no_capture(args.kind).into());
        }
        for (_, captured) in &chosen {
            self.outside.pin(&captured.capture.meta, true).await?;
        }
        let text = format!("baseline: {}", names(chosen.iter().map(|(kind, _)| *kind)));
        self.world.update_marks(|world| world.baselines.extend(chosen));
        Ok(json!({ "text": text }))
    }

    pub(super) async fn clear_baseline(&self, args: KindArgs) -> Result<Value, CommandError> {
        let world = self.world.get();
        let chosen =
            world.baselines.iter().filter(|(kind, _)| args.kind.is_none_or(|it| it == **kind));
        let chosen: Vec<_> = chosen.map(|(kind, captured)| (*kind, captured.clone())).collect();
        for (_, captured) in &chosen {
            self.outside.pin(&captured.capture.meta, false).await?;
        }
        self.world.update_marks(|world| {
            for (kind, _) in &chosen {
                world.baselines.remove(kind);
            }
        });
        let text = match chosen.is_empty() {
            true => "there was no baseline".to_owned(),
            false => {
                format!("no baseline any more: {}", names(chosen.iter().map(|(kind, _)| *kind)))
            }
        };
        Ok(json!({ "text": text }))
    }

    pub(super) async fn diff_command(
        &self,
        args: DiffArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let work = async {
            let kind = match (args.kind, &args.current) {
                (Some(it), _) => Some(it),
                (None, Some(_)) => None,
                (None, None) => {
                    let world = self.world.get();
                    Some(*world.baselines.keys().next().context(NO_BASELINE)?)
                }
            };
            let current = self.chosen(kind, args.current).await?;
            let base = self.chosen_base(current.capture.meta.kind, args.base).await?;
            let compare = move |world: &World, sources: &Sources, current: &Captured| {
                compare(world, sources, current, &base)
            };
            Ok(self.with_sources(current, compare).await??)
        };
        self.with_progress(token, "Comparing", None, work).await
    }
}

fn compare(
    world: &World,
    sources: &Sources,
    current: &Captured,
    base: &Captured,
) -> anyhow::Result<Value> {
    let table = diff::table(&current.listing, &base.listing)?;
    let run = |it: &Captured| it.capture.meta.target.clone();
    let is_other_run = run(current) != run(base);
    let mut text = diff_text(&table, MAX_TEXT_ROWS);
    if is_other_run {
        text.insert_str(0, "The baseline is of another run of the program.\n");
    }
    let functions = table.rows.iter().map(|it| (it.file.as_str(), it.function.as_str()));
    let places = Places::of(world, sources, functions);
    let rows = table.rows.iter().map(|it| row(it, &table.unit, &places));
    Ok(json!({
        "text": text,
        "title": format!("{}, against {}", title(current), title(base)),
        "kind": current.capture.meta.kind,
        "otherRun": is_other_run,
        "otherBuild": table.is_other_build,
        "rows": rows.collect::<Value>(),
    }))
}

fn names(kinds: impl Iterator<Item = Kind>) -> String {
    kinds.map(Kind::name).collect::<Vec<_>>().join(", ")
}

/// A function; values in the sample type's unit.
fn row(it: &DiffRow, unit: &str, places: &Places<'_>) -> Value {
    let change = it.change();
    json!({
        "function": it.function,
        "short": plain(short_name(&it.function)),
        "file": it.file,
        "line": it.start_line,
        "flat": change.flat,
        "cum": change.cum,
        "base": { "flat": it.base.flat, "cum": it.base.cum },
        "now": { "flat": it.now.flat, "cum": it.now.cum },
        "flatText": signed(change.flat, unit),
        "cumText": signed(change.cum, unit),
        "text": format!("{} → {}", label(it.base.cum, unit), label(it.now.cum, unit)),
        "place": places.line(&it.file, &it.function, it.start_line.into()),
    })
}
