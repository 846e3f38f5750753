//! One capture with its costs put on the lines of the files here.
//!
//! Beside pprof's flat and cum, each line has its own cost: that of the samples whose innermost
//! frame in the workspace is this line. A line that spends its time in the library code it calls
//! has no flat, and a line that calls hot code of the workspace has no own.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foldhash::HashMap;

use crate::listing::{FunctionCost, Listing, Subject, clean_path};
use crate::model::{FunctionId, Kind, LastGc, Profile};
use crate::source::{Doubt, RootKind, Snapshot, SourceFile, Sources, own_name};

/// Lines of [`Located::hottest`].
const MOST_HOTTEST: usize = 100;

/// A capture whose files were found and read, once, when it arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// What was captured.
    pub kind: Kind,
    /// For example `cpu`.
    pub sample_type: String,
    /// For example `nanoseconds`.
    pub unit: String,
    /// What percentages refer to, in the unit.
    pub total: i64,
    /// Share of the total with a frame in the workspace, in the unit.
    pub total_here: i64,
    /// What [`LineValues::count`] counts, for example `samples`.
    pub counted: String,
    /// Of the whole capture.
    pub count: i64,
    /// Of the samples with a frame in the workspace.
    pub count_here: i64,
    /// Distance between two samples in the unit, where the profile says.
    pub period: Option<i64>,
    /// How long before a heap profile the garbage was collected that it is as of.
    pub gc_age: Option<GcAge>,
    /// How long the capture took, in nanoseconds; 0 for a snapshot.
    pub duration_nanos: i64,
    /// The workspace's lines with the largest own cost: path and line, hottest first.
    pub hottest: Vec<(PathBuf, u32)>,
    /// By path; GOROOT and the module cache included.
    pub files: BTreeMap<PathBuf, LocatedFile>,
}

/// An age in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GcAge {
    /// This.
    Exactly(i64),
    /// At most this.
    AtMost(i64),
}

impl GcAge {
    /// Of a collection, at the time of the profile.
    pub fn of(last_gc: LastGc, time_nanos: i64) -> GcAge {
        let age = time_nanos.saturating_sub(last_gc.since).max(0);
        if last_gc.is_exact { GcAge::Exactly(age) } else { GcAge::AtMost(age) }
    }
}

/// The costs of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct LocatedFile {
    /// The file, with the text that the lines belong to.
    pub file: Arc<SourceFile>,
    /// By line of that text, 1-based.
    pub lines: BTreeMap<u32, LineValues>,
    /// Sorted by start line, then by name.
    pub functions: Vec<FunctionCost>,
    /// Why the lines are not those of the text that is here: only functions are known, by name.
    pub unknown: Option<Doubt>,
}

/// What one line costs, in the sample type's unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineValues {
    /// The line itself.
    pub flat: i64,
    /// The line and all it called; once per sample.
    pub cum: i64,
    /// The line and what it called outside the workspace.
    pub own: i64,
    /// Samples, objects or contentions with this line on the stack.
    pub count: i64,
    /// The function that it stands in; the first of several.
    pub function: Arc<str>,
    /// The function that its code was inlined into; the first of several.
    pub inlined_into: Option<Arc<str>>,
}

impl Located {
    /// Finds the files of a capture and sums its samples by line. `listing` is the subject's own.
    pub fn of(kind: Kind, subject: Subject<'_>, listing: &Listing, sources: &Sources) -> Located {
        let profile = subject.profile;
        let functions = listing.files.iter().flat_map(|file| {
            let lines = file.lines.iter().map(|it| it.function.as_str());
            let functions = file.functions.iter().map(|it| it.name.as_str());
            functions.chain(lines).map(|it| (file.file.as_str(), it))
        });
        let snapshot = Snapshot::take(sources, functions);
        let count_idx = count_idx(profile, subject.value_idx);
        let counted = count_idx.map_or("stacks", |it| profile.str(profile.sample_types[it].typ));
        let mut located = Located {
            kind,
            sample_type: listing.sample_type.clone(),
            unit: listing.unit.clone(),
            total: listing.total,
            total_here: 0,
            counted: counted.rsplit('_').next().unwrap_or_default().to_owned(),
            count: 0,
            count_here: 0,
            period: period(kind, &subject),
            gc_age: None,
            duration_nanos: profile.duration_nanos,
            hottest: Vec::new(),
            files: BTreeMap::new(),
        };
        for file in &listing.files {
            for function in &file.functions {
                if let Some(source) = snapshot.file(&file.file, &function.name) {
                    located.file_mut(source).functions.push(function.clone());
                }
            }
        }
        for file in located.files.values_mut() {
            file.functions.sort_by(|a, b| (a.start_line, &a.name).cmp(&(b.start_line, &b.name)));
        }
        located.add_samples(subject, count_idx, &snapshot);
        for file in located.files.values_mut() {
            file.unknown = file.unknown();
        }
        located.hottest = located.hottest();
        located
    }

