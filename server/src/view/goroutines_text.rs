//! Judged goroutines as text for a terminal: what is loud in full, the rest in a line each.
//!
//! The text carries colours; whoever writes it takes them out where nobody sees them.

use std::collections::HashMap;
use std::path::Path;

use anstyle::{AnsiColor, Style};

use crate::model::Frame;
use crate::stuck::{
    Group, Judged, PileUp, PlaceKey, Resource, Trends, Verdict, is_standard_library, short_name,
    span,
};

use super::escape::plain;
use super::trend::recent_change;
use super::words::{goroutines, goroutines_verb, verdict as word};

/// How to write it.
#[derive(Debug, Clone, Copy)]
pub struct GoroutinesText<'a> {
    /// Where the dump came from, for the first line.
    pub from: &'a str,
    /// Files below this folder are named relative to it.
    pub folder: Option<&'a Path>,
    /// Columns of the terminal.
    pub width: usize,
    /// Write every group in full.
    pub all: bool,
    /// How many goroutines there were at earlier looks.
    pub trends: Option<&'a Trends>,
}

/// Frames of a group that are written unless all are wanted.
const MOST_FRAMES: usize = 8;
/// Ids of a group that are written.
const MOST_IDS: usize = 8;

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// A line of totals, then the groups, loudest first.
pub fn goroutines_text(judged: &Judged, how: &GoroutinesText<'_>) -> String {
    let mut out = totals(judged, how);
    let is_in_full = |it: &&Group| how.all || it.verdict <= Verdict::Suspect;
    for group in judged.groups.iter().filter(is_in_full) {
        out += "\n";
        full(&mut out, group, how);
    }
    for pile_up in judged.pile_ups.iter().filter(|it| is_shown(it, judged)) {
        out += "\n";
        out += &wrapped(&pile_up_text(pile_up), how.width);
    }
    if !how.all {
        let mut is_first = true;
        for verdict in [Verdict::Idle, Verdict::Running] {
            let groups: Vec<&Group> =
                judged.groups.iter().filter(|it| it.verdict == verdict).collect();
            if !groups.is_empty() {
                out += if std::mem::take(&mut is_first) { "\n" } else { "" };
                out += &summary(verdict, &groups, how.width);
            }
        }
    }
    out
}

/// One that waits for a moment is no pile-up.
fn is_shown(pile_up: &PileUp, judged: &Judged) -> bool {
    let is_loud = |it: &Group| it.verdict <= Verdict::Stuck && it.ids.contains(&pile_up.ids[0]);
    let is_explained = pile_up.likely_holder.is_some() && judged.groups.iter().any(is_loud);
    pile_up.ids.len() > 1 || is_explained
}

/// `3 goroutines wait for one lock, likely held by goroutine 12, which is in main.f (syscall).`
fn pile_up_text(pile_up: &PileUp) -> String {
    let thing = match pile_up.resource {
        Resource::Lock => "one lock",
        Resource::DatabaseConnection => "a connection of one database",
    };
    let holder = match &pile_up.likely_holder {
        Some(it) => format!(
            "likely held by goroutine {}, which is in {} ({})",
            it.id,
            short_name(&it.function),
            it.state
        ),
        None => "and no goroutine is seen that may hold it".to_owned(),
    };
    let waiting = goroutines_verb(pile_up.ids.len(), "waits", "wait");
    let ids: Vec<String> = pile_up.ids.iter().take(MOST_IDS).map(ToString::to_string).collect();
    let more = if pile_up.ids.len() > MOST_IDS { ", …" } else { "" };
    format!("{waiting} for {thing}, {holder}. Waiting: {}{more}.", ids.join(", "))
}

