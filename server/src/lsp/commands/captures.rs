//! The commands captures, nameCapture and pinCapture: what was saved.

use anyhow::ensure;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::command::{NameCaptureArgs, PinCaptureArgs};
use crate::listing::measure::label;
use crate::model::CaptureMeta;
use crate::view::escape::plain;

use super::super::services::Services;
use super::super::world::{ByKind, World};
use super::CommandError;

/// Longest name of a capture, in characters.
const MOST_NAME_CHARS: usize = 200;

impl Services {
    pub(super) async fn captures_command(&self) -> Result<Value, CommandError> {
        let listed = self.outside.saved().await?;
        let world = self.world.get();
        let rows: Vec<Value> = listed.captures.iter().rev().map(|it| row(&world, it)).collect();
        let skipped: Vec<_> = listed.skipped.iter().map(|it| plain(it)).collect();
        let text = match rows.as_slice() {
            [] => format!(
                "no capture is saved in {}: run the command capture first",
                self.outside.store_folder()
            ),
            rows => {
                let lines = rows.iter().filter_map(|it| it["text"].as_str());
                lines.collect::<Vec<_>>().join("\n")
            }
        };
        Ok(json!({ "text": text, "captures": rows, "skipped": skipped }))
    }

    pub(super) async fn name_capture(&self, args: NameCaptureArgs) -> Result<Value, CommandError> {
        let name = args.name.trim().to_owned();
        check_name(&name)?;
        let text = match name.as_str() {
            "" => "the capture has no name any more".to_owned(),
            name => format!("the capture is called {:?} from now on", plain(name)),
        };
        let name = (!name.is_empty()).then_some(name);
        self.outside.describe_saved(args.id, |it| it.note = name).await?;
        Ok(json!({ "text": text }))
    }

    pub(super) async fn pin_capture(&self, args: PinCaptureArgs) -> Result<Value, CommandError> {
        let on = args.on;
        let change = move |it: &mut CaptureMeta| it.pinned = on.unwrap_or(!it.pinned);
        let meta = self.outside.describe_saved(args.id, change).await?;
        let text = match meta.pinned {
            true => "the capture is pinned: it stays when the folder of captures is full",
            false => "the capture is not pinned any more",
        };
        Ok(json!({ "text": text, "on": meta.pinned }))
    }
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let n_chars = name.chars().count();
    ensure!(
        n_chars <= MOST_NAME_CHARS,
        "a name of {n_chars} characters is too long: write at most {MOST_NAME_CHARS}"
    );
    Ok(())
}

fn row(world: &World, meta: &CaptureMeta) -> Value {
    let is_one_of =
        |all: &ByKind| all.values().any(|it| !meta.id.is_empty() && it.capture.meta.id == meta.id);
    let (is_baseline, is_current) = (is_one_of(&world.baselines), is_one_of(&world.captures));
    let name = meta.note.as_deref().map(|it| plain(it).into_owned());
    let target = meta.target.as_ref().map(|it| plain(&it.describe()).into_owned());
    let size = label(i64::try_from(meta.n_bytes).unwrap_or(i64::MAX), "bytes");
    let time = time(meta.taken_at);
    let marks = [
        (is_current, "current"),
        (is_baseline, "baseline"),
        (meta.pinned && !is_baseline, "pinned"),
    ];
    let marks: Vec<&str> = marks.into_iter().filter(|it| it.0).map(|it| it.1).collect();
    let marks = marks.join(", ");
    let words = [
        Some(time.clone()),
        Some(meta.kind.to_string()),
        name.as_ref().map(|it| format!("{it:?}")),
        target.as_ref().map(|it| format!("of {it}")),
        Some(format!("({size})")),
        (!marks.is_empty()).then_some(marks),
    ];
    json!({
        "id": meta.id,
        "kind": meta.kind,
        "name": name,
        "time": time,
        "target": target,
        "sizeText": size,
        "pinned": meta.pinned,
        "isBaseline": is_baseline,
        "isCurrent": is_current,
        "text": words.into_iter().flatten().collect::<Vec<_>>().join(" "),
    })
}

/// `2026-11-24 14:03:07`, local.
fn time(nanos: i64) -> String {
    let time = Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
