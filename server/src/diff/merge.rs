//! Joins two profiles into one, sample by sample.
//!
//! Source: `profile/merge.go` of github.com/google/pprof. Two samples are equal when their
//! locations and labels are; two locations when they are the same place of the same file and
//! have the same lines, so that a program that was loaded elsewhere still nets out.

use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;

use crate::model::{
    Function, FunctionId, Label, LabelSetId, LabelValue, Line, Location, LocationId, Mapping,
    MappingId, PackedStack, Profile, Samples, StrId, ValueType, pack,
};

use super::base_label::{BASE_KEY, BASE_VALUE};
use super::scale::{self, Scales};
use super::{BaseMode, Difference};

/// `current` (scaled) minus `base`. Samples that net to zero are left out.
pub(super) fn minus(
    current: Profile,
    base: Profile,
    scales: &Scales,
    mode: BaseMode,
) -> Difference {
    let mut merger = Merger::default();
    merger.headers(&current, &base);
    let of = |scale: &[f64], values: &mut [i64]| scale::scale(values, scale);
    merger.add(&current, false, |values| of(&scales.current, values));
    // What is in the difference need not be in memory twice.
    drop(current);
    let minus = vec![-1.0; base.samples.n_values()];
    merger.add(&base, mode == BaseMode::Other, |values| {
        of(&minus, values) && of(&scales.base, values)
    });
    drop(base);
    merger.finish()
}

#[derive(Default)]
struct Merger {
    out: Profile,
    is_base: Vec<bool>,
    strings: HashMap<String, StrId>,
    mappings: HashMap<MappingKey, MappingId>,
    functions: HashMap<Function, FunctionId>,
    locations: HashMap<LocationKey, LocationId>,
    /// Samples by hash; a second one with the same hash is found by looking at the next key.
    samples: HashMap<u64, u32>,
    hashes: RandomState,
}

/// Size, offset and build id or file.
type MappingKey = (u64, u64, StrId);
/// Mapping, address relative to its start, lines.
type LocationKey = (Option<MappingId>, u64, Box<[Line]>);

impl Merger {
    fn headers(&mut self, current: &Profile, base: &Profile) {
        self.out.samples = Samples::new(current.samples.n_values());
        self.samples.reserve(current.samples.len());
        self.out.sample_types =
            current.sample_types.iter().map(|it| self.value_type(current, *it)).collect();
        self.out.period_type = current.period_type.map(|it| self.value_type(current, it));
        self.out.period = current.period.max(base.period);
        let times = [current.time_nanos, base.time_nanos];
        // The base's time counts when it is earlier, even where it is 0: unknown.
        self.out.time_nanos = if times[0] == 0 { times[1] } else { times[0].min(times[1]) };
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
        self.out.drop_frames = self.text(current, current.drop_frames);
        self.out.keep_frames = self.text(current, current.keep_frames);
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
        if self.out.mappings.is_empty() {
            match from.mappings.is_empty() {
                true => self.no_mapping(),
                false => self.mapping(from, &mut known, MappingId(0)),
            };
        }
        let locations: Vec<LocationId> = (0..from.locations.len() as u32)
            .map(|it| self.location(from, &mut known, LocationId(it)))
            .collect();
        // So it is with the first of two profiles that a program of this kind wrote.
        let is_same = locations.iter().enumerate().all(|(idx, it)| idx == it.0 as usize);
        let label_sets: Vec<(LabelSetId, bool)> = (0..from.samples.n_label_sets())
            .map(|it| self.label_set(from, &mut known, LabelSetId::of_index(it), is_base))
            .collect();
        let mut values = vec![0i64; from.samples.n_values()];
        let mut stack = Vec::new();
        for sample in from.samples.iter() {
            values.copy_from_slice(sample.values);
            if !change(&mut values) || values.iter().all(|it| *it == 0) {
                continue;
            }
            let mut packed = sample.stack;
            if !is_same {
                stack.clear();
                sample.stack.iter().for_each(|it| pack(locations[it.0 as usize], &mut stack));
                packed = PackedStack::of_packed(&stack);
            }
            let (labels, is_base) = label_sets[sample.labels.index()];
            self.sample(&values, packed, labels, is_base);
        }
    }