    /// A file's costs.
    pub fn at(&self, path: &Path) -> Option<&LocatedFile> {
        self.files.get(path)
    }

    fn hottest(&self) -> Vec<(PathBuf, u32)> {
        let files = self.files.values().filter(|it| it.file.root == RootKind::Workspace);
        let lines = files.flat_map(|file| {
            let lines = file.lines.iter().filter(|(_, it)| it.own > 0);
            lines.map(|(&line, it)| (it.own, file.file.path.as_path(), line))
        });
        let mut all: Vec<(i64, &Path, u32)> = lines.collect();
        all.sort_by_key(|&(own, path, line)| (Reverse(own), path, line));
        all.truncate(MOST_HOTTEST);
        all.into_iter().map(|(_, path, line)| (path.to_owned(), line)).collect()
    }

    fn file_mut(&mut self, source: &Arc<SourceFile>) -> &mut LocatedFile {
        self.files.entry(source.path.clone()).or_insert_with(|| LocatedFile {
            file: source.clone(),
            lines: BTreeMap::new(),
            functions: Vec::new(),
            unknown: None,
        })
    }

    fn add_samples(&mut self, subject: Subject<'_>, count_idx: Option<usize>, snapshot: &Snapshot) {
        let profile = subject.profile;
        let places = Places::of(profile, snapshot);
        let mut sums = vec![LineValues::default(); places.all.len()];
        // The sample that a place was last counted for: once per sample, however deep.
        let mut last_seen = vec![usize::MAX; places.all.len()];
        for (sample_idx, sample) in profile.samples.iter().enumerate() {
            let value = sample.values[subject.value_idx];
            if value == 0 {
                continue;
            }
            let count = count_idx.map_or(1, |it| sample.values[it]);
            self.count = self.count.saturating_add(count);
            let mut own = None;
            let mut is_leaf = true;
            let lines = sample.stack.iter().flat_map(|it| {
                // A location without names is a frame, too: the leaf is then not ours.
                let range = profile.locations[it.0 as usize].line_range();
                let unnamed = range.is_empty().then_some(None);
                range.map(|idx| places.of_line[idx]).chain(unnamed)
            });
            for place in lines {
                let was_leaf = std::mem::replace(&mut is_leaf, false);
                let Some(place) = place else { continue };
                let sum = &mut sums[place];
                if was_leaf {
                    sum.flat = sum.flat.saturating_add(value);
                }
                if places.all[place].is_workspace && own.is_none() {
                    own = Some(place);
                    sum.own = sum.own.saturating_add(value);
                }
                if last_seen[place] != sample_idx {
                    last_seen[place] = sample_idx;
                    sum.cum = sum.cum.saturating_add(value);
                    sum.count = sum.count.saturating_add(count);
                }
            }
            if own.is_some() {
                self.total_here = self.total_here.saturating_add(value.saturating_abs());
                self.count_here = self.count_here.saturating_add(count);
            }
        }
        for (place, mut sum) in places.all.into_iter().zip(sums) {
            if sum.cum != 0 || sum.flat != 0 {
                sum.function = place.function;
                sum.inlined_into = place.inlined_into;
                self.file_mut(&place.file).lines.insert(place.line, sum);
            }
        }
    }
}

/// A line of a file here.
struct Place {
    file: Arc<SourceFile>,
    line: u32,
    is_workspace: bool,
    function: Arc<str>,
    inlined_into: Option<Arc<str>>,
}

