//! Flat and cum by file, line and function: what editors show.

use std::collections::BTreeMap;

use foldhash::HashMap;

use crate::model::{FunctionId, Profile};

use super::clean_path::clean_path;
use super::tally::{LANES, Tally};
use super::{FlatCum, Subject};

/// Flat and cum of one sample type, by file.
///
/// Lines follow `go tool pprof -list` (a line is counted once per sample); functions follow
/// `-top` (a function is counted once per sample, so recursion never passes 100 %).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// The build id of the program, its first mapping's; empty where the profile has none.
    pub build_id: String,
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
        Costs::of(subject.profile).listing(subject)
    }
}

/// Flat and cum of every line and function, of all sample types.
#[derive(Debug)]
pub struct Costs {
    groups: Vec<Tally>,
}

impl Costs {
    /// Sums over a profile.
    pub fn of(profile: &Profile) -> Costs {
        let same_as = same_functions(profile);
        let first_types = (0..profile.sample_types.len().max(1)).step_by(LANES);
        let groups = first_types.map(|first| Tally::of(profile, first, same_as.clone()));
        Costs { groups: groups.collect() }
    }

    /// Takes the sums that were made while the profile was decoded. None when they do not tell
    /// all: the profile has more sample types than are summed at once, or, which only its texts
    /// say, and they come last, functions that are one.
    pub fn of_tally(tally: Tally, profile: &Profile) -> Option<Costs> {
        let tells_all = profile.sample_types.len() <= LANES && same_functions(profile).is_none();
        tells_all.then(|| Costs { groups: vec![tally] })
    }

    /// The costs of the profile's sample type that `subject` chooses, by file.
    pub fn listing(&self, subject: Subject<'_>) -> Listing {
        let (profile, value_idx) = (subject.profile, subject.value_idx);
        let Some(tally) = self.groups.get(value_idx / LANES) else { return Listing::default() };
        let mut files: BTreeMap<String, FileListing> = BTreeMap::new();
        let mut flat_of: HashMap<FunctionId, i64> = HashMap::default();
        for (id, line, sum) in tally.lines(value_idx) {
            if sum == FlatCum::default() {
                continue;
            }
            let flat = flat_of.entry(id).or_default();
            *flat = flat.wrapping_add(sum.flat);
            let function = profile.function(id);
            let file = profile.str(function.filename);
            let (Ok(line), false) = (u32::try_from(line), file.is_empty()) else { continue };
            let name = profile.str(function.name).to_owned();
            let FlatCum { flat, cum } = sum;
            let line = LineCost { line, function: name, flat, cum };
            file_mut(&mut files, &clean_path(file)).lines.push(line);
        }
        let start_lines = start_lines(profile);
        for (id, cum) in tally.functions(value_idx) {
            let flat = flat_of.get(&id).copied().unwrap_or(0);
            let function = profile.function(id);
            let file = profile.str(function.filename);
            if file.is_empty() || (flat == 0 && cum == 0) {
                continue;
            }
            let name = profile.str(function.name);
            file_mut(&mut files, &clean_path(file)).functions.push(FunctionCost {
                name: name.to_owned(),
                start_line: start_lines.get(name).copied().unwrap_or(0),
                flat,
                cum,
            });
        }
        let mut files: Vec<FileListing> = files.into_values().collect();
        for file in &mut files {
            file.lines.sort_by(|a, b| (a.line, &a.function).cmp(&(b.line, &b.function)));
            file.functions.sort_by(|a, b| (a.start_line, &a.name).cmp(&(b.start_line, &b.name)));
        }
        let (n_samples, total) = tally.totals(value_idx);
        let total = if subject.base_samples.is_some() { subject.total() } else { total };
        let main = subject.profile.mappings.first();
        let build_id = main.map_or("", |it| subject.profile.str(it.build_id)).to_owned();
        Listing {
            build_id,
            sample_type: subject.sample_type().to_owned(),
            unit: subject.unit().to_owned(),
            total,
            n_samples,
            files,
        }
    }
}

/// For each function the first one of the same name and file; none where there is only one each,
/// as in all that Go writes.
fn same_functions(profile: &Profile) -> Option<Vec<FunctionId>> {
    let mut known = HashMap::default();
    let mut is_any = false;
    let ids = profile.functions.iter().zip(0..).map(|(it, idx)| {
        let file = clean_path(profile.str(it.filename));
        let first = *known.entry((profile.str(it.name), file)).or_insert(FunctionId(idx));
        is_any |= first != FunctionId(idx);
        first
    });
    let ids = ids.collect();
    is_any.then_some(ids)
}

fn file_mut<'a>(files: &'a mut BTreeMap<String, FileListing>, file: &str) -> &'a mut FileListing {
    files
        .entry(file.to_owned())
        .or_insert_with(|| FileListing { file: file.to_owned(), ..Default::default() })
}

/// The line of `func` by function name; Go writes one function a name.
fn start_lines(profile: &Profile) -> HashMap<&str, u32> {
    let mut out = HashMap::default();
    for function in &profile.functions {
        if let Ok(line) = u32::try_from(function.start_line)
            && line > 0
        {
            out.entry(profile.str(function.name)).or_insert(line);
        }
    }
    out
}
