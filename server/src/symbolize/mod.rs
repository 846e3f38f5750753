//! Names for the frames that a profile leaves bare, from the files that the program runs.
//!
//! Go names what Go compiled. Of C threads, libraries and other foreign code its profiles have
//! addresses alone: these are looked up in the debug information of the executable or library,
//! inlined calls included.
//!
//! A file is opened only where the running process itself has it mapped, and believed only where
//! its build id is the mapping's. Whoever can make the process run a file can do more than this
//! server: what is guarded against is damage. Work is bounded in bytes, frames and time, and a
//! panic of a library ends one lookup and nothing else.

mod append;
mod bounded;
mod dwarf;
mod image;
mod why;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::model::{Location, MappedFile, Mapping, Profile};

use append::Tables;
pub use dwarf::NativeFrame;
use image::FileAddress;
pub use why::{Unnamed, Why};

/// Locations that are looked up in one profile. Each is an address that was seen: the longest
/// CPU profiles have some thousands.
const MOST_LOCATIONS: usize = 100_000;
/// Files that are read for one profile.
const MOST_FILES: usize = 64;
/// How long all lookups of one profile may take. Debug information of 100 MB takes a second.
const MOST_TIME: Duration = Duration::from_secs(10);

/// What was named, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Symbolized {
    /// Locations that have names now, and had none.
    pub n_named: usize,
    /// What has no lines, by file.
    pub unnamed: Vec<Unnamed>,
}

/// Whether a location has no names. Go gives it one line, of a function that is called nothing.
pub fn is_bare(profile: &Profile, location: &Location) -> bool {
    let lines = &profile.lines[location.line_range()];
    lines.iter().all(|it| profile.str(profile.function(it.function).name).is_empty())
}

/// Names the locations of `profile` that are bare. `mapped`: what the profiled process may
/// execute; with none, nothing is named, and nothing is read.
pub fn name_frames(profile: &mut Profile, mapped: &[MappedFile]) -> Symbolized {
    let mut symbolized = Symbolized::default();
    if mapped.is_empty() {
        return symbolized;
    }
    let end = Instant::now() + MOST_TIME;
    let bare = Bare::of(profile);
    let mut tables = Tables::default();
    for (n_before, (mapping, locations)) in bare.by_mapping.into_iter().enumerate() {
        let path = profile.str(mapping.filename).to_owned();
        let addresses: Vec<u64> = locations.iter().map(|it| it.probe).collect();
        let found = match n_before < MOST_FILES {
            true => look_up(profile, &mapping, addresses, mapped, end),
            false => Err(Why::TooMuch),
        };
        let (found, why) = match found {
            Ok(it) => (it.frames, it.why),
            Err(why) => (Vec::new(), why),
        };
        let mut frames = found.into_iter();
        let mut without_lines = Vec::new();
        for location in locations {
            let frames = frames.next().unwrap_or_default();
            if !frames.iter().any(|it| it.line > 0) {
                without_lines.push(location.idx);
            }
            let n_uses = bare.uses[location.idx].n_stacks;
            if !frames.is_empty() && tables.append(profile, location.idx, n_uses, &frames) {
                symbolized.n_named += 1;
            }
        }
        if !without_lines.is_empty() {
            let n_samples = n_samples(profile, &without_lines);
            symbolized.unnamed.push(Unnamed { path, why, n_samples });
        }
    }
    symbolized
}

/// The frames at addresses of an ELF file, innermost first; none where it says nothing. The
/// addresses are the file's own, as its section headers count.
///
/// # Errors
/// [`Why`] there are none at all.
pub fn frames_in(file: &[u8], addresses: &[u64]) -> Result<Vec<Vec<NativeFrame>>, Why> {
    let elf = image::parse(file)?;
    let end = Instant::now() + MOST_TIME;
    let addresses = addresses.iter().map(|it| Some(FileAddress(*it)));
    Ok(dwarf::look_up(&elf, &addresses.collect::<Vec<_>>(), end)?.frames)
}

