//! What a project's own file adds to the list of expected goroutines and to the table of waits.
//!
//! ```toml
//! [[goroutines.idle]]                       # as in `expected_idle.toml`
//! function = "internal/bus.(*Bus).listen"
//! states = ["select"]
//! why = "listens for events"
//!
//! [goroutines.waits]                        # as in `wait_reasons.toml`
//! idle = ["a wait reason of a newer Go"]
//! ```

use foldhash::HashMap;
use serde::Deserialize;
use toml::{Table, Value};

use super::expected::Entry;
use super::function_name::FunctionName;
use super::wait::{Wait, is_known_state};

/// The additions, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expected {
    pub(super) idle: Vec<(FunctionName, Entry)>,
    pub(super) waits: HashMap<String, Wait>,
}

/// The text of an entry that says of a function that goroutines may wait in it. Any text is
/// written as what it is: the function's name came from a program.
pub fn idle_entry_text(function: &str, states: &[String], why: &str) -> String {
    let text = |it: &str| Value::String(it.to_owned()).to_string();
    let mut out = format!("[[goroutines.idle]]\nfunction = {}\n", text(function));
    if !states.is_empty() {
        let states: Vec<String> = states.iter().map(|it| text(it)).collect();
        out += &format!("states = [{}]\n", states.join(", "));
    }
    out + &format!("why = {}\n", text(why))
}

/// Longest sentence about an entry, in characters.
const MOST_WHY: usize = 200;

impl Expected {
    /// Whether an entry of the project's says this of a function already.
    pub fn has(&self, function: &str, states: &[String]) -> bool {
        self.idle.iter().any(|(_, it)| it.function == function && it.states == states)
    }

    /// Adds what the section `goroutines` of a project's file says. Returns a message for each part
    /// that is not used; the other parts are.
    pub fn extend(&mut self, section: Value) -> Vec<String> {
        let Value::Table(mut goroutines) = section else {
            return vec!["goroutines: expected a section".to_owned()];
        };
        let mut problems = Vec::new();
        // Waits first: an entry may name a state that the file adds.
        match goroutines.remove("waits") {
            None => {}
            Some(Value::Table(it)) => self.add_waits(it, &mut problems),
            Some(_) => problems.push("goroutines.waits: expected a section".to_owned()),
        }
        match goroutines.remove("idle") {
            None => {}
            Some(Value::Array(it)) => self.add_idle(it, &mut problems),
            Some(_) => {
                problems.push("goroutines.idle: expected [[goroutines.idle]]".to_owned());
            }
        }
        problems
            .extend(goroutines.keys().map(|it| format!("goroutines.{it}: there is no such key")));
        problems
    }

    fn add_waits(&mut self, lists: Table, problems: &mut Vec<String>) {
        for (key, value) in lists {
            let wait = Value::String(key.clone()).try_into::<Wait>();
            let states = value.try_into::<Vec<String>>();
            match (wait, states) {
                (Ok(wait), Ok(states)) => {
                    self.waits.extend(states.into_iter().map(|it| (it, wait)));
                }
                (Err(err), _) => {
                    problems
                        .push(format!("goroutines.waits.{key}: {}", one_line(&err.to_string())));
                }
                (_, Err(err)) => {
                    problems
                        .push(format!("goroutines.waits.{key}: {}", one_line(&err.to_string())));
                }
            }
        }
    }

    fn add_idle(&mut self, entries: Vec<Value>, problems: &mut Vec<String>) {
        for (idx, value) in entries.into_iter().enumerate() {
            let read = Entry::deserialize(value).map_err(|err| one_line(&err.to_string()));
            match read.and_then(|it| self.checked(it)) {
                Ok(entry) => self.idle.push((FunctionName::new(&entry.function), entry)),
                Err(why) => {
                    problems
                        .push(format!("goroutines.idle, entry {}: {why}; it is not used", idx + 1));
                }
            }
        }
    }

    fn checked(&self, entry: Entry) -> Result<Entry, String> {
        if FunctionName::new(&entry.function).has_no_symbol() {
            return Err(format!(
                "function {:?} names no function: write the package and the name, as in \
                 \"internal/bus.(*Bus).listen\"",
                entry.function
            ));
        }
        if let Some(state) =
            entry.states.iter().find(|it| !is_known_state(it) && !self.waits.contains_key(*it))
        {
            return Err(format!(
                "there is no state {state:?}: write what stands in the brackets of the dump, as in \
                 \"chan receive\""
            ));
        }
        let n_chars = entry.why.trim().chars().count();
        if n_chars == 0 || MOST_WHY < n_chars {
            return Err(format!("why must have 1 to {MOST_WHY} characters"));
        }
        Ok(entry)
    }
}

/// A message of TOML's parser in one line: it has its place in the first, and draws the text below.
pub fn one_line(message: &str) -> String {
    let lines = message.lines().map(str::trim);
    let lines = lines.filter(|it| !it.is_empty() && !it.contains('|'));
    lines.collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> Value {
        text.parse::<Table>().unwrap().remove("goroutines").unwrap()
    }

    #[test]
    fn a_mistake_is_reported_and_the_rest_is_used() {
        let mut expected = Expected::default();
        let problems = expected.extend(section(
            "[goroutines]\nidel = 1\n[[goroutines.idle]]\nfunction = \"app.listen\"\nwhy = \"listens\"\n\
             [[goroutines.idle]]\nfunction = \"listen\"\nwhy = \"x\"\n\
             [[goroutines.idle]]\nfunction = \"app.f\"\nwhy = \" \"\n\
             [[goroutines.idle]]\nfunction = \"app.f\"\nstates = [\"chan recv\"]\nwhy = \"x\"\n\
             [[goroutines.idle]]\nfunction = \"app.f\"\nstates = [\"new wait\"]\nwhy = \"x\"\n\
             [[goroutines.idle]]\nfunction = \"app.f\"\nwhen = 1\nwhy = \"x\"\n\
             [goroutines.waits]\nidle = [\"new wait\"]\nsleepy = []\npartner = 3\n",
        ));
        assert_eq!(expected.idle.len(), 2);
        assert_eq!(expected.waits.get("new wait"), Some(&Wait::Idle));
        insta::assert_snapshot!(problems.join("\n"), @r#"
        goroutines.waits.partner: invalid type: integer `3`, expected a sequence
        goroutines.waits.sleepy: unknown variant `sleepy`, expected one of `forever`, `partner`, `resting`, `children`, `syscall`, `idle`, `running`, `tests`
        goroutines.idle, entry 2: function "listen" names no function: write the package and the name, as in "internal/bus.(*Bus).listen"; it is not used
        goroutines.idle, entry 3: why must have 1 to 200 characters; it is not used
        goroutines.idle, entry 4: there is no state "chan recv": write what stands in the brackets of the dump, as in "chan receive"; it is not used
        goroutines.idle, entry 6: unknown field `when`, expected one of `function`, `states`, `where`, `with`, `why`; it is not used
        goroutines.idel: there is no such key
        "#);
    }

    #[test]
    fn sections_of_the_wrong_shape() {
        let problems = |text: &str| Expected::default().extend(section(text)).join("\n");
        insta::assert_snapshot!(problems("goroutines = 1"), @"goroutines: expected a section");
        insta::assert_snapshot!(problems("[goroutines]\nidle = 1\nwaits = 2"), @"
        goroutines.waits: expected a section
        goroutines.idle: expected [[goroutines.idle]]
        ");
    }
}
