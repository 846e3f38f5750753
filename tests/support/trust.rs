//! Scores the verdicts on the goroutines of `tests/targets/stuck`, each of which says by a
//! function's name what it is: `leaked` or `healthy`. Only this file looks at those names.

use std::collections::BTreeMap;
use std::process::Command;

use pprof_lens::decode;
use pprof_lens::model::{Dump, Frame, Goroutine};
use pprof_lens::source::{Places, Sources, sites};
use pprof_lens::stuck::{Judged, Known, Looks, Verdict, judge_knowing};

use super::go::Program;
use super::target::Target;

/// The scenario whose leaks are goroutines of net/http alone: those that hold a body.
const BODIES: &str = "HTTP body left open";

/// Every scenario of the suite, by its name.
pub(crate) fn scenarios(program: Program) -> Vec<String> {
    let output = Command::new(program.executable()).arg("-list").output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// One process for each scenario.
pub(crate) struct Suite {
    running: Vec<(String, Target)>,
}

impl Suite {
    /// Starts them all.
    pub(crate) fn start(program: Program) -> Suite {
        let running = scenarios(program)
            .into_iter()
            .map(|name| {
                let target = Target::start(program, &[&format!("-run={name}")]);
                (name, target)
            })
            .collect();
        Suite { running }
    }

    /// Takes a dump of each, `goroutine?debug=2` or `goroutineleak?debug=2`.
    pub(crate) fn look(&self, path: &str) -> Vec<(String, Dump)> {
        self.running
            .iter()
            .map(|(name, target)| (name.clone(), decode::dump(&target.get(path)).unwrap()))
            .collect()
    }
}

/// What was counted for one scenario.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Score {
    /// Goroutines that can never go on.
    pub(crate) n_leaked: usize,
    /// Of those, called proved or stuck.
    pub(crate) n_found: usize,
    /// Of those, called suspect.
    pub(crate) n_suspect: usize,
    /// Leaked ones that Go's detector marks, or whose wait has no end.
    pub(crate) n_provable: usize,
    /// Of those, called proved.
    pub(crate) n_proved: usize,
    /// All others.
    pub(crate) n_healthy: usize,
    /// Of those, called proved or stuck.
    pub(crate) n_false: usize,
}

impl Score {
    /// The share of the leaked ones that were found.
    pub(crate) fn recall(&self) -> f64 {
        share(self.n_found, self.n_leaked)
    }

    /// The share of the found ones that are leaked.
    pub(crate) fn precision(&self) -> f64 {
        share(self.n_found, self.n_found + self.n_false)
    }

    fn add(&mut self, other: &Score) {
        self.n_leaked += other.n_leaked;
        self.n_found += other.n_found;
        self.n_suspect += other.n_suspect;
        self.n_provable += other.n_provable;
        self.n_proved += other.n_proved;
        self.n_healthy += other.n_healthy;
        self.n_false += other.n_false;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The scores of some scenarios, and what went wrong in them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scores {
    /// By scenario, in the order in which they ran.
    pub(crate) by_scenario: Vec<(String, Score)>,
    /// A line for each group that was judged otherwise than it is.
    pub(crate) mistakes: Vec<String>,
}

impl Scores {
    /// All of them together.
    pub(crate) fn total(&self) -> Score {
        let mut total = Score::default();
        self.by_scenario.iter().for_each(|(_, it)| total.add(it));
        total
    }
}

/// What is at hand when a dump is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The files that the program was built from.
    Here,
    /// None, as on another machine.
    Elsewhere,
}

/// Judges the last of some looks of each scenario; the first was taken so many seconds before.
pub(crate) fn score(looks: &[Vec<(String, Dump)>], seconds: u64, source: Source) -> Scores {
    let mut scores = Scores::default();
    let workspace = vec![Program::Stuck.root()];
    let sources = Sources::new(Places { workspace, ..Places::default() }, Default::default());
    let (last, before) = looks.split_last().unwrap();
    for (idx, (name, second)) in last.iter().enumerate() {
        let mut earlier = None;
        for (nth, look) in before.iter().enumerate() {
            let now = seconds * nth as u64 / before.len() as u64;
            earlier = Some(Looks::after(earlier.as_ref(), &look[idx].1, now));
        }
        let sites = (source == Source::Here).then(|| sites(second, &sources));
        let earlier = earlier.as_ref();
        let known = Known { earlier, now: seconds, sites: sites.as_ref(), expected: None };
        let judged = judge_knowing(second, &known);
        let score = score_one(name, second, &judged, &mut scores.mistakes);
        scores.by_scenario.push((name.clone(), score));
    }
    scores
}

fn score_one(name: &str, dump: &Dump, judged: &Judged, mistakes: &mut Vec<String>) -> Score {
    let by_id: BTreeMap<u64, &Goroutine> = dump.goroutines.iter().map(|it| (it.id, it)).collect();
    let mut score = Score::default();
    for group in &judged.groups {
        let is_found = matches!(group.verdict, Verdict::Proved | Verdict::Stuck);
        for id in &group.ids {
            let goroutine = by_id[id];
            if is_half_of_a_connection(name, dump, goroutine) {
                continue;
            }
            if !is_leaked(name, dump, goroutine) {
                score.n_healthy += 1;
                score.n_false += usize::from(is_found);
                continue;
            }
            let is_provable = goroutine.leaked
                || ["nil chan", "no cases"].iter().any(|it| goroutine.state.contains(it));
            score.n_leaked += 1;
            score.n_found += usize::from(is_found);
            score.n_suspect += usize::from(group.verdict == Verdict::Suspect);
            score.n_provable += usize::from(is_provable);
            score.n_proved += usize::from(is_provable && group.verdict == Verdict::Proved);
        }
        let is_one_leaked = is_leaked(name, dump, by_id[&group.ids[0]]);
        let is_half = is_half_of_a_connection(name, dump, by_id[&group.ids[0]]);
        if is_found != is_one_leaked && !is_half {
            let frames: Vec<_> = group.frames.iter().map(|it| &*it.function).collect();
            mistakes.push(format!(
                "{name}: {:?} {} [{}] {}: {}",
                group.verdict,
                group.count(),
                group.state,
                frames.join(" < "),
                group.reason
            ));
        }
    }
    score
}

/// The writer of a connection whose reader is leaked: one leak counts once.
fn is_half_of_a_connection(scenario: &str, dump: &Dump, goroutine: &Goroutine) -> bool {
    let frames = &dump.stacks[goroutine.stack.0 as usize].frames;
    scenario == BODIES && frames.iter().any(|it| it.function.ends_with("(*persistConn).writeLoop"))
}

fn is_leaked(scenario: &str, dump: &Dump, goroutine: &Goroutine) -> bool {
    let stack = &dump.stacks[goroutine.stack.0 as usize];
    let is_called = |frame: &Frame, prefix: &str| {
        frame.function.split('.').any(|part| part.starts_with(prefix))
    };
    // In this one they belong to the library.
    if scenario == BODIES {
        return stack.frames.iter().any(|it| it.function.ends_with("(*persistConn).readLoop"));
    }
    // What it runs says more than who started it.
    if stack.frames.iter().any(|it| is_called(it, "healthy")) {
        return false;
    }
    let creator = stack.created_by.iter().map(|it| &it.frame);
    stack.frames.iter().chain(creator).any(|it| is_called(it, "leaked"))
}