/// `31 goroutines of sidecar: 2 proved, 3 stuck, 24 idle, 2 running`.
fn totals(judged: &Judged, how: &GoroutinesText<'_>) -> String {
    let counts: Vec<String> =
        [Verdict::Proved, Verdict::Stuck, Verdict::Suspect, Verdict::Idle, Verdict::Running]
            .into_iter()
            .filter_map(|verdict| {
                let alike = judged.groups.iter().filter(|it| it.verdict == verdict);
                let count: usize = alike.map(Group::count).sum();
                let style = style(verdict);
                (count > 0).then(|| format!("{style}{count} {}{style:#}", word(verdict)))
            })
            .collect();
    let from = plain(how.from);
    let head = format!("{STRONG}{}{STRONG:#} of {from}", goroutines(judged.total));
    let n_columns = goroutines(judged.total).len() + from.chars().count() + 50;
    let between = if n_columns <= how.width { ": " } else { ":\n  " };
    let mut out = format!("{head}{between}{}\n", counts.join(", "));
    if judged.truncated {
        out += &wrapped("The dump was cut: the program has more goroutines than these.", how.width);
    }
    out
}

/// Everything about a group.
fn full(out: &mut String, group: &Group, how: &GoroutinesText<'_>) {
    let style = style(group.verdict);
    *out += &format!("{style}{}{style:#}  ", word(group.verdict).to_uppercase());
    *out += &format!("{STRONG}{}{STRONG:#}", goroutines(group.count()));
    *out += &format!(" · {}", plain(&group.state));
    if let Some(seconds) = group.oldest_seconds.filter(|it| *it > 0) {
        let oldest = if group.count() == 1 { "" } else { "oldest " };
        *out += &format!(" · {oldest}{}", span(seconds));
    }
    let points = how.trends.map(|it| it.at(PlaceKey::of_frames(&group.frames)));
    if let Some(change) = points.and_then(recent_change) {
        *out += &format!(" · {change}");
    }
    *out += "\n";
    *out += &wrapped(&group.reason, how.width);

    let calls = calls(&group.frames);
    let n_shown = if how.all { calls.len() } else { MOST_FRAMES };
    for call in calls.iter().take(n_shown) {
        match call {
            Call::Own(frame, n_times) => place(out, "", frame, *n_times, how),
            Call::Library(frames) => library(out, frames, how),
        }
    }
    if let Some(n_more) = calls.len().checked_sub(n_shown).filter(|it| *it > 0) {
        *out += &format!("    {DIM}and {n_more} more calls, which --all lists{DIM:#}\n");
    }
    if group.n_elided > 0 {
        *out += &format!("    {DIM}Go left out {} or more calls{DIM:#}\n", group.n_elided);
    }
    if let Some(created_by) = &group.created_by {
        place(out, "started by ", &created_by.frame, 1, how);
    }
    if !group.labels.is_empty() {
        let labels: Vec<String> = group
            .labels
            .iter()
            .map(|(key, value)| format!("{}={}", plain(key), plain(value)))
            .collect();
        *out += &format!("    {DIM}labels {}{DIM:#}\n", labels.join(", "));
    }
    let ids: Vec<String> = group.ids.iter().take(MOST_IDS).map(ToString::to_string).collect();
    let more = match group.ids.len().saturating_sub(MOST_IDS) {
        0 => String::new(),
        n_more => format!(" and {n_more} more"),
    };
    let ids_word = if group.count() == 1 { "id" } else { "ids" };
    *out += &format!("    {DIM}{ids_word} {}{more}{DIM:#}\n", ids.join(", "));
}

/// A call of the program's own (with how often it stands there in a row, in a recursion), or a run
/// of calls inside Go's library.
enum Call<'a> {
    Own(&'a Frame, usize),
    Library(&'a [Frame]),
}

fn calls(frames: &[Frame]) -> Vec<Call<'_>> {
    let is_one_run =
        |a: &Frame, b: &Frame| a == b || is_standard_library(a) && is_standard_library(b);
    let runs = frames.chunk_by(is_one_run);
    runs.map(|run| match run {
        [frame, ..] if !is_standard_library(frame) => Call::Own(frame, run.len()),
        run => Call::Library(run),
    })
    .collect()
}

