//! The command peek: callers and callees of one function.

use anyhow::Context;
use serde_json::{Value, json};

use crate::command::PeekArgs;
use crate::listing;
use crate::view::escape::plain;
use crate::view::peek_text;

use super::super::services::Services;
use super::CommandError;

impl Services {
    pub(super) fn peek_command(&self, args: PeekArgs) -> Result<Value, CommandError> {
        let world = self.world.get();
        let function = args.function.context("peek needs the full name of a function")?;
        let kind = match args.kind {
            Some(it) => it,
            None => *world.captures.keys().next().context(NO_CAPTURE)?,
        };
        let captured = world.captures.get(&kind).context(NO_CAPTURE)?;
        let listing = &captured.listing;
        let peek = captured
            .peek(&function)
            .with_context(|| format!("the {kind} capture has no sample in {}", plain(&function)))?;
        let neighbours = |side: &[listing::Neighbour]| {
            let one =
                |it: &listing::Neighbour| json!({ "function": it.function, "weight": it.weight });
            side.iter().map(one).collect::<Value>()
        };
        Ok(json!({
            "text": peek_text(&peek, &listing.sample_type, &listing.unit),
            "function": peek.function,
            "flat": peek.flat,
            "cum": peek.cum,
            "total": peek.total,
            "callers": neighbours(&peek.callers),
            "callees": neighbours(&peek.callees),
        }))
    }
}

const NO_CAPTURE: &str = "no profile was captured yet: run the command capture first";
