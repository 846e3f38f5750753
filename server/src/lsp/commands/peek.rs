//! The command peek: callers and callees of one function.

use anyhow::Context;
use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

use crate::command::PeekArgs;
use crate::listing::measure::{label, percentage};
use crate::listing::{Neighbour, Peek};
use crate::model::Kind;
use crate::source::{Sources, own_name};
use crate::stuck::short_name;
use crate::view::escape::plain;
use crate::view::peek_text;

use super::super::captured::Captured;
use super::super::documents::file_path;
use super::super::pages;
use super::super::places::Places;
use super::super::services::Services;
use super::super::world::World;
use super::CommandError;

impl Services {
    pub(super) async fn peek_command(&self, args: PeekArgs) -> Result<Value, CommandError> {
        let (kind, function) = match args.function {
            Some(it) => (args.kind, it),
            None => {
                let world = self.world.get();
                let (kind, function) = at_place(&world, &args).context(NO_FUNCTION)?;
                (Some(kind), function)
            }
        };
        let captured = self.chosen(kind, args.capture).await?;
        let kind = captured.capture.meta.kind;
        let peek = captured
            .peek(&function)
            .with_context(|| format!("the {kind} capture has no sample in {}", plain(&function)))?;
        let list = move |world: &World, sources: &Sources, captured: &Captured| {
            result(world, sources, captured, &peek)
        };
        Ok(self.with_sources(captured, list).await?)
    }
}

fn result(world: &World, sources: &Sources, captured: &Captured, peek: &Peek) -> Value {
    let listing = &captured.listing;
    let functions = captured.functions();
    let sides = peek.callers.iter().chain(&peek.callees).map(|it| it.function.as_str());
    let files = sides.filter_map(|it| Some((functions.get(it)?.0, it)));
    let places = Places::of(world, sources, files);
    let neighbours = |side: &[Neighbour]| {
        let one = |it: &Neighbour| {
            let (file, line) = functions.get(it.function.as_str()).copied().unwrap_or_default();
            json!({
                "function": it.function,
                "short": plain(short_name(&it.function)),
                "weight": it.weight,
                "text": label(it.weight, &listing.unit),
                "share": percentage(it.weight, peek.cum).trim(),
                "place": places.line(file, &it.function, line.into()),
            })
        };
        side.iter().map(one).collect::<Value>()
    };
    json!({
        "text": peek_text(peek, &listing.sample_type, &listing.unit),
        "kind": captured.capture.meta.kind,
        "function": peek.function,
        "flat": peek.flat,
        "cum": peek.cum,
        "total": peek.total,
        "callers": neighbours(&peek.callers),
        "callees": neighbours(&peek.callees),
    })
}

/// The function around a line of a buffer, in the first capture (of the kind) that has samples
/// in it.
fn at_place(world: &World, args: &PeekArgs) -> Option<(Kind, String)> {
    let path = file_path(&Url::parse(args.uri.as_ref()?).ok()?)?;
    let path = pages::spelled(world, &path);
    let now = pages::revision_now(world, &path)?;
    let line = args.line?.checked_add(1)?;
    let captures =
        world.captures.iter().filter(|(kind, _)| args.kind.is_none_or(|it| it == **kind));
    captures.into_iter().find_map(|(kind, captured)| {
        let file = captured.located.at(&path)?;
        let then = match file.unknown {
            None => now.map_from(&file.file.text).then(line),
            Some(_) => None,
        };
        let mut functions = file.functions.iter();
        let around = match then {
            Some(then) => functions.rfind(|it| it.start_line > 0 && it.start_line <= then)?,
            None => {
                let decl = now.decls().around(line)?;
                functions.find(|it| own_name(&it.name).as_ref() == Some(&decl.name))?
            }
        };
        Some((*kind, around.name.clone()))
    })
}

const NO_FUNCTION: &str =
    "no captured function is here: put the cursor into one that has a lens, or give its full name";
