//! The command peek: callers and callees of one function.

use anyhow::{Context, anyhow};
use serde_json::{Value, json};

use crate::command::PeekArgs;
use crate::listing::{self, Peek, Subject, measure, sample_index};
use crate::view::escape::plain;

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
        let profile = &captured.capture.profile;
        let value_idx = sample_index(profile, "").map_err(|err| anyhow!(err))?;
        let subject = Subject { profile, value_idx, base_samples: None };
        let peek = listing::peek(subject, &function)
            .with_context(|| format!("the {kind} capture has no sample in {}", plain(&function)))?;
        let neighbours = |side: &[listing::Neighbour]| {
            let one =
                |it: &listing::Neighbour| json!({ "function": it.function, "weight": it.weight });
            side.iter().map(one).collect::<Value>()
        };
        Ok(json!({
            "text": text(&peek, subject.unit()),
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

/// Callers above, the function, callees below, each with its share of the total.
fn text(peek: &Peek, unit: &str) -> String {
    let row = |value: i64, name: &str| {
        let share = measure::percentage(value, peek.total);
        format!("{:>10} {share}  {}", measure::label(value, unit), plain(name))
    };
    let mut lines = vec![format!(
        "{}: flat {}, cum {}",
        plain(&peek.function),
        measure::label(peek.flat, unit),
        measure::label(peek.cum, unit)
    )];
    lines.push("Called by".to_owned());
    lines.extend(peek.callers.iter().map(|it| row(it.weight, &it.function)));
    lines.push("Calls".to_owned());
    lines.extend(peek.callees.iter().map(|it| row(it.weight, &it.function)));
    lines.join("\n")
}
