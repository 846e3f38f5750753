//! Keeps the samples that a user asks for by regular expression.
//!
//! Source: `profile/filter.go` of github.com/google/pprof: an expression is searched for in
//! function names, file names and the mapping's file of every frame.

use crate::model::{Location, Profile};

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
        let names: Vec<_> = profile.functions.iter().map(|it| pprof_name(profile, it)).collect();
        let matches = |location: &Location, expression: &Expression| {
            profile.lines[location.line_range()].iter().any(|line| {
                let function = profile.function(line.function);
                expression.is_match(&names[line.function.0 as usize])
                    || expression.is_match(profile.str(function.filename))
            }) || match location.mapping {
                Some(it) => {
                    expression.is_match(profile.str(profile.mappings[it.0 as usize].filename))
                }
                // pprof gives a profile without any mappings one that has no name.
                None => profile.mappings.is_empty() && expression.is_match(""),
            }
        };
        let (mut met_focus, mut met_ignore) = (self.focus.is_none(), self.ignore.is_none());
        let verdicts: Vec<Option<bool>> = profile
            .locations
            .iter()
            .map(|location| {
                if self.ignore.as_ref().is_some_and(|it| matches(location, it)) {
                    met_ignore = true;
                    return Some(false);
                }
                let focused = self.focus.as_ref().is_none_or(|it| matches(location, it));
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