    fn sample(
        &mut self,
        values: &[i64],
        stack: PackedStack<'_>,
        labels: LabelSetId,
        is_base: bool,
    ) {
        let mut hash = self.hashes.hash_one((stack.bytes(), labels, is_base));
        loop {
            match self.samples.entry(hash) {
                Entry::Vacant(slot) => {
                    slot.insert(self.out.samples.len() as u32);
                    self.out.samples.push(values, stack, labels);
                    self.is_base.push(is_base);
                    return;
                }
                Entry::Occupied(slot) => {
                    let idx = *slot.get() as usize;
                    let other = self.out.samples.get(idx);
                    if (other.stack, other.labels, self.is_base[idx]) == (stack, labels, is_base) {
                        let sums = self.out.samples.values_mut(idx);
                        for (sum, value) in sums.iter_mut().zip(values) {
                            *sum = sum.wrapping_add(*value);
                        }
                        return;
                    }
                    hash = hash.wrapping_add(1);
                }
            }
        }
    }

    /// The set of the same labels, and whether it is a base's: those of `-diff_base` get a label
    /// that keeps them apart from the others.
    fn label_set(
        &mut self,
        from: &Profile,
        known: &mut Known,
        id: LabelSetId,
        is_base: bool,
    ) -> (LabelSetId, bool) {
        let labels = from.samples.labels(id).iter();
        let mut labels: Vec<Label> = labels.map(|it| self.label(from, known, it)).collect();
        let key = self.known_text(BASE_KEY);
        let base_label = Label { key, value: LabelValue::Str(self.known_text(BASE_VALUE)) };
        let is_number = |it: &Label| matches!(it.value, LabelValue::Num(..));
        if is_base {
            labels.retain(|it| it.key != key || is_number(it));
            labels.push(base_label);
        }
        // pprof keeps labels by key, texts apart from numbers: the order in the file beyond that
        // does not tell samples apart.
        labels.sort_by_key(|it| (is_number(it), it.key));
        (self.out.samples.label_set(&labels), labels.contains(&base_label))
    }

    fn text(&mut self, from: &Profile, id: StrId) -> StrId {
        self.known_text(from.str(id))
    }

    fn known_text(&mut self, text: &str) -> StrId {
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
        let mapping = match location.mapping {
            Some(it) => Some(self.mapping(from, known, it)),
            // pprof gives a profile without any mappings one that covers nothing.
            None if from.mappings.is_empty() => Some(self.no_mapping()),
            None => None,
        };
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

    /// The mapping of all that is in a profile without mappings.
    fn no_mapping(&mut self) -> MappingId {
        *self.mappings.entry((0, 0, StrId::EMPTY)).or_insert_with(|| {
            self.out.mappings.push(Mapping::default());
            MappingId(self.out.mappings.len() as u32 - 1)
        })
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
    fn finish(self) -> Difference {
        let mut profile = self.out;
        let mut base_samples = Vec::new();
        profile.samples.retain(|idx, values| {
            let is_left = values.iter().any(|it| *it != 0);
            if is_left {
                base_samples.push(self.is_base[idx]);
            }
            is_left
        });
        let base_samples = base_samples.contains(&true).then_some(base_samples);
        Difference { profile, base_samples }
    }
}

/// Where the tables of one source went.
struct Known {
    strings: HashMap<StrId, StrId>,
    mappings: Vec<Option<MappingId>>,
    functions: Vec<Option<FunctionId>>,
    locations: Vec<Option<LocationId>>,
}

impl Known {
    fn of(from: &Profile) -> Known {
        Known {
            strings: HashMap::default(),
            mappings: vec![None; from.mappings.len()],
            functions: vec![None; from.functions.len()],
            locations: vec![None; from.locations.len()],
        }
    }

    fn string(&mut self, id: StrId, text: impl FnOnce() -> StrId) -> StrId {
        *self.strings.entry(id).or_insert_with(text)
    }
}
