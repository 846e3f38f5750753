//! Keeps the samples that a user asks for by regular expression.
//!
//! Source: `profile/filter.go` of github.com/google/pprof: an expression is searched for in
//! function names, file names and the mapping's file of every frame.

use crate::model::{Function, Location, Profile};

use super::demangle::pprof_name;
use super::expression::Expression;

/// `--focus` and `--ignore`.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Keep only samples with a frame that matches.
    pub focus: Option<Expression>,
    /// Drop samples with a frame that matches.
    pub ignore: Option<Expression>,
}

/// Samples that passed, and whether the expressions met anything at all.
pub(super) struct Filtered {
    pub(super) samples: Option<Vec<bool>>,
    pub(super) unmatched: Vec<&'static str>,
}

impl Filter {
    /// What pprof's header calls active filters.
    pub(super) fn active(&self) -> Vec<String> {
        let part =
            |name: &str, it: &Option<Expression>| it.as_ref().map(|it| format!("{name}={it}"));
        part("focus", &self.focus).into_iter().chain(part("ignore", &self.ignore)).collect()
    }

    pub(super) fn apply(&self, profile: &Profile) -> Filtered {
        if self.focus.is_none() && self.ignore.is_none() {
            return Filtered { samples: None, unmatched: Vec::new() };
        }
        let focus = self.focus.as_ref().map(|it| Matches::of(profile, it));
        let ignore = self.ignore.as_ref().map(|it| Matches::of(profile, it));
        let (mut met_focus, mut met_ignore) = (self.focus.is_none(), self.ignore.is_none());
        let verdicts: Vec<Option<bool>> = profile
            .locations
            .iter()
            .map(|location| {
                if ignore.as_ref().is_some_and(|it| it.is_met(profile, location)) {
                    met_ignore = true;
                    return Some(false);
                }
                let focused = focus.as_ref().is_none_or(|it| it.is_met(profile, location));
                met_focus |= focused;
                focused.then_some(true)
            })
            .collect();
        let samples = profile
            .samples
            .iter()
            .map(|sample| {
                let mut is_focused = false;
                for location in sample.stack {
                    match verdicts[location.0 as usize] {
                        Some(false) => return false,
                        Some(true) => is_focused = true,
                        None => {}
                    }
                }
                is_focused
            })
            .collect();
        let mut unmatched = Vec::new();
        if !met_focus {
            unmatched.push("focus");
        }
        if !met_ignore {
            unmatched.push("ignore");
        }
        Filtered { samples: Some(samples), unmatched }
    }
}

/// What an expression meets. Each text is searched once, not once a line that has it.
struct Matches {
    functions: Vec<bool>,
    mappings: Vec<bool>,
    /// pprof gives a profile without any mappings one that has no name.
    no_mapping: bool,
}

impl Matches {
    fn of(profile: &Profile, expression: &Expression) -> Matches {
        let has_match = |it: &Function| {
            expression.is_match(&pprof_name(profile, it))
                || expression.is_match(profile.str(it.filename))
        };
        let mappings = profile.mappings.iter();
        Matches {
            functions: profile.functions.iter().map(has_match).collect(),
            mappings: mappings.map(|it| expression.is_match(profile.str(it.filename))).collect(),
            no_mapping: profile.mappings.is_empty() && expression.is_match(""),
        }
    }

    fn is_met(&self, profile: &Profile, location: &Location) -> bool {
        let mut lines = profile.lines[location.line_range()].iter();
        lines.any(|it| self.functions[it.function.0 as usize])
            || location.mapping.map_or(self.no_mapping, |it| self.mappings[it.0 as usize])
    }
}
