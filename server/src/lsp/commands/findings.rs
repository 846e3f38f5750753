//! The command findings: what is worth a look in the open folders, loudest first.

use anyhow::Context;
use serde_json::{Value, json};

use crate::view::{Diagnostic, Severity};

use super::super::pages;
use super::super::places::place_json;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

/// More rows than this nobody reads.
const MOST_FINDINGS: usize = 1000;

impl Services {
    pub(super) async fn findings_command(&self) -> Result<Value, CommandError> {
        let world = self.world.get();
        let work = tokio::task::spawn_blocking(move || findings(&world));
        Ok(work.await.context("listing the findings")?)
    }
}

fn findings(world: &World) -> Value {
    let mut found = Vec::new();
    for path in world.marks.workspace_files() {
        let Some(file) = pages::marked(world, path) else { continue };
        for it in &file.view.diagnostics {
            let place = pages::location(world, path, it.line).map(|it| place_json(&it));
            found.push((it.severity, path, it.line, row(it, place)));
        }
    }
    found.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)));
    let n_found = found.len();
    let rows: Vec<Value> = found.into_iter().take(MOST_FINDINGS).map(|it| it.3).collect();
    let text = match (n_found, world.attachment.is_some(), world.marks.kinds.is_empty()) {
        (0, false, _) => "nothing is attached: run the command attach first".to_owned(),
        (0, true, true) => "nothing was captured yet: run the command capture first".to_owned(),
        (0, true, false) => {
            let covered = world.marks.coverage();
            let covered: Vec<String> = covered.iter().map(|it| it.describe()).collect();
            format!("nothing stands out; {}", covered.join("; "))
        }
        (1, ..) => "1 finding".to_owned(),
        (n, ..) => format!("{n} findings"),
    };
    json!({ "text": text, "findings": rows })
}

fn row(it: &Diagnostic, place: Option<Value>) -> Value {
    json!({
        "severity": match it.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
            Severity::Hint => "hint",
        },
        "code": it.code.name(),
        "title": it.message,
        "function": it.data.get("function"),
        "place": place,
    })
}
