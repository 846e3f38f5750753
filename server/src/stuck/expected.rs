//! Knows the goroutines that wait as long as they live, in programs that are well.

use std::cell::OnceCell;
use std::sync::LazyLock;

use foldhash::HashSet;
use serde::Deserialize;

use crate::model::{Dump, Stack};

use super::function_name::FunctionName;
use super::place::waiting_idx;
use super::project::Expected;

/// An entry of `expected_idle.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) function: String,
    #[serde(default)]
    pub(super) states: Vec<String>,
    #[serde(default, rename = "where")]
    place: Place,
    /// Only while some goroutine is in this function.
    with: Option<String>,
    pub(super) why: String,
}

/// A goroutine that looks idle and is not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    function: String,
    states: Vec<String>,
    unless: String,
    why: String,
}

/// Where in the stack the function must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    /// It waits, or a call of it is the wait.
    #[default]
    Waiting,
    /// Anywhere.
    Anywhere,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    idle: Vec<Entry>,
    #[serde(default)]
    held: Vec<Held>,
}

/// The entries with their names split. A test parses the file, so here it cannot fail.
static ENTRIES: LazyLock<Entries> =
    LazyLock::new(|| toml::from_str(include_str!("expected_idle.toml")).unwrap_or_default());

static IDLE: LazyLock<Vec<(FunctionName, &Entry)>> =
    LazyLock::new(|| ENTRIES.idle.iter().map(|it| (FunctionName::new(&it.function), it)).collect());

/// Why a goroutine that looks idle is not; none when nothing says so.
pub(super) fn why_held(state: &str, stack: &Stack, present: &Present<'_>) -> Option<&'static str> {
    let held = ENTRIES.held.iter().find(|it| {
        it.states.iter().any(|it| it == state)
            && stack.frames.first().is_some_and(|frame| *frame.function == it.function)
    })?;
    (!present.is_anybody_in(&held.unless)).then_some(&held.why)
}

/// The functions that goroutines of a dump are in.
pub(super) struct Present<'a> {
    dump: &'a Dump,
    /// Few dumps are asked, and those for each group.
    functions: OnceCell<HashSet<&'a str>>,
}

impl<'a> Present<'a> {
    pub(super) fn of(dump: &'a Dump) -> Present<'a> {
        Present { dump, functions: OnceCell::new() }
    }

    fn is_anybody_in(&self, function: &str) -> bool {
        let functions = self.functions.get_or_init(|| {
            let frames = self.dump.stacks.iter().flat_map(|it| &it.frames);
            frames.map(|it| &*it.function).collect()
        });
        functions.contains(function)
    }
}

/// Why a goroutine with this stack may wait like this for ever; none when nothing says so.
pub(super) fn why_expected<'a>(
    state: &str,
    stack: &Stack,
    present: &Present<'_>,
    project: Option<&'a Expected>,
) -> Option<&'a str> {
    let names: Vec<FunctionName> =
        stack.frames.iter().map(|it| FunctionName::new(&it.function)).collect();
    let n_waiting = waiting_idx(stack).map_or(names.len(), |it| it + 1);
    let fits = |pattern: &FunctionName, entry: &Entry| {
        let in_reach = match entry.place {
            Place::Waiting => &names[..n_waiting],
            Place::Anywhere => &names[..],
        };
        (entry.states.is_empty() || entry.states.iter().any(|it| it == state))
            && in_reach.iter().any(|it| it.fits(pattern))
            && entry.with.as_ref().is_none_or(|it| present.is_anybody_in(it))
    };
    let of_project = project.iter().flat_map(|it| &it.idle).map(|(name, entry)| (name, entry));
    let own = IDLE.iter().map(|(name, entry)| (name, *entry));
    own.chain(of_project).find(|(name, entry)| fits(name, entry)).map(|it| &*it.1.why)
}

#[cfg(test)]
mod tests {
    use crate::model::Frame;

    use super::*;

    fn why(state: &str, functions: &[&str]) -> Option<&'static str> {
        let frame = |it: &&str| Frame { function: (*it).into(), file: "/x.go".into(), line: 1 };
        let frames = functions.iter().map(frame).collect();
        let stack = Stack { frames, n_elided: 0, created_by: None };
        why_expected(state, &stack, &Present::of(&Dump::default()), None)
    }

    #[test]
    fn the_list_parses_and_its_states_exist() {
        let entries: Entries = toml::from_str(include_str!("expected_idle.toml")).unwrap();
        assert!(entries.idle.len() > 30);
        let none = Stack { frames: Vec::new(), n_elided: 0, created_by: None };
        for it in &entries.idle {
            assert!(it.function.contains('.') && !it.why.is_empty(), "{it:?}");
            for state in &it.states {
                assert_ne!(
                    super::super::wait::wait(state, &none, None),
                    super::super::wait::Wait::Unknown,
                    "{it:?}"
                );
            }
        }
    }

    #[test]
    fn an_entry_holds_for_the_function_that_waits() {
        let tea = "charm.land/bubbletea/v2.(*Program).eventLoop";
        assert!(why("select", &[tea, "main.main"]).is_some());
        // An event loop that is held up in something that it called does not rest.
        assert_eq!(why("select", &["main.(*Model).Update", tea, "main.main"]), None);
        assert_eq!(why("chan receive", &[tea, "main.main"]), None);
        assert!(
            why("syscall", &["syscall.Syscall6", "internal/poll.(*FD).Read", "os.(*File).Read"])
                .is_some()
        );
        assert_eq!(why("select", &["database/sql.(*DB).conn", "main.query"]), None);
        assert!(why("select", &["database/sql.(*DB).connectionOpener"]).is_some());
    }
}
