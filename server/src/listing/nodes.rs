//! Gives every frame of a profile its node: what rows of `top` and lines of `list` are.
//!
//! Source: `internal/graph` of github.com/google/pprof (`NodeInfo`, `CreateNodes`) and
//! `Profile.Aggregate`, which blanks the parts of the identity that a granularity ignores.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::model::{Location, LocationId, Profile};

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
        let mut texts = Texts::default();
        let functions: Vec<(u32, u32)> = profile
            .functions
            .iter()
            .map(|it| {
                let name = match identity.pprof_names {
                    true => pprof_name(profile, it),
                    false => Cow::Borrowed(profile.str(it.name)),
                };
                let file = report_path(profile.str(it.filename));
                (texts.index(name), texts.index(file))
            })
            .collect();
        let objects: Vec<u32> = profile
            .mappings
            .iter()
            .map(|it| texts.index(Cow::Borrowed(profile.str(it.filename))))
            .collect();

        let mut infos = Vec::new();
        let mut known = FxHashMap::default();
        let mut intern = |info: NodeInfo| {
            *known.entry(info).or_insert_with(|| {
                infos.push(info);
                infos.len() as u32 - 1
            })
        };
        let mut frames = Vec::with_capacity(profile.lines.len());
        let mut ends = Vec::with_capacity(profile.locations.len());
        let by = identity.granularity;
        for location in &profile.locations {
            let object = location.mapping.map_or(0, |it| objects[it.0 as usize]);
            let lines = &profile.lines[location.line_range()];
            let lines = if identity.no_inlines && !lines.is_empty() {
                &lines[lines.len() - 1..]
            } else {
                lines
            };
            for line in lines {
                let function = profile.function(line.function);
                let (name, file) = functions[line.function.0 as usize];
                let name = if by == Granularity::Files { 0 } else { name };
                let whole = identity.object_names || name == 0;
                frames.push(intern(NodeInfo {
                    name,
                    file: if by == Granularity::Functions { 0 } else { file },
                    line: if by == Granularity::Lines { line.line } else { 0 },
                    start_line: if whole { function.start_line } else { 0 },
                    object: if whole { object } else { 0 },
                    address: 0,
                }));
            }
            if lines.is_empty() {
                frames.push(intern(NodeInfo { object, ..NodeInfo::default() }));
            }
            ends.push(frames.len() as u32);
        }
        Nodes { infos, text: texts.all, frames, ends }
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

    pub(super) fn text(&self, index: u32) -> &str {
        &self.text[index as usize]
    }

    /// How a row names the node: name, file and line as far as they are known.
    pub(super) fn printable_name(&self, node: u32) -> String {
        let info = self.infos[node as usize];
        let mut out = self.text(info.name).to_owned();
        let mut add = |part: &str| {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(part);
        };
        let (file, object) = (self.text(info.file), self.text(info.object));
        if info.line != 0 {
            add(&format!("{file}:{}", info.line));
        } else if !file.is_empty() {
            add(file);
        } else if info.name == 0 && !object.is_empty() {
            add(&format!("[{}]", base_name(object)));
        } else if info.name == 0 {
            add("<unknown>");
        }
        out
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

/// Each text once; index 0 is the empty one.
struct Texts<'a> {
    all: Vec<Cow<'a, str>>,
    known: FxHashMap<Cow<'a, str>, u32>,
}

impl Default for Texts<'_> {
    fn default() -> Self {
        let empty = Cow::Borrowed("");
        Texts { all: vec![empty.clone()], known: FxHashMap::from_iter([(empty, 0)]) }
    }
}

impl<'a> Texts<'a> {
    fn index(&mut self, text: Cow<'a, str>) -> u32 {
        if let Some(&it) = self.known.get(&text) {
            return it;
        }
        let index = self.all.len() as u32;
        self.all.push(text.clone());
        self.known.insert(text, index);
        index
    }
}
