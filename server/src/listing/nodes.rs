//! Gives every frame of a profile its node: what rows of `top` and lines of `list` are.
//!
//! Source: `internal/graph` of github.com/google/pprof (`NodeInfo`, `CreateNodes`) and
//! `Profile.Aggregate`, which blanks the parts of the identity that a granularity ignores.

use std::borrow::Cow;
use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::model::{Function, Location, LocationId, Profile};

use super::clean_path::{base_name, report_path};
use super::demangle::pprof_name;

/// What makes two frames one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Granularity {
    /// The function's name alone.
    #[default]
    Functions,
    /// The function's name and file.
    Filefunctions,
    /// The file alone.
    Files,
    /// The function's name, file and line.
    Lines,
}

/// Which frames are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Identity {
    pub(super) granularity: Granularity,
    /// Keep only the function that really exists at each address.
    pub(super) no_inlines: bool,
    /// Tell functions of different binaries and start lines apart, as `list` does.
    pub(super) object_names: bool,
    /// Names as pprof prints them; else as they are.
    pub(super) pprof_names: bool,
}

/// The identity of a node. Text is an index into [`Nodes::text`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct NodeInfo {
    pub(super) name: u32,
    pub(super) file: u32,
    pub(super) line: i64,
    pub(super) start_line: i64,
    pub(super) object: u32,
    pub(super) address: u64,
}

/// All nodes of a profile, and the nodes of each location.
pub(super) struct Nodes<'a> {
    pub(super) infos: Vec<NodeInfo>,
    text: Vec<Cow<'a, str>>,
    /// Nodes of all locations, leaf first.
    frames: Vec<u32>,
    /// End of each location's nodes in `frames`.
    ends: Vec<u32>,
}

impl<'a> Nodes<'a> {
    pub(super) fn of(profile: &'a Profile, identity: Identity) -> Nodes<'a> {
        let by = identity.granularity;
        let mut texts = Texts::default();
        let name_of = |it: &Function| match identity.pprof_names {
            true => pprof_name(profile, it),
            false => Cow::Borrowed(profile.str(it.name)),
        };
        let names: Vec<u32> = match by {
            Granularity::Files => vec![0; profile.functions.len()],
            _ => profile.functions.iter().map(|it| texts.index(name_of(it))).collect(),
        };
        let mut files_by_id = HashMap::default();
        let mut file_of = |it: &Function| {
            let file = files_by_id.entry(it.filename);
            *file.or_insert_with(|| texts.index(report_path(profile.str(it.filename))))
        };
        let files: Vec<u32> = match by {
            Granularity::Functions => vec![0; profile.functions.len()],
            _ => profile.functions.iter().map(&mut file_of).collect(),
        };
        let objects: Vec<u32> = profile
            .mappings
            .iter()
            .map(|it| texts.index(Cow::Borrowed(profile.str(it.filename))))
            .collect();

        let mut infos = Infos::default();
        let mut frames = Vec::with_capacity(profile.lines.len());
        let mut ends = Vec::with_capacity(profile.locations.len());
        // Where a function is one node wherever it stands, it is looked up once; where its name
        // is all that it is known by, it is not even hashed.
        let is_by_name = by == Granularity::Functions && !identity.object_names;
        let n_slots = if is_by_name { texts.all.len() } else { profile.functions.len() };
        let mut node_by_slot = vec![None; n_slots];
        for location in &profile.locations {
            let object = location.mapping.map_or(0, |it| objects[it.0 as usize]);
            let lines = &profile.lines[location.line_range()];
            let lines = if identity.no_inlines && !lines.is_empty() {
                &lines[lines.len() - 1..]
            } else {
                lines
            };
            for line in lines {
                let function_idx = line.function.0 as usize;
                let name = names[function_idx];
                let whole = identity.object_names || name == 0;
                let info = || NodeInfo {
                    name,
                    file: files[function_idx],
                    line: if by == Granularity::Lines { line.line } else { 0 },
                    start_line: if whole { profile.function(line.function).start_line } else { 0 },
                    object: if whole { object } else { 0 },
                    address: 0,
                };
                frames.push(if whole || by == Granularity::Lines {
                    infos.index(info())
                } else if is_by_name {
                    *node_by_slot[name as usize].get_or_insert_with(|| infos.add(info()))
                } else {
                    *node_by_slot[function_idx].get_or_insert_with(|| infos.index(info()))
                });
            }
            if lines.is_empty() {
                frames.push(infos.index(NodeInfo { object, ..NodeInfo::default() }));
            }
            ends.push(frames.len() as u32);
        }
        Nodes { infos: infos.all, text: texts.all, frames, ends }
    }

    pub(super) fn len(&self) -> usize {
        self.infos.len()
    }

    /// The nodes of a location, leaf first; all but the last are inlined.
    #[inline]
    pub(super) fn of_location(&self, id: LocationId) -> &[u32] {
        self.of_location_idx(id.0 as usize)
    }

    /// The same by the location's index.
    #[inline]
    pub(super) fn of_location_idx(&self, idx: usize) -> &[u32] {
        let start = if idx == 0 { 0 } else { self.ends[idx - 1] as usize };
        &self.frames[start..self.ends[idx] as usize]
    }

    pub(super) fn text(&self, index: u32) -> &Cow<'a, str> {
        &self.text[index as usize]
    }

