//! Cuts the frames that a profile itself calls uninteresting: `drop_frames` and `keep_frames`.
//!
//! Go never writes these fields; allocators of C++ name themselves there, so that a heap profile
//! starts at who allocated.
//!
//! Source: `profile/prune.go` of github.com/google/pprof (`RemoveUninteresting`, `Prune`).

use crate::model::{LocationId, Profile, Samples};

use super::bounded::{Bounded, TooSlow};
use super::demangle::pprof_name;
use super::expression::Expression;

/// What happens to a stack at one location.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    No,
    /// Its inlined callees are gone already; what it called goes.
    Beneath,
    /// It goes, and what it called.
    Here,
}

/// Cuts each stack at the first frame that is to be dropped, seen from the root, once a frame
/// that is to be kept has been seen. Expressions that do not compile drop nothing, as in pprof.
///
/// # Errors
/// [`TooSlow`] when the profile's expressions are none that anybody would write.
pub fn prune(profile: &mut Profile) -> Result<(), TooSlow> {
    let whole_name = |it| match profile.str(it) {
        "" => Ok(None),
        it => format!("^({it})$").parse::<Expression>().map(Some),
    };
    let (Ok(Some(drop)), Ok(keep)) =
        (whole_name(profile.drop_frames), whole_name(profile.keep_frames))
    else {
        return Ok(());
    };
    let mut drop = Bounded::new(&drop)?;
    let mut keep = keep.as_ref().map(Bounded::new).transpose()?;
    let mut is_dropped = Vec::with_capacity(profile.functions.len());
    for function in &profile.functions {
        let name = pprof_name(profile, function);
        let simple = without_parameters(&name);
        let is_kept = |keep: &mut Bounded| keep.is_match(simple);
        is_dropped.push(
            !name.is_empty()
                && drop.is_match(simple)?
                && !keep.as_mut().map_or(Ok(false), is_kept)?,
        );
    }
    let mut cuts = vec![Cut::No; profile.locations.len()];
    for (location, cut) in profile.locations.iter_mut().zip(&mut cuts) {
        let lines = &profile.lines[location.line_range()];
        let Some(idx) = lines.iter().rposition(|it| is_dropped[it.function.0 as usize]) else {
            continue;
        };
        let n_cut = idx as u32 + 1;
        if n_cut == location.n_lines {
            *cut = Cut::Here;
        } else {
            *cut = Cut::Beneath;
            // Also in stacks that are not cut here: the location itself has changed.
            location.first_line += n_cut;
            location.n_lines -= n_cut;
        }
    }
    if cuts.contains(&Cut::Here) || cuts.contains(&Cut::Beneath) {
        profile.samples = cut_stacks(&profile.samples, &cuts);
    }
    Ok(())
}

fn cut_stacks(samples: &Samples, cuts: &[Cut]) -> Samples {
    let mut out = Samples::new(samples.n_values());
    for sample in samples.iter() {
        let stack: Vec<LocationId> = sample.stack.iter().collect();
        let mut has_kept = false;
        let mut start = 0;
        for (idx, location) in stack.iter().enumerate().rev() {
            match cuts[location.0 as usize] {
                Cut::No => has_kept = true,
                Cut::Beneath if has_kept => start = idx,
                Cut::Here if has_kept => start = idx + 1,
                _ => continue,
            }
            if start > 0 {
                break;
            }
        }
        out.add(sample.values, &stack[start..], samples.labels(sample.labels));
    }
    out
}

/// A name up to its parameters, so that `f(int)` is found by `f`.
fn without_parameters(name: &str) -> &str {
    const NO_PARAMETERS: [&str; 2] = ["(anonymous namespace)", "operator()"];
    let name = name.strip_prefix('.').unwrap_or(name);
    let mut at = 0;
    while let Some(found) = name[at..].find(['(', 'o']) {
        at += found;
        if let Some(it) = NO_PARAMETERS.iter().find(|it| name[at..].starts_with(**it)) {
            at += it.len();
        } else if name[at..].starts_with('(') {
            return &name[..at];
        } else {
            at += 1;
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::without_parameters;

    #[test]
    fn cuts_parameters_but_not_what_looks_like_them() {
        for (name, expected) in [
            ("main.f", "main.f"),
            ("f(int)", "f"),
            (".f(int)", "f"),
            ("(anonymous namespace)::f(x)", "(anonymous namespace)::f"),
            ("T::operator()(x)", "T::operator()"),
            ("main.(*T).Run", "main."),
        ] {
            assert_eq!(without_parameters(name), expected);
        }
    }
}