/// The places of a profile's lines.
struct Places {
    all: Vec<Place>,
    /// For each of the profile's lines, its place.
    of_line: Vec<Option<usize>>,
}

impl Places {
    fn of(profile: &Profile, snapshot: &Snapshot) -> Places {
        let files: Vec<Option<(Arc<SourceFile>, Arc<str>)>> = profile
            .functions
            .iter()
            .map(|it| {
                let name = profile.str(it.name);
                let file = snapshot.file(&clean_path(profile.str(it.filename)), name)?;
                Some((file.clone(), name.into()))
            })
            .collect();
        let outer = outer_functions(profile);
        let mut all: Vec<Place> = Vec::new();
        let mut known: HashMap<(*const SourceFile, u32), usize> = HashMap::default();
        let of_line = profile
            .lines
            .iter()
            .zip(outer)
            .map(|(it, outer)| {
                let (file, function) = files[it.function.0 as usize].as_ref()?;
                let line = u32::try_from(it.line).ok().filter(|&it| it > 0)?;
                let idx = *known.entry((Arc::as_ptr(file), line)).or_insert_with(|| {
                    all.push(Place {
                        file: file.clone(),
                        line,
                        is_workspace: file.root == RootKind::Workspace,
                        function: function.clone(),
                        inlined_into: None,
                    });
                    all.len() - 1
                });
                if let (Some(outer), None) = (outer, &all[idx].inlined_into) {
                    let name = profile.functions[outer.0 as usize].name;
                    all[idx].inlined_into = Some(profile.str(name).into());
                }
                Some(idx)
            })
            .collect();
        Places { all, of_line }
    }
}

impl LocatedFile {
    /// A text is what was built if nothing speaks against it: neither the time at which it was
    /// saved, nor where it has the functions of the profile.
    fn unknown(&self) -> Option<Doubt> {
        let file = &*self.file;
        if file.origin.doubt() == Some(Doubt::Newer) {
            return Some(Doubt::Newer);
        }
        let is_go = file.path.extension().is_some_and(|it| it == "go");
        if file.root != RootKind::Workspace || !is_go {
            return None;
        }
        let decls = file.text.decls();
        let stands = |it: &FunctionCost| {
            let Some(name) = own_name(&it.name).filter(|_| it.start_line > 0) else { return true };
            // A function may be known to the linker by another name than its own.
            decls
                .at(it.start_line)
                .is_some_and(|it| it.name == name || decls.named(&name).is_none())
        };
        let differs = !self.functions.iter().all(stands)
            || self.lines.iter().any(|(&line, it)| decls.contradicts(&it.function, line));
        differs.then_some(Doubt::Differs)
    }
}

/// For each of the profile's lines that was inlined, the function that it was inlined into.
fn outer_functions(profile: &Profile) -> Vec<Option<FunctionId>> {
    let mut outer = vec![None; profile.lines.len()];
    for location in &profile.locations {
        let lines = location.line_range();
        if let Some((last, inlined)) = lines.clone().last().zip(outer.get_mut(lines)) {
            let n_inlined = inlined.len() - 1;
            inlined[..n_inlined].fill(Some(profile.lines[last].function));
        }
    }
    outer
}

/// The value that counts: `samples` goes with `cpu`, `inuse_objects` with `inuse_space`,
/// `contentions` with `delay`. It is the value itself or the one before it; none where a profile
/// of another make has neither.
fn count_idx(profile: &Profile, value_idx: usize) -> Option<usize> {
    let is_count = |&idx: &usize| {
        profile.sample_types.get(idx).is_some_and(|it| profile.str(it.unit) == "count")
    };
    [Some(value_idx), value_idx.checked_sub(1)].into_iter().flatten().find(is_count)
}

/// Of 1 only where it means that nothing was left out.
fn period(kind: Kind, subject: &Subject<'_>) -> Option<i64> {
    let least = if matches!(kind, Kind::Heap | Kind::Allocs) { 1 } else { 2 };
    let profile = subject.profile;
    let period_unit = profile.str(profile.period_type?.unit);
    (profile.period >= least && period_unit == subject.unit()).then_some(profile.period)
}
