//! The command hot: the functions with the largest share, as `go tool pprof -top` has them.

use serde_json::{Value, json};
use tower_lsp::lsp_types::ProgressToken;

use crate::command::HotArgs;
use crate::listing::measure::{label, percentage};
use crate::listing::{TopOptions, top};
use crate::source::Sources;
use crate::stuck::short_name;
use crate::view::escape::plain;
use crate::view::{hot_text, why_empty};

use super::super::captured::Captured;
use super::super::chosen::title;
use super::super::places::Places;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

/// Rows of the answer; most programs have thousands of functions with next to nothing.
const MOST_ROWS: usize = 500;

impl Services {
    pub(super) async fn hot_command(
        &self,
        args: HotArgs,
        token: Option<ProgressToken>,
    ) -> Result<Value, CommandError> {
        let work = async {
            let captured = self.chosen(args.kind, args.capture).await?;
            Ok(self.with_sources(captured, list).await?)
        };
        self.with_progress(token, "Listing the hot functions", None, work).await
    }
}

fn list(world: &World, sources: &Sources, captured: &Captured) -> Value {
    let subject = captured.subject();
    let options = TopOptions { node_fraction: 0.0, node_count: MOST_ROWS, ..TopOptions::default() };
    let top = top(subject, &options);
    let functions = captured.functions();
    let of_row = |name: &str| functions.get(name).copied();
    let files = top.rows.iter().filter_map(|it| Some((of_row(&it.name)?.0, &*it.name)));
    let places = Places::of(world, sources, files);
    let value = |it: i64| label(it, subject.unit());
    let share = |it: i64| percentage(it, top.total).trim().to_owned();
    let rows = top.rows.iter().map(|it| {
        let (file, line) = of_row(&it.name).unwrap_or_default();
        json!({
            "function": plain(&it.printable_name),
            "short": plain(short_name(&it.printable_name)),
            "file": plain(file),
            "line": line,
            "flat": it.flat,
            "cum": it.cum,
            "flatText": value(it.flat),
            "flatShare": share(it.flat),
            "cumText": value(it.cum),
            "cumShare": share(it.cum),
            "place": places.line(file, &it.name, line.into()),
        })
    });
    let rows: Vec<Value> = rows.collect();
    let (meta, title) = (&captured.capture.meta, title(captured));
    let text = match rows.is_empty() {
        true => format!("{title}\n{}", why_empty(meta.kind)),
        false => format!("{title}\n{}", hot_text(&top, subject.unit())),
    };
    json!({
        "text": text,
        "title": title,
        "kind": meta.kind,
        "capture": Some(&meta.id).filter(|it| !it.is_empty()),
        "sampleType": subject.sample_type(),
        "unit": subject.unit(),
        "total": top.total,
        "rows": rows,
        "nLeftOut": top.n_before_count.saturating_sub(top.rows.len()),
    })
}
