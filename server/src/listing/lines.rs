//! Flat and cum by file, line and function: what editors show.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::Profile;

use super::Subject;
use super::nodes::{Granularity, Identity, Nodes};
use super::walk::{self, Selection, weights};

/// Flat and cum of one sample type, by file.
///
/// Lines follow `go tool pprof -list` (a line is counted once per sample); functions follow
/// `-top` (a function is counted once per sample, so recursion never passes 100 %).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// For example `cpu`.
    pub sample_type: String,
    /// For example `nanoseconds`.
    pub unit: String,
    /// Sum of the absolute values of all samples: what percentages refer to.
    pub total: i64,
    /// Number of samples with a value other than zero.
    pub n_samples: u64,
    /// Sorted by file.
    pub files: Vec<FileListing>,
}

/// Flat and cum of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileListing {
    /// Path as compiled in.
    pub file: String,
    /// Sorted by line, then by function.
    pub lines: Vec<LineCost>,
    /// Sorted by start line, then by name.
    pub functions: Vec<FunctionCost>,
}

/// Flat and cum of one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineCost {
    /// 1-based.
    pub line: u32,
    /// The function it was compiled into; several functions may share a line.
    pub function: String,
    /// Value of the line itself, in the sample type's unit.
    pub flat: i64,
    /// Value of the line and all it called.
    pub cum: i64,
    /// Number of samples with this line on their stack.
    pub n_samples: u64,
}

/// Flat and cum of one function.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FunctionCost {
    /// Full name, as in the profile.
    pub name: String,
    /// 1-based line of `func`; 0 when the profile does not say.
    pub start_line: u32,
    /// Value of the function itself, in the sample type's unit.
    pub flat: i64,
    /// Value of the function and all it called.
    pub cum: i64,
}

impl Listing {
    /// Flat and cum of every line and function of a profile. Names are the profile's own.
    pub fn of(subject: Subject<'_>) -> Listing {
        let profile = subject.profile;
        let selection = Selection { value_idx: subject.value_idx, samples: None };
        let mut files: BTreeMap<String, FileListing> = BTreeMap::new();

        let nodes = nodes_by(profile, Granularity::Lines);
        let sums = weights(profile, &nodes, selection, None);
        for node in sums.nonzero() {
            let (idx, info) = (node as usize, nodes.infos[node as usize]);
            let (Ok(line), false) = (u32::try_from(info.line), info.file == 0) else { continue };
            file_mut(&mut files, nodes.text(info.file)).lines.push(LineCost {
                line,
                function: nodes.text(info.name).to_owned(),
                flat: sums.flat[idx],
                cum: sums.cum[idx],
                n_samples: sums.n_samples[idx],
            });
        }

        let start_lines = start_lines(profile);
        let nodes = nodes_by(profile, Granularity::Filefunctions);
        let sums = weights(profile, &nodes, selection, None);
        for node in sums.nonzero() {
            let (idx, info) = (node as usize, nodes.infos[node as usize]);
            if info.file == 0 {
                continue;
            }
            let (name, file) = (nodes.text(info.name), nodes.text(info.file));
            file_mut(&mut files, file).functions.push(FunctionCost {
                name: name.to_owned(),
                start_line: start_lines.get(name).copied().unwrap_or(0),
                flat: sums.flat[idx],
                cum: sums.cum[idx],
            });
        }

        let mut n_samples = 0;
        walk::counted(profile, selection, |_, _| n_samples += 1);
        let mut files: Vec<FileListing> = files.into_values().collect();
        for file in &mut files {
            file.lines.sort_by(|a, b| (a.line, &a.function).cmp(&(b.line, &b.function)));
            file.functions.sort_by(|a, b| (a.start_line, &a.name).cmp(&(b.start_line, &b.name)));
        }
        Listing {
            sample_type: subject.sample_type().to_owned(),
            unit: subject.unit().to_owned(),
            total: subject.total(),
            n_samples,
            files,
        }
    }
}

fn nodes_by(profile: &Profile, granularity: Granularity) -> Nodes<'_> {
    let identity =
        Identity { granularity, no_inlines: false, object_names: false, pprof_names: false };
    Nodes::of(profile, identity)
}

fn file_mut<'a>(files: &'a mut BTreeMap<String, FileListing>, file: &str) -> &'a mut FileListing {
    files
        .entry(file.to_owned())
        .or_insert_with(|| FileListing { file: file.to_owned(), ..Default::default() })
}

/// The line of `func` by function name; Go writes one function a name.
fn start_lines(profile: &Profile) -> FxHashMap<&str, u32> {
    let mut out = FxHashMap::default();
    for function in &profile.functions {
        if let Ok(line) = u32::try_from(function.start_line)
            && line > 0
        {
            out.entry(profile.str(function.name)).or_insert(line);
        }
    }
    out
}
