//! The commands setBaseline, clearBaseline and diff.

use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::command::KindArgs;
use crate::diff::{self, DiffTable};
use crate::model::Kind;
use crate::view::diff_text;

use super::super::captured::Captured;
use super::super::services::Services;
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

    pub(super) fn diff_command(&self, args: KindArgs) -> Result<Value, CommandError> {
        let world = self.world.get();
        let kind = match args.kind {
            Some(it) => it,
            None => *world.baselines.keys().next().context(NO_BASELINE)?,
        };
        let baseline = world.baselines.get(&kind).context(NO_BASELINE)?;
        let current = world.captures.get(&kind).ok_or_else(|| no_capture(Some(kind)))?;
        let table = diff::of_listings(&current.listing, &baseline.listing);
        let run = |it: &Captured| it.capture.meta.target.clone();
        let is_other_run = run(current) != run(baseline);
        let mut text = diff_text(&table, MAX_TEXT_ROWS);
        if is_other_run {
            text.insert_str(0, "The baseline is of another run of the program.\n");
        }
        Ok(json!({
            "text": text,
            "kind": kind,
            "otherRun": is_other_run,
            "otherBuild": table.is_other_build,
            "rows": rows(&table),
        }))
    }
}

const NO_BASELINE: &str = "there is no baseline: run the command setBaseline first";

fn no_capture(kind: Option<Kind>) -> anyhow::Error {
    let what = kind.map_or_else(|| "profile".to_owned(), |it| it.to_string());
    anyhow!("no {what} was captured yet: run the command capture first")
}

fn names(kinds: impl Iterator<Item = Kind>) -> String {
    kinds.map(Kind::name).collect::<Vec<_>>().join(", ")
}

/// One object a function, largest change first; values in the sample type's unit.
fn rows(table: &DiffTable) -> Value {
    let row = |it: &diff::DiffRow| {
        json!({
            "function": it.function,
            "file": it.file,
            "line": it.start_line,
            "flat": it.change().flat,
            "cum": it.change().cum,
            "base": { "flat": it.base.flat, "cum": it.base.cum },
            "now": { "flat": it.now.flat, "cum": it.now.cum },
        })
    };
    table.rows.iter().map(row).collect()
}
