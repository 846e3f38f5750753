//! Joins two profiles into one, sample by sample.
//!
//! Source: `profile/merge.go` of github.com/google/pprof. Two samples are equal when their
//! locations and labels are; two locations when they are the same place of the same file and
//! have the same lines, so that a program that was loaded elsewhere still nets self.out.

use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::model::{
    Function, FunctionId, Label, LabelValue, Line, Location, LocationId, Mapping, MappingId,
    Profile, Sample, StrId, ValueType,
};

use super::{BaseMode, Difference, scale};

/// `current` (scaled) minus `base`. Samples that net to zero are left self.out.
pub(super) fn minus(
    current: &Profile,
    base: &Profile,
    scales: Option<&[f64]>,
    mode: BaseMode,
) -> Difference {
    let mut merger = Merger::default();
    merger.headers(current, base);
    merger.add(current, false, |values| scales.is_none_or(|it| scale::scale(values, it)));
    // A base label keeps the samples of `-diff_base` apart from the others.
    let is_labelled = mode == BaseMode::Other;
    merger.add(base, is_labelled, |values| {
        values.iter_mut().for_each(|it| *it = it.wrapping_neg());
        true
    });
    merger.finish(is_labelled)
}

#[derive(Default)]
struct Merger {
    out: Profile,
    is_base: Vec<bool>,
    strings: FxHashMap<String, StrId>,
    mappings: FxHashMap<MappingKey, MappingId>,
    functions: FxHashMap<Function, FunctionId>,
    locations: FxHashMap<LocationKey, LocationId>,
    /// Samples by hash; a second one with the same hash is found by looking at the next key.
    samples: FxHashMap<u64, u32>,
}

/// Size, offset and build id or file.
type MappingKey = (u64, u64, StrId);
/// Mapping, address relative to its start, lines.
type LocationKey = (Option<MappingId>, u64, Box<[Line]>);

impl Merger {
    fn headers(&mut self, current: &Profile, base: &Profile) {
        self.out.samples.n_values = current.samples.n_values;
        self.out.sample_types =
            current.sample_types.iter().map(|it| self.value_type(current, *it)).collect();
        self.out.period_type = current.period_type.map(|it| self.value_type(current, it));
        self.out.period = current.period.max(base.period);
        let times = [current.time_nanos, base.time_nanos];
        self.out.time_nanos = times.into_iter().filter(|it| *it != 0).min().unwrap_or(0);
        self.out.duration_nanos = current.duration_nanos.wrapping_add(base.duration_nanos);
        let either = |field: fn(&Profile) -> StrId| {
            if field(current) != StrId::EMPTY {
                (current, field(current))
            } else {
                (base, field(base))
            }
        };
        let (from, id) = either(|it| it.default_sample_type);
        self.out.default_sample_type = self.text(from, id);
        let (from, id) = either(|it| it.doc_url);
        self.out.doc_url = self.text(from, id);
        for profile in [current, base] {
            for &comment in &profile.comments {
                let id = self.text(profile, comment);
                if !self.out.comments.contains(&id) {
                    self.out.comments.push(id);
                }
            }
        }
    }

    fn add(&mut self, from: &Profile, is_base: bool, change: impl Fn(&mut [i64]) -> bool) {
        let mut known = Known::of(from);
        // The first mapping stands for the program itself: it comes first here too.
        if !from.mappings.is_empty() && self.out.mappings.is_empty() {
            self.mapping(from, &mut known, MappingId(0));
        }
        let mut values = vec![0i64; from.samples.n_values];
        let (mut stack, mut labels) = (Vec::new(), Vec::new());
        for sample in from.samples.iter() {
            values.copy_from_slice(sample.values);
            if !change(&mut values) || values.iter().all(|it| *it == 0) {
                continue;
            }
            stack.clear();
            for &it in sample.stack {
                stack.push(self.location(from, &mut known, it));
            }
            labels.clear();
            labels.extend(sample.labels.iter().map(|it| self.label(from, &mut known, it)));
            // pprof keeps labels by key: their order in the file does not tell samples apart.
            labels.sort_by_key(|it| it.key);
            self.sample(Sample { values: &values, stack: &stack, labels: &labels }, is_base);
        }
    }

    fn sample(&mut self, sample: Sample<'_>, is_base: bool) {
        let mut hash = FxBuildHasher.hash_one((sample.stack, sample.labels, is_base));
        loop {
            match self.samples.entry(hash) {
                Entry::Vacant(slot) => {
                    slot.insert(self.out.samples.len() as u32);
                    self.out.samples.push(sample.values, sample.stack, sample.labels);
                    self.is_base.push(is_base);
                    return;
                }
                Entry::Occupied(slot) => {
                    let idx = *slot.get() as usize;
                    let other = self.out.samples.get(idx);
                    if (other.stack, other.labels) == (sample.stack, sample.labels)
                        && self.is_base[idx] == is_base
                    {
                        let first = idx * self.out.samples.n_values;
                        let sums = &mut self.out.samples.values[first..first + sample.values.len()];
                        for (sum, value) in sums.iter_mut().zip(sample.values) {
                            *sum = sum.wrapping_add(*value);
                        }
                        return;
                    }
                    hash = hash.wrapping_add(1);
                }
            }
        }
    }

