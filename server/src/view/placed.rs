//! Puts the marks of one file onto its text as it is now.

use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::source::{LineMap, LineNow};

use super::located::LineValues;
use super::marks::{KindMarks, Marks, WaitsInput};
use super::waits::WaitPlace;

/// The text of a file as it is now: an open buffer. None: as it was when captured.
pub type TextNow<'a> = &'a dyn Fn(&Path) -> Option<Arc<str>>;

/// The settings that decide what is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewConfig {
    /// Show lenses.
    pub lens_enable: bool,
    /// Show hints.
    pub hint_enable: bool,
    /// Show diagnostics.
    pub diagnostic_enable: bool,
    /// Least share of a line, in percent.
    pub line_threshold_percent: f64,
    /// Least share of a function, in percent.
    pub function_threshold_percent: f64,
    /// Most hints in a file.
    pub max_hints_per_file: usize,
}

impl From<&Config> for ViewConfig {
    fn from(config: &Config) -> ViewConfig {
        ViewConfig {
            lens_enable: config.lens_enable,
            hint_enable: config.hint_enable,
            diagnostic_enable: config.diagnostic_enable,
            line_threshold_percent: config.line_threshold_percent,
            function_threshold_percent: config.function_threshold_percent,
            max_hints_per_file: config.max_hints_per_file,
        }
    }
}

/// One file's marks at the lines of its text now.
pub(super) struct Placed<'a> {
    pub(super) marks: &'a Marks,
    pub(super) path: &'a Path,
    pub(super) kinds: Vec<PlacedKind<'a>>,
    pub(super) waits: Option<PlacedWaits<'a>>,
    /// The text now; empty when nothing is known of the file.
    pub(super) text: Arc<str>,
    pub(super) text_now: TextNow<'a>,
}

/// One kind's marks in the file.
pub(super) struct PlacedKind<'a> {
    pub(super) marks: &'a KindMarks,
    /// By line of the capture's text.
    pub(super) lines: Vec<PlacedLine<'a>>,
    pub(super) functions: Vec<PlacedFunction<'a>>,
    pub(super) is_newer: bool,
}

/// A line that cost something.
pub(super) struct PlacedLine<'a> {
    pub(super) now: LineNow,
    /// In the capture's text.
    pub(super) then: u32,
    pub(super) values: &'a LineValues,
    /// The baseline's values of this line, scaled to this capture's length; none without a
    /// baseline.
    pub(super) base: Option<BaseValues>,
}

/// A function that cost something.
pub(super) struct PlacedFunction<'a> {
    /// Line of `func`.
    pub(super) now: LineNow,
    pub(super) name: &'a str,
    pub(super) flat: i64,
    pub(super) cum: i64,
    /// The baseline's cum, scaled; none without a baseline.
    pub(super) base_cum: Option<i64>,
}

/// A line's values in the baseline.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BaseValues {
    pub(super) cum: i64,
    pub(super) own: i64,
}

/// The waiting goroutines of the file.
pub(super) struct PlacedWaits<'a> {
    pub(super) input: &'a WaitsInput,
    pub(super) places: Vec<(LineNow, &'a WaitPlace)>,
}

impl<'a> Placed<'a> {
    pub(super) fn new(marks: &'a Marks, path: &'a Path, text_now: TextNow<'a>) -> Placed<'a> {
        let now = text_now(path);
        let mut maps = Maps { now: now.clone(), known: Vec::new() };
        let kinds: Vec<PlacedKind<'a>> =
            marks.kinds.iter().filter_map(|it| placed_kind(it, path, &mut maps)).collect();
        let waits = marks.waits.as_ref().and_then(|input| {
            let places = input.waits.places.get(path)?;
            let map = maps.of(input.waits.text(path)?);
            let places = places.iter().map(|it| (map.now(it.line), it)).collect();
            Some(PlacedWaits { input, places })
        });
        let captured = maps.known.first().map(|(text, _)| text.clone());
        let text = now.or(captured).unwrap_or_default();
        Placed { marks, path, kinds, waits, text, text_now }
    }

    /// Where a line of a file's captured text is in that file's text now.
    pub(super) fn line_elsewhere(&self, path: &Path, text: &Arc<str>, line: u32) -> LineNow {
        match (self.text_now)(path) {
            Some(now) => LineMap::new(text, &now).now(line),
            None => LineMap::new(text, text).now(line),
        }
    }

    /// The line of the `func` around a line: Go's top-level declarations start in column 1.
    pub(super) fn enclosing_func(&self, line: u32) -> Option<u32> {
        let above = self.text.lines().zip(1..=line).filter(|(text, _)| text.starts_with("func "));
        above.last().map(|(_, line)| line)
    }
}

/// Line maps of one file: captures made of the same text share one.
struct Maps {
    now: Option<Arc<str>>,
    known: Vec<(Arc<str>, LineMap)>,
}

impl Maps {
    fn of(&mut self, text: &Arc<str>) -> LineMap {
        if let Some((_, map)) = self.known.iter().find(|(it, _)| Arc::ptr_eq(it, text)) {
            return map.clone();
        }
        let map = LineMap::new(text, self.now.as_ref().unwrap_or(text));
        self.known.push((text.clone(), map.clone()));
        map
    }
}

fn placed_kind<'a>(marks: &'a KindMarks, path: &Path, maps: &mut Maps) -> Option<PlacedKind<'a>> {
    let file = marks.at(path)?;
    let map = maps.of(&file.file.text);
    // Another run may have been built from other text: its lines are mapped to this one's.
    let baseline = marks.baseline.as_ref().map(|it| it.at(path));
    let to_base =
        baseline.flatten().map(|base| (base, LineMap::new(&base.file.text, &file.file.text)));
    let scale = marks.baseline_scale();
    let scaled = |it: i64| (it as f64 * scale).round() as i64;
    let lines = file.lines.iter().map(|(&line, values)| {
        let base = marks.baseline.as_ref().map(|_| {
            let found = to_base.as_ref().and_then(|(base, map)| base.lines.get(&map.then(line)?));
            found.map_or(BaseValues::default(), |it| BaseValues {
                cum: scaled(it.cum),
                own: scaled(it.own),
            })
        });
        PlacedLine { now: map.now(line), then: line, values, base }
    });
    let functions = file.functions.iter().map(|function| PlacedFunction {
        now: map.now(function.start_line),
        name: &function.name,
        flat: function.flat,
        cum: function.cum,
        base_cum: marks.baseline.as_ref().map(|_| {
            let found = baseline
                .flatten()
                .and_then(|it| it.functions.iter().find(|it| it.name == function.name));
            scaled(found.map_or(0, |it| it.cum))
        }),
    });
    Some(PlacedKind {
        marks,
        lines: lines.collect(),
        functions: functions.collect(),
        is_newer: file.file.is_newer,
    })
}
