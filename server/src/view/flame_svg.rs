//! A call tree as a flame graph: one SVG document that needs nothing else.
//!
//! It is drawn by inferno, which brings zoom and search. A difference is coloured by it: red has
//! grown, blue has shrunk, and the width is what there is now.

use std::fmt::Write;

use anyhow::{Context, ensure};
use foldhash::HashMap;
use inferno::flamegraph::color::{BasicPalette, Palette};
use inferno::flamegraph::{Direction, Options, TextTruncateDirection, from_lines};

use crate::listing::{CallBox, CallTree};
use crate::stuck::short_name;

use super::escape::plain;

/// The stacks of all boxes written out, in bytes: few and deep ones repeat their names.
const MOST_BYTES: usize = 64 << 20;

/// Draws a tree. `title` says of what; `unit` is that of its values.
///
/// # Errors
/// When no box has a value to draw, or the stacks are too deep.
pub fn flame_svg(tree: &CallTree, title: &str, unit: &str) -> anyhow::Result<String> {
    let root = tree.boxes.first().map_or(0, |it| it.cum);
    ensure!(root > 0, "there is nothing to draw: the values of all samples together are {root}");
    let (factor, count_name) = scale(root, unit);
    let mut options = Options::default();
    options.title = plain(title).into_owned();
    options.colors = Palette::Basic(match unit {
        "nanoseconds" => BasicPalette::Hot,
        "bytes" => BasicPalette::Mem,
        _ => BasicPalette::Io,
    });
    // The same picture of the same profile.
    options.deterministic = true;
    // The root above, as in pprof's own.
    options.direction = Direction::Inverted;
    options.text_truncate_direction = TextTruncateDirection::Right;
    options.count_name = plain(&count_name).into_owned();
    options.factor = factor;
    let folded = folded(tree)?;
    let mut out = Vec::new();
    from_lines(&mut options, folded.lines(), &mut out).context("drawing the flame graph")?;
    String::from_utf8(out).context("drawing the flame graph")
}

/// inferno writes whole numbers: the unit in which the total has some digits.
fn scale(total: i64, unit: &str) -> (f64, String) {
    const MB: i64 = 1 << 20;
    const SECOND: i64 = 1_000_000_000;
    let (factor, name) = match unit {
        "bytes" if total >= MB => (1.0 / 1024.0, "kB"),
        "nanoseconds" if total >= SECOND => (1e-6, "ms"),
        "nanoseconds" => (1e-3, "us"),
        "count" => (1.0, "samples"),
        other => (1.0, other),
    };
    (factor, name.to_owned())
}

/// One line a box with a value of its own: `main;work;sum 50`, in a difference the base's first.
/// What was left out of the tree is the box's own here.
fn folded(tree: &CallTree) -> anyhow::Result<String> {
    let mut own: Vec<(i64, i64)> = tree.boxes.iter().map(|it| (it.cum, it.base_cum)).collect();
    for it in &tree.boxes {
        if let Some(parent) = it.parent {
            let sum = &mut own[parent as usize];
            *sum = (sum.0.saturating_sub(it.cum), sum.1.saturating_sub(it.base_cum));
        }
    }
    let is_difference = tree.boxes.iter().any(|it| it.base_cum != 0);
    let names = frame_names(&tree.names);
    let mut out = String::new();
    // The stack of the box before: the next one shares most of it.
    let mut stack = String::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut depths: Vec<usize> = Vec::with_capacity(tree.boxes.len());
    for (it, (now, base)) in tree.boxes.iter().zip(own) {
        let depth = depth(it, &depths);
        depths.push(depth);
        ends.truncate(depth);
        stack.truncate(ends.last().copied().unwrap_or(0));
        if let Some(name) = it.name {
            if !stack.is_empty() {
                stack.push(';');
            }
            stack.push_str(&names[name as usize]);
        }
        ends.push(stack.len());
        let (now, base) = (now.max(0), base.max(0));
        if (now, base) == (0, 0) || stack.is_empty() {
            continue;
        }
        // Writing to a text cannot fail.
        let _ = match is_difference {
            true => writeln!(out, "{stack} {base} {now}"),
            false => writeln!(out, "{stack} {now}"),
        };
        ensure!(
            out.len() <= MOST_BYTES,
            "the stacks are too deep to draw: choose a function with --focus"
        );
    }
    Ok(out)
}