    /// How a row names the node: name, file and line as far as they are known.
    pub(super) fn printable_name(&self, node: u32) -> Cow<'a, str> {
        let info = self.infos[node as usize];
        let name = self.text(info.name);
        let (file, object) = (self.text(info.file), self.text(info.object));
        let place = if info.line != 0 {
            format!("{file}:{}", info.line)
        } else if !file.is_empty() {
            file.clone().into_owned()
        } else if !name.is_empty() {
            return name.clone();
        } else if !object.is_empty() {
            format!("[{}]", base_name(object))
        } else {
            "<unknown>".to_owned()
        };
        Cow::Owned(if name.is_empty() { place } else { format!("{name} {place}") })
    }

    /// Nodes that some location holds as an inlined frame: only they can be marked so.
    pub(super) fn inlined(&self, locations: &[Location]) -> Vec<bool> {
        let mut inlined = vec![false; self.len()];
        for idx in 0..locations.len() {
            if let [callees @ .., _] = self.of_location_idx(idx) {
                for &it in callees {
                    inlined[it as usize] = true;
                }
            }
        }
        inlined
    }
}

/// The nodes that were met.
#[derive(Default)]
struct Infos {
    all: Vec<NodeInfo>,
    known: HashMap<NodeInfo, u32>,
}

impl Infos {
    /// The index of a node, new or not.
    fn index(&mut self, info: NodeInfo) -> u32 {
        let all = &mut self.all;
        *self.known.entry(info).or_insert_with(|| {
            all.push(info);
            all.len() as u32 - 1
        })
    }

    /// The index of a node that is new.
    fn add(&mut self, info: NodeInfo) -> u32 {
        self.all.push(info);
        self.all.len() as u32 - 1
    }
}

/// Each text once; index 0 is the empty one.
struct Texts<'a> {
    all: Vec<Cow<'a, str>>,
    /// Indices alone: a table of the texts would take ten times as much memory.
    known: HashTable<u32>,
    hashes: RandomState,
}

impl Default for Texts<'_> {
    fn default() -> Self {
        let mut texts =
            Texts { all: Vec::new(), known: HashTable::new(), hashes: RandomState::default() };
        texts.index(Cow::Borrowed(""));
        texts
    }
}

impl<'a> Texts<'a> {
    fn index(&mut self, text: Cow<'a, str>) -> u32 {
        let Texts { all, known, hashes } = self;
        let hash_of = |it: &str| hashes.hash_one(it);
        let is_same = |it: &u32| all[*it as usize] == text;
        let rehash = |it: &u32| hash_of(&all[*it as usize]);
        match known.entry(hash_of(&text), is_same, rehash) {
            Entry::Occupied(it) => *it.get(),
            Entry::Vacant(slot) => {
                let index = all.len() as u32;
                slot.insert(index);
                all.push(text);
                index
            }
        }
    }
}
