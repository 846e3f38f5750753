//! Puts the marks of one file onto its text as it is now.

use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::listing::FunctionCost;
use crate::model::Frame;
use crate::source::{Doubt, LineMap, LineNow, Revision, SourceFile, own_name};

use super::located::{LineValues, LocatedFile};
use super::marks::{KindMarks, Marks, WaitsInput};
use super::waits::WaitPlace;

/// The text of a file as it is now: an open buffer. None: as it was when captured.
pub type TextNow<'a> = &'a dyn Fn(&Path) -> Option<Arc<Revision>>;

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
///
/// Nothing is listed before it is asked for: a hover is about one line of a long file.
pub(super) struct Placed<'a> {
    pub(super) marks: &'a Marks,
    pub(super) path: &'a Path,
    pub(super) kinds: Vec<PlacedKind<'a>>,
    pub(super) waits: Option<PlacedWaits<'a>>,
    /// The text now; none when nothing is known of the file.
    text: Option<Arc<Revision>>,
    text_now: TextNow<'a>,
}

/// One kind's marks in the file.
pub(super) struct PlacedKind<'a> {
    pub(super) marks: &'a KindMarks,
    file: &'a LocatedFile,
    map: LineMap,
    base: Option<Base<'a>>,
}

/// The file in the baseline.
struct Base<'a> {
    /// None where the file had no cost. The map leads from the baseline's text to the capture's:
    /// another run may have been built from other text.
    found: Option<(&'a LocatedFile, LineMap)>,
    scale: f64,
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
    /// Line of `func` in the text now; none if it is gone.
    pub(super) now: Option<u32>,
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
    pub(super) places: Vec<PlacedWait<'a>>,
}

/// A group at a line.
pub(super) struct PlacedWait<'a> {
    pub(super) now: LineNow,
    /// The `func` that stands for the line where it is not known, or gone.
    func: Option<u32>,
    /// Why the line is not known, if it is not.
    pub(super) unknown: Option<Doubt>,
    pub(super) place: &'a WaitPlace,
}

impl PlacedWait<'_> {
    /// The line that it is shown on: its own, or that of its function.
    pub(super) fn line(&self) -> Option<u32> {
        self.now.line().or(self.func)
    }
}

impl<'a> Placed<'a> {
    pub(super) fn new(marks: &'a Marks, path: &'a Path, text_now: TextNow<'a>) -> Placed<'a> {
        let now = text_now(path);
        let map_from = |then: &Arc<Revision>| now.as_ref().unwrap_or(then).map_from(then);
        let kinds = marks.kinds.iter().filter_map(|marks| {
            let file = marks.at(path)?;
            let base = marks.baseline.as_ref().map(|baseline| Base {
                found: baseline.at(path).map(|it| (it, file.file.text.map_from(&it.file.text))),
                scale: marks.baseline_scale(),
            });
            Some(PlacedKind { marks, file, map: map_from(&file.file.text), base })
        });
        let kinds: Vec<PlacedKind<'a>> = kinds.collect();
        let waits = marks.waits.as_ref().and_then(|input| {
            let places = input.waits.places.get(path)?;
            let file = input.waits.file_at(path)?;
            let map = map_from(&file.text);
            let places = places.iter().map(|place| {
                let (function, line) = (input.waits.function(place), place.line);
                let now = file.line_now(&map, function, line);
                let func = match now.line() {
                    Some(_) => None,
                    None => file.function_now(&map, function, line),
                };
                let doubt = || file.doubt_at(function, line).unwrap_or(Doubt::Differs);
                let unknown = (now == LineNow::Unknown).then(doubt);
                PlacedWait { now, func, unknown, place }
            });
            Some(PlacedWaits { input, places: places.collect() })
        });
        let captured = || {
            let of_kinds = kinds.first().map(|it| &it.file.file.text);
            let of_waits = || Some(&marks.waits.as_ref()?.waits.file_at(path)?.text);
            of_kinds.or_else(of_waits).cloned()
        };
        let text = now.or_else(captured);
        Placed { marks, path, kinds, waits, text, text_now }
    }

    /// Where a frame is in its file's text as it is now.
    pub(super) fn frame_now(&self, file: &SourceFile, frame: &Frame) -> Option<u32> {
        let now = (self.text_now)(&file.path);
        file.frame_now(now.as_ref().unwrap_or(&file.text), &frame.function, frame.line)
    }

    /// The line of the top-level `func` around a line.
    pub(super) fn enclosing_func(&self, line: u32) -> Option<u32> {
        self.text.as_ref()?.decls().around(line).map(|it| it.first_line)
    }
}

impl<'a> PlacedKind<'a> {
    /// Why the lines are not shown: their text is not known.
    pub(super) fn unknown(&self) -> Option<Doubt> {
        self.file.unknown
    }