fn look_up(
    profile: &Profile,
    mapping: &Mapping,
    addresses: Vec<u64>,
    mapped: &[MappedFile],
    end: Instant,
) -> Result<dwarf::Found, Why> {
    let file = image::running(profile, mapping, mapped)?.clone();
    let build_id = profile.str(mapping.build_id).to_owned();
    let bias = mapping.start.wrapping_sub(mapping.offset);
    bounded::run(end, move || {
        let bytes = image::read(&file)?;
        let elf = image::parse(&bytes)?;
        image::check_build(&elf, &build_id, &file)?;
        let addresses: Vec<Option<FileAddress>> =
            addresses.iter().map(|it| image::file_address(&elf, it.wrapping_sub(bias))).collect();
        dwarf::look_up(&elf, &addresses, end)
    })
}

/// The bare locations.
#[derive(Default)]
struct Bare {
    /// For each location of the profile.
    uses: Vec<Uses>,
    /// By mapping.
    by_mapping: Vec<(Mapping, Vec<BareLocation>)>,
}

struct BareLocation {
    /// Index into [`Profile::locations`].
    idx: usize,
    /// An address of the instruction that ran.
    probe: u64,
}

impl Bare {
    fn of(profile: &Profile) -> Bare {
        let is_bare = |it: &Location| is_bare(profile, it);
        if !profile.locations.iter().any(is_bare) {
            return Bare::default();
        }
        let uses = uses(profile);
        let mut by_mapping: BTreeMap<u32, Vec<BareLocation>> = BTreeMap::new();
        let bare = profile.locations.iter().enumerate().filter(|(_, it)| is_bare(it));
        for (idx, location) in bare.take(MOST_LOCATIONS) {
            // An address in no file, of code that was made at run time, has no name anywhere.
            let Some(mapping) = location.mapping else { continue };
            // For a frame that it cannot name, Go subtracts 1 from what it was given
            // (`allFrames` in runtime/pprof/proto.go, Go 1.10 to 1.27). That leads from a return
            // address back into the call; but where a C thread was interrupted, the runtime
            // gives the address itself (`sigprofNonGoPC` in runtime/proc.go).
            let probe = location.address.wrapping_add(u64::from(!uses[idx].is_called));
            by_mapping.entry(mapping.0).or_default().push(BareLocation { idx, probe });
        }
        let by_mapping = by_mapping
            .into_iter()
            .map(|(idx, locations)| (profile.mappings[idx as usize], locations))
            .collect();
        Bare { uses, by_mapping }
    }
}

/// Where a location stands in stacks.
#[derive(Debug, Clone, Copy, Default)]
struct Uses {
    /// How often.
    n_stacks: usize,
    /// It is a call on some of them. Go makes one location of equal addresses, wherever they are.
    is_called: bool,
}

fn uses(profile: &Profile) -> Vec<Uses> {
    let mut uses = vec![Uses::default(); profile.locations.len()];
    for sample in profile.samples.iter() {
        for (depth, it) in sample.stack.iter().enumerate() {
            let uses = &mut uses[it.0 as usize];
            uses.n_stacks += 1;
            uses.is_called |= depth > 0;
        }
    }
    uses
}

/// Samples, or where the profile does not count them stacks, that have one of these locations.
fn n_samples(profile: &Profile, locations: &[usize]) -> i64 {
    let mut is_wanted = vec![false; profile.locations.len()];
    locations.iter().for_each(|it| is_wanted[*it] = true);
    let count_idx = profile.sample_types.iter().position(|it| profile.str(it.typ) == "samples");
    let wanted = profile.samples.iter().filter(|it| {
        let mut stack = it.stack.iter();
        stack.any(|it| is_wanted[it.0 as usize])
    });
    wanted.fold(0, |sum: i64, it| sum.saturating_add(count_idx.map_or(1, |idx| it.values[idx])))
}