fn depth(it: &CallBox, depths: &[usize]) -> usize {
    it.parent.map_or(0, |parent| depths[parent as usize] + 1)
}

/// What the boxes say: the names without the paths of their packages, where that is enough to tell
/// them apart.
fn frame_names(names: &[String]) -> Vec<String> {
    let mut n_times: HashMap<&str, u32> = HashMap::default();
    names.iter().for_each(|it| *n_times.entry(short_name(it)).or_default() += 1);
    let name = |it: &String| match short_name(it) {
        short if n_times[short] == 1 => frame_name(short),
        _ => frame_name(it),
    };
    names.iter().map(name).collect()
}

/// inferno ends a frame's name at `;` and takes what follows a space for a number.
fn frame_name(name: &str) -> String {
    let name = if name.is_empty() { "<unknown>" } else { name };
    plain(name).replace(';', "\u{ff1b}").replace(' ', "\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(boxes: &[(Option<u32>, &str, i64, i64)]) -> CallTree {
        let one = |(idx, &(parent, name, cum, base_cum)): (usize, &(_, &str, i64, i64))| CallBox {
            parent,
            name: (!name.is_empty()).then_some(idx as u32),
            cum,
            flat: 0,
            base_cum,
            base_flat: 0,
            line: None,
        };
        CallTree {
            total: 100,
            names: boxes.iter().map(|it| it.1.to_owned()).collect(),
            boxes: boxes.iter().enumerate().map(one).collect(),
            n_left_out: 0,
            unmatched_filters: Vec::new(),
        }
    }

    #[test]
    fn writes_each_stack_with_what_is_its_own() {
        let all = [(None, "", 90, 0), (Some(0), "main", 86, 0), (Some(1), "a;b 1", 80, 0)];
        let text = folded(&tree(&all)).unwrap();
        assert_eq!(text, "main 6\nmain;a\u{ff1b}b\u{a0}1 80\n");
        let all = [(None, "", 9, 0), (Some(0), "a/b.f", 5, 0), (Some(0), "c/b.f", 4, 0)];
        assert_eq!(folded(&tree(&all)).unwrap(), "a/b.f 5\nc/b.f 4\n");
        let all = [(None, "", 9, 0), (Some(0), "a/b.f", 5, 0), (Some(0), "c/b.g", 4, 0)];
        assert_eq!(folded(&tree(&all)).unwrap(), "b.f 5\nb.g 4\n");
        let all = [(None, "", 30, 50), (Some(0), "main", 30, 50), (Some(1), "gone", 0, 40)];
        assert_eq!(folded(&tree(&all)).unwrap(), "main 10 30\nmain;gone 40 0\n");
    }

    #[test]
    fn hostile_names_stay_text() {
        let name = "</text><script>alert(1)</script>\x1b[31m\u{202e}";
        let all = [(None, "", 90, 0), (Some(0), name, 90, 0)];
        let svg = flame_svg(&tree(&all), "]]><script>", "bytes").unwrap();
        assert!(!svg.contains("<script>alert") && !svg.contains("]]><script>"), "{svg}");
        assert!(!svg.contains(['\x1b', '\u{202e}']));
        assert!(svg.contains("&lt;script&gt;alert(1)"), "{svg}");
        assert_eq!(svg, flame_svg(&tree(&all), "]]><script>", "bytes").unwrap());
    }

    #[test]
    fn nothing_to_draw_is_an_error_that_says_so() {
        for boxes in [&[][..], &[(None, "", 0, 0)], &[(None, "", -4, 0)]] {
            let err = flame_svg(&tree(boxes), "t", "bytes").unwrap_err().to_string();
            assert!(err.contains("nothing to draw"), "{err}");
        }
    }
}
