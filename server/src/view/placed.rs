//! Puts the marks of one file onto its text as it is now.

use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use crate::config::Config;
use crate::listing::FunctionCost;
use crate::source::{Decls, LineMap, LineNow, Origin, Revision};

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
    /// The functions of `text`.
    decls: OnceCell<Decls>,
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
            let map = map_from(input.waits.text(path)?);
            let places = places.iter().map(|it| (map.now(it.line), it)).collect();
            Some(PlacedWaits { input, places })
        });
        let captured = || {
            let of_kinds = kinds.first().map(|it| &it.file.file.text);
            of_kinds.or_else(|| marks.waits.as_ref()?.waits.text(path)).cloned()
        };
        let text = now.or_else(captured);
        Placed { marks, path, kinds, waits, text, text_now, decls: OnceCell::new() }
    }

    /// Where a line of a file's captured text is in that file's text now.
    pub(super) fn line_elsewhere(&self, path: &Path, text: &Arc<Revision>, line: u32) -> LineNow {
        (self.text_now)(path).as_ref().unwrap_or(text).map_from(text).now(line)
    }

    /// The line of the top-level `func` around a line.
    pub(super) fn enclosing_func(&self, line: u32) -> Option<u32> {
        let text = self.text.as_ref()?;
        let decls = self.decls.get_or_init(|| Decls::of(text.text()));
        decls.around(line).map(|it| it.first_line)
    }
}

impl<'a> PlacedKind<'a> {
    /// How the text that the lines belong to is known.
    pub(super) fn origin(&self) -> &'a Origin {
        &self.file.file.origin
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
        let then = self.map.then(line)?;
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
        let all = &self.file.functions;
        let then = self.map.then(line).unwrap_or(0);
        let start = all.partition_point(|it| it.start_line < then);
        let here = all[start..].iter().take_while(move |it| it.start_line == then && then > 0);
        here.map(|it| self.placed_function(it))
    }

    /// The costs of lines that are gone, and whose nearest line that is left is this one.
    pub(super) fn removed_at(&self, line: u32) -> impl Iterator<Item = &'a LineValues> {
        self.map.removed_at(line).filter_map(|it| self.file.lines.get(&it))
    }

    fn placed_line(&self, then: u32, values: &'a LineValues) -> PlacedLine<'a> {
        let base = self.base.as_ref().map(|base| {
            let found =
                base.found.as_ref().and_then(|(file, map)| file.lines.get(&map.then(then)?));
            found.map_or(BaseValues::default(), |it| BaseValues {
                cum: base.scaled(it.cum),
                own: base.scaled(it.own),
            })
        });
        PlacedLine { now: self.map.now(then), then, values, base }
    }

    fn placed_function(&self, function: &'a FunctionCost) -> PlacedFunction<'a> {
        let base_cum = self.base.as_ref().map(|base| {
            let same = |file: &&'a LocatedFile| {
                file.functions.iter().find(|it| it.name == function.name).map(|it| it.cum)
            };
            base.scaled(base.found.as_ref().and_then(|(file, _)| same(file)).unwrap_or(0))
        });
        PlacedFunction {
            now: self.map.now(function.start_line),
            name: &function.name,
            flat: function.flat,
            cum: function.cum,
            base_cum,
        }
    }
}

impl Base<'_> {
    fn scaled(&self, value: i64) -> i64 {
        (value as f64 * self.scale).round() as i64
    }
}