    fn text(&mut self, from: &Profile, id: StrId) -> StrId {
        let text = from.str(id);
        if text.is_empty() {
            return StrId::EMPTY;
        }
        if let Some(&it) = self.strings.get(text) {
            return it;
        }
        let new = self.out.strings.push(text);
        self.strings.insert(text.to_owned(), new);
        new
    }

    fn value_type(&mut self, from: &Profile, it: ValueType) -> ValueType {
        ValueType { typ: self.text(from, it.typ), unit: self.text(from, it.unit) }
    }

    fn label(&mut self, from: &Profile, known: &mut Known, it: &Label) -> Label {
        let mut text = |id| known.string(id, || self.text(from, id));
        let value = match it.value {
            LabelValue::Str(id) => LabelValue::Str(text(id)),
            LabelValue::Num(number, unit) => LabelValue::Num(number, text(unit)),
        };
        Label { key: text(it.key), value }
    }

    fn location(&mut self, from: &Profile, known: &mut Known, id: LocationId) -> LocationId {
        if let Some(it) = known.locations[id.0 as usize] {
            return it;
        }
        let location = &from.locations[id.0 as usize];
        let mapping = location.mapping.map(|it| self.mapping(from, known, it));
        let start = location.mapping.map_or(0, |it| from.mappings[it.0 as usize].start);
        let relative = location.address.wrapping_sub(start);
        let lines: Box<[Line]> = from.lines[location.line_range()]
            .iter()
            .map(|it| Line { function: self.function(from, known, it.function), ..*it })
            .collect();
        let new = match self.locations.entry((mapping, relative, lines)) {
            Entry::Occupied(it) => *it.get(),
            Entry::Vacant(slot) => {
                let lines = &slot.key().2;
                let first_line = self.out.lines.len() as u32;
                self.out.lines.extend_from_slice(lines);
                let start = mapping.map_or(0, |it| self.out.mappings[it.0 as usize].start);
                self.out.locations.push(Location {
                    mapping,
                    address: start.wrapping_add(relative),
                    first_line,
                    n_lines: lines.len() as u32,
                });
                *slot.insert(LocationId(self.out.locations.len() as u32 - 1))
            }
        };
        known.locations[id.0 as usize] = Some(new);
        new
    }

    fn mapping(&mut self, from: &Profile, known: &mut Known, id: MappingId) -> MappingId {
        if let Some(it) = known.mappings[id.0 as usize] {
            return it;
        }
        let mapping = from.mappings[id.0 as usize];
        let filename = self.text(from, mapping.filename);
        let build_id = self.text(from, mapping.build_id);
        let size = mapping.limit.wrapping_sub(mapping.start).wrapping_add(0xfff) & !0xfff;
        let name = if build_id == StrId::EMPTY { filename } else { build_id };
        let new = *self.mappings.entry((size, mapping.offset, name)).or_insert_with(|| {
            self.out.mappings.push(Mapping { filename, build_id, ..mapping });
            MappingId(self.out.mappings.len() as u32 - 1)
        });
        known.mappings[id.0 as usize] = Some(new);
        new
    }

    fn function(&mut self, from: &Profile, known: &mut Known, id: FunctionId) -> FunctionId {
        if let Some(it) = known.functions[id.0 as usize] {
            return it;
        }
        let function = from.function(id);
        let key = Function {
            name: self.text(from, function.name),
            system_name: self.text(from, function.system_name),
            filename: self.text(from, function.filename),
            start_line: function.start_line,
        };
        let new = *self.functions.entry(key).or_insert_with(|| {
            self.out.functions.push(key);
            FunctionId(self.out.functions.len() as u32 - 1)
        });
        known.functions[id.0 as usize] = Some(new);
        new
    }

    /// Leaves out the samples that netted to zero.
    fn finish(self, is_labelled: bool) -> Difference {
        let mut profile = self.out;
        let merged = std::mem::take(&mut profile.samples);
        profile.samples.n_values = merged.n_values;
        let mut base_samples = Vec::new();
        for (sample, is_base) in merged.iter().zip(self.is_base) {
            if sample.values.iter().any(|it| *it != 0) {
                profile.samples.push(sample.values, sample.stack, sample.labels);
                base_samples.push(is_base);
            }
        }
        Difference { profile, base_samples: is_labelled.then_some(base_samples) }
    }
}

/// Where the tables of one source went.
struct Known {
    strings: FxHashMap<StrId, StrId>,
    mappings: Vec<Option<MappingId>>,
    functions: Vec<Option<FunctionId>>,
    locations: Vec<Option<LocationId>>,
}

impl Known {
    fn of(from: &Profile) -> Known {
        Known {
            strings: FxHashMap::default(),
            mappings: vec![None; from.mappings.len()],
            functions: vec![None; from.functions.len()],
            locations: vec![None; from.locations.len()],
        }
    }

    fn string(&mut self, id: StrId, text: impl FnOnce() -> StrId) -> StrId {
        *self.strings.entry(id).or_insert_with(text)
    }
}