/// Calls inside Go's library: the one that was called, and how many it took.
fn library(out: &mut String, frames: &[Frame], how: &GoroutinesText<'_>) {
    if how.all {
        return frames.iter().for_each(|it| place(out, "", it, 1, how));
    }
    let Some(called) = frames.last() else { return };
    let inner = match frames.len() - 1 {
        0 => String::new(),
        1 => ", and 1 call inside it".to_owned(),
        n => format!(", and {n} calls inside it"),
    };
    *out += &format!("    {DIM}{}{inner}{DIM:#}\n", plain(&called.function));
}

/// `function  file:line`, on two lines where it is too long for one.
fn place(out: &mut String, role: &str, frame: &Frame, n_times: usize, how: &GoroutinesText<'_>) {
    let times = if n_times == 1 { String::new() } else { format!(" ({n_times} times)") };
    let function = plain(short_name(&frame.function));
    let n_columns = 4 + role.len() + function.chars().count() + times.len() + 2;
    let place = shown_place(frame, how.folder);
    *out += &format!("    {DIM}{role}{DIM:#}{function}{DIM}{times}");
    if n_columns + place.chars().count() <= how.width {
        *out += &format!("  {place}{DIM:#}\n");
    } else {
        *out += &format!("\n      {}{DIM:#}\n", cut_front(&place, how.width.saturating_sub(6)));
    }
}

/// `file:line`, below the folder where it is.
fn shown_place(frame: &Frame, folder: Option<&Path>) -> String {
    let path = Path::new(&*frame.file);
    let below = folder.and_then(|it| path.strip_prefix(it).ok()).unwrap_or(path);
    format!("{}:{}", plain(&below.to_string_lossy()), frame.line)
}

/// Cuts folders from the front until the text fits.
fn cut_front(path: &str, width: usize) -> String {
    let n_chars = path.chars().count();
    if n_chars <= width {
        return path.to_owned();
    }
    let tail: String = path.chars().skip(n_chars + 1 - width.max(1)).collect();
    // Better a whole folder less than half a name.
    let whole = tail.find('/').map_or(tail.as_str(), |it| &tail[it..]);
    format!("…{whole}")
}

/// `IDLE  24 goroutines: 9 select, 8 chan receive, 5 IO wait`.
fn summary(verdict: Verdict, groups: &[&Group], width: usize) -> String {
    let mut by_state: Vec<(&str, usize)> = Vec::new();
    let mut idx_of = HashMap::new();
    for it in groups {
        let idx = *idx_of.entry(it.state.as_str()).or_insert(by_state.len());
        if idx == by_state.len() {
            by_state.push((&it.state, 0));
        }
        by_state[idx].1 += it.count();
    }
    by_state.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let total: usize = groups.iter().map(|it| it.count()).sum();
    let mut line = format!("  {}: ", goroutines(total));
    let word = word(verdict).to_uppercase();
    let room = width.saturating_sub(word.len());
    for (idx, (state, count)) in by_state.iter().enumerate() {
        let item = format!("{}{count} {}", if idx == 0 { "" } else { ", " }, plain(state));
        if room < line.chars().count() + item.chars().count() + ", …".chars().count() {
            line += ", …";
            break;
        }
        line += &item;
    }
    let style = style(verdict);
    format!("{style}{word}{style:#}{line}\n")
}

/// Breaks a sentence between words; two columns in.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut n_columns = 0;
    for word in plain(text).split(' ') {
        let n_chars = word.chars().count();
        if n_columns == 0 || width < n_columns + 1 + n_chars {
            out += if n_columns == 0 { "  " } else { "\n  " };
            n_columns = 2;
        } else {
            out += " ";
            n_columns += 1;
        }
        out += word;
        n_columns += n_chars;
    }
    out + "\n"
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Proved => AnsiColor::Red.on_default().bold(),
        Verdict::Stuck => AnsiColor::Magenta.on_default().bold(),
        Verdict::Suspect => AnsiColor::Yellow.on_default().bold(),
        Verdict::Idle => AnsiColor::Blue.on_default(),
        Verdict::Running => AnsiColor::Green.on_default(),
    }
}
