//! Searches with an expression that came with a profile, and gives up where that takes long.
//!
//! Nobody chose such an expression: one that looks harmless can take an hour for the names of a
//! few MB. A search that remembers what it met takes one step a byte; this one is over when it
//! meets something new again and again.

use regex_automata::Input;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson;

use super::expression::Expression;

/// An expression of a profile that would take too long, or too much memory, to search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "reading profile: its drop_frames and keep_frames take too long to search for; Go programs write neither, capture it again"
)]
pub struct TooSlow;

/// Bytes that what was met may take, and how often that may be forgotten.
const CACHE_BYTES: usize = 1 << 20;
const MOST_CLEARS: usize = 4;

pub(super) struct Bounded {
    dfa: DFA,
    cache: Cache,
}

impl Bounded {
    pub(super) fn new(expression: &Expression) -> Result<Bounded, TooSlow> {
        let config = Config::new()
            .cache_capacity(CACHE_BYTES)
            .minimum_cache_clear_count(Some(MOST_CLEARS))
            .unicode_word_boundary(true);
        let dfa = DFA::builder()
            .configure(config)
            .thompson(thompson::Config::new().nfa_size_limit(Some(CACHE_BYTES)))
            .build(&expression.translated())
            .map_err(|_| TooSlow)?;
        Ok(Bounded { cache: dfa.create_cache(), dfa })
    }

    /// Whether the expression is found anywhere in a text.
    pub(super) fn is_match(&mut self, text: &str) -> Result<bool, TooSlow> {
        let input = Input::new(text).earliest(true);
        let found = self.dfa.try_search_fwd(&mut self.cache, &input);
        found.map(|it| it.is_some()).map_err(|_| TooSlow)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounded(text: &str) -> Result<Bounded, TooSlow> {
        Bounded::new(&text.parse().unwrap())
    }

    #[test]
    fn finds_what_the_expression_finds() {
        for (expression, text) in [
            ("^(calloc|tc_.*)$", "tc_malloc"),
            ("^(calloc|tc_.*)$", "tc_\n"),
            ("é+$", "main.é"),
            (r"\bnew\b", "operator new[]"),
            ("^$", ""),
            ("(?i)MALLOC", "malloc"),
        ] {
            let expected = expression.parse::<Expression>().unwrap().is_match(text);
            let found = bounded(expression).unwrap().is_match(text);
            assert_eq!(found, Ok(expected), "{expression} in {text}");
        }
    }

    #[test]
    fn gives_up_where_it_would_take_long() {
        let mut number = 1u32;
        let text: String = (0..1 << 20)
            .map(|_| {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if number >> 31 == 0 { 'a' } else { 'b' }
            })
            .collect();
        assert_eq!(bounded("^((a|b)*a(a|b){300})$").unwrap().is_match(&text), Err(TooSlow));
        assert_eq!(bounded("^((a|b)*)$").unwrap().is_match(&text), Ok(true));
        assert!(bounded("((a{50}){50}){20}").is_err());
    }
}