    /// What makes the lines doubtful that are shown.
    pub(super) fn doubt(&self) -> Option<Doubt> {
        self.file.unknown.or_else(|| self.file.file.origin.doubt())
    }

    /// Whether the baseline was built from another text of this file.
    pub(super) fn has_other_base(&self) -> bool {
        let found = self.base.as_ref().and_then(|it| it.found.as_ref());
        found.is_some_and(|(file, map)| file.unknown.is_some() || !map.is_identity())
    }

    /// The lines of the capture's text that are wanted, by line.
    pub(super) fn lines(
        &self,
        is_wanted: impl Fn(u32, &LineValues) -> bool,
    ) -> impl Iterator<Item = PlacedLine<'a>> {
        let wanted = self.file.lines.iter().filter(move |&(&line, it)| is_wanted(line, it));
        wanted.map(|(&line, values)| self.placed_line(line, values))
    }

    /// What a line of the text now cost.
    pub(super) fn line_at(&self, line: u32) -> Option<PlacedLine<'a>> {
        let then = self.map.then(line).filter(|_| self.unknown().is_none())?;
        Some(self.placed_line(then, self.file.lines.get(&then)?))
    }

    /// The functions that are wanted, by line of `func` in the capture's text.
    pub(super) fn functions(
        &self,
        is_wanted: impl Fn(&FunctionCost) -> bool,
    ) -> impl Iterator<Item = PlacedFunction<'a>> {
        let wanted = self.file.functions.iter().filter(move |it| is_wanted(it));
        wanted.map(|it| self.placed_function(it))
    }

    /// The functions with their `func` on a line of the text now.
    pub(super) fn functions_at(&self, line: u32) -> impl Iterator<Item = PlacedFunction<'a>> {
        let name = self.map.function_at(line);
        let then = self.map.then(line).filter(|_| self.unknown().is_none());
        let may_be = move |it: &FunctionCost| {
            then == Some(it.start_line) || (name.is_some() && own_name(&it.name) == name)
        };
        self.functions(may_be).filter(move |it| it.now == Some(line))
    }

    /// The lines that are wanted and gone from the text, or not found in it for sure, each with
    /// the `func` of the function that it was in.
    pub(super) fn gone(
        &self,
        is_wanted: impl Fn(u32, &LineValues) -> bool,
    ) -> impl Iterator<Item = (u32, PlacedLine<'a>)> {
        let is_known = self.unknown().is_none() && !self.map.is_identity();
        let lines = self.lines(move |line, it| is_known && is_wanted(line, it));
        lines
            .filter(|it| it.now == LineNow::Deleted)
            .filter_map(|it| Some((self.map.function_around(it.then)?, it)))
    }

    fn placed_line(&self, then: u32, values: &'a LineValues) -> PlacedLine<'a> {
        let base = self.base.as_ref().and_then(|base| base.line(then));
        let now = if self.unknown().is_some() { LineNow::Unknown } else { self.map.now(then) };
        PlacedLine { now, then, values, base }
    }

    fn placed_function(&self, function: &'a FunctionCost) -> PlacedFunction<'a> {
        let base_cum = self.base.as_ref().map(|base| {
            let same = |file: &&'a LocatedFile| {
                file.functions.iter().find(|it| it.name == function.name).map(|it| it.cum)
            };
            base.scaled(base.found.as_ref().and_then(|(file, _)| same(file)).unwrap_or(0))
        });
        let moved = || self.map.now(function.start_line).line();
        let moved = if self.unknown().is_none() { moved() } else { None };
        PlacedFunction {
            now: moved.or_else(|| self.map.function_named(&function.name)),
            name: &function.name,
            flat: function.flat,
            cum: function.cum,
            base_cum,
        }
    }
}

impl Base<'_> {
    /// What a line of the capture's text cost; none where it cannot be told, because the file was
    /// changed between the builds.
    fn line(&self, line: u32) -> Option<BaseValues> {
        let Some((file, map)) = &self.found else { return Some(BaseValues::default()) };
        let then = map.then(line).filter(|_| file.unknown.is_none())?;
        let values =
            |it: &LineValues| BaseValues { cum: self.scaled(it.cum), own: self.scaled(it.own) };
        Some(file.lines.get(&then).map_or(BaseValues::default(), values))
    }

    fn scaled(&self, value: i64) -> i64 {
        (value as f64 * self.scale).round() as i64
    }
}
