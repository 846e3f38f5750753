//! Turns addresses of an ELF file into frames: by DWARF, and where there is none by symbol.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use addr2line::gimli::{
    self, AbbreviationsCacheStrategy, AttributeValue, EndianSlice, RunTimeEndian, SectionId,
};
use addr2line::{Context, LookupContinuation, LookupResult};
use foldhash::HashMap;
use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

use super::Why;
use super::image::FileAddress;

/// Calls that are inlined into one another at one address.
const MOST_FRAMES: usize = 64;
/// Bytes of a name or a path; names of C++ templates may be of any length.
const MOST_NAME_BYTES: usize = 4 << 10;
/// Bytes of all debug sections, inflated.
const MOST_SECTION_BYTES: u64 = 512 << 20;
/// How deep functions, blocks and inlined calls may lie in one another.
const MOST_DEPTH: isize = 1_000;
/// Entries on the way from an inlined call to the function that it is of.
const MOST_ORIGINS: usize = 16;

/// A frame of foreign code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NativeFrame {
    /// Name as shown, for C++ without the compiler's spelling.
    pub name: String,
    /// Name as the linker knows it.
    pub system_name: String,
    /// Path as compiled in; empty when unknown.
    pub file: String,
    /// 1-based; 0 when unknown.
    pub line: u32,
    /// Line of the function's declaration, 1-based; 0 when unknown.
    pub start_line: u32,
}

/// What a file says of some of its addresses.
#[derive(Debug)]
pub(super) struct Found {
    /// For each address, innermost first; none where it says nothing.
    pub(super) frames: Vec<Vec<NativeFrame>>,
    /// Why there are frames without lines, if there are.
    pub(super) why: Why,
}

type Reader<'a> = EndianSlice<'a, RunTimeEndian>;

/// Looks up addresses, in the order given; stops with an error at `end`.
pub(super) fn look_up(
    elf: &object::File<'_>,
    addresses: &[Option<FileAddress>],
    end: Instant,
) -> Result<Found, Why> {
    let symbols = Symbols::of(elf);
    let has_dwarf = elf.section_by_name(".debug_info").is_some();
    let why = match (has_dwarf, elf.symbol_table().is_some()) {
        (true, _) => Why::NotCovered,
        (false, true) => Why::NoDebugInfo,
        (false, false) => Why::Stripped,
    };
    let sections = Sections::load(elf, has_dwarf)?;
    let endian = match elf.is_little_endian() {
        true => RunTimeEndian::Little,
        false => RunTimeEndian::Big,
    };
    let mut dwarf = sections.0.borrow(|it| EndianSlice::new(it, endian));
    // Units may share a table: one for each would make much of a small file.
    dwarf.populate_abbreviations_cache(AbbreviationsCacheStrategy::All);
    check_depth(&dwarf, end)?;
    let dwarf = Arc::new(dwarf);
    let mut declared = Declared::of(dwarf.clone());
    let context = Context::from_arc_dwarf(dwarf).map_err(invalid)?;
    let mut frames = Vec::with_capacity(addresses.len());
    for address in addresses {
        if Instant::now() > end {
            return Err(Why::OutOfTime);
        }
        frames.push(match address {
            Some(FileAddress(it)) => frames_at(&context, &mut declared, &symbols, *it),
            None => Vec::new(),
        });
    }
    Ok(Found { frames, why })
}

/// The debug sections that lead from addresses to lines, inflated.
struct Sections<'a>(gimli::DwarfSections<Cow<'a, [u8]>>);

impl<'a> Sections<'a> {
    fn load(elf: &object::File<'a>, has_dwarf: bool) -> Result<Sections<'a>, Why> {
        let mut n_left = MOST_SECTION_BYTES;
        let load = |id: SectionId| {
            // The rest says where variables are.
            let is_needed = matches!(
                id,
                SectionId::DebugAbbrev
                    | SectionId::DebugAddr
                    | SectionId::DebugAranges
                    | SectionId::DebugInfo
                    | SectionId::DebugLine
                    | SectionId::DebugLineStr
                    | SectionId::DebugRanges
                    | SectionId::DebugRngLists
                    | SectionId::DebugStr
                    | SectionId::DebugStrOffsets
            );
            let section = elf.section_by_name(id.name()).filter(|_| is_needed && has_dwarf);
            let Some(section) = section else { return Ok(Cow::Borrowed(&[][..])) };
            let data = section.compressed_data().map_err(invalid)?;
            let Some(left) = n_left.checked_sub(data.uncompressed_size) else {
                return Err(Why::TooLarge(MOST_SECTION_BYTES));
            };
            n_left = left;
            data.decompress().map_err(invalid)
        };
        gimli::DwarfSections::load(load).map(Sections)
    }
}

/// Inlined calls are read by a function that calls itself once for each that lies in another.
fn check_depth(dwarf: &gimli::Dwarf<Reader<'_>>, end: Instant) -> Result<(), Why> {
    let mut units = dwarf.units();
    // What cannot be read is left to those who look something up there.
    while let Ok(Some(header)) = units.next() {
        if Instant::now() > end {
            return Err(Why::OutOfTime);
        }
        let Ok(abbreviations) = dwarf.abbreviations(&header) else { continue };
        let Ok(mut entries) = header.entries_raw(&abbreviations, None) else { continue };
        while !entries.is_empty() {
            if entries.next_depth() > MOST_DEPTH {
                return Err(Why::Invalid("its functions lie too deep in one another".to_owned()));
            }
            match entries.read_abbreviation() {
                Ok(Some(it)) if entries.skip_attributes(it.attributes()).is_ok() => {}
                Ok(None) => {}
                _ => break,
            }
        }
    }
    Ok(())
}

/// What cannot be read has no frames: the addresses of other units have theirs all the same.
fn frames_at(
    context: &Context<Reader<'_>>,
    declared: &mut Declared<'_>,
    symbols: &Symbols<'_>,
    address: u64,
) -> Vec<NativeFrame> {
    let mut all = Vec::new();
    let unit = in_this_file(context.find_dwarf_and_unit(address));
    if let Ok(mut frames) = in_this_file(context.find_frames(address)) {
        while let Ok(Some(frame)) = frames.next()
            && all.len() < MOST_FRAMES
        {
            let mut found = NativeFrame::default();
            if let Some(name) = &frame.function {
                found.system_name = name.raw_name().map(cut).unwrap_or_default();
                // A hostile name may grow without an end when it is spelt out.
                found.name = match found.system_name.len() < MOST_NAME_BYTES {
                    true => name.demangle().map(cut).unwrap_or_default(),
                    false => found.system_name.clone(),
                };
            }
            if let Some(it) = frame.location {
                found.file = it.file.map(|it| cut(spelled_by_go(it).into())).unwrap_or_default();
                found.line = it.line.unwrap_or(0);
            }
            if let (Some(unit), Some(offset)) = (unit, frame.dw_die_offset) {
                let entry = offset.to_debug_info_offset(&unit.header);
                found.start_line = entry.and_then(|it| declared.line(it)).unwrap_or(0);
            }
            all.push(found);
        }
    }
    // The outermost is a function that exists: the linker knows it.
    if all.last().is_none_or(|it| it.name.is_empty())
        && let Some(name) = symbols.at(address)
    {
        if all.is_empty() {
            all.push(NativeFrame::default());
        }
        let outermost = all.last_mut();
        if let Some(it) = outermost {
            it.system_name = cut(name.into());
            it.name = cut(addr2line::demangle_auto(name.into(), None));
        }
    }
    // A frame without a name says nothing that the address does not.
    match all.iter().all(|it| !it.name.is_empty()) {
        true => all,
        false => Vec::new(),
    }
}

/// A path as Go itself writes it. With `-trimpath` it writes `module/path@version/file.go`, and has
/// the C compiler write `/_/module/path@version/file.c`, since that wants absolute paths
/// (`ccompile` in cmd/go/internal/work/exec.go of Go 1.26).
fn spelled_by_go(path: &str) -> &str {
    path.strip_prefix("/_/").unwrap_or(path)
}

/// Debug information that lies in yet another file is not looked for.
fn in_this_file<L: LookupContinuation>(lookup: LookupResult<L>) -> L::Output {
    let mut lookup = lookup;
    loop {
        lookup = match lookup {
            LookupResult::Output(it) => return it,
            LookupResult::Load { continuation, .. } => continuation.resume(None),
        };
    }
}

/// Where functions are declared.
struct Declared<'a> {
    dwarf: Arc<gimli::Dwarf<Reader<'a>>>,
    /// By offset.
    units: Vec<(usize, gimli::UnitHeader<Reader<'a>>)>,
    known: HashMap<usize, Option<u32>>,
}

impl<'a> Declared<'a> {
    fn of(dwarf: Arc<gimli::Dwarf<Reader<'a>>>) -> Declared<'a> {
        let mut units = Vec::new();
        let mut headers = dwarf.units();
        while let Ok(Some(header)) = headers.next() {
            if let Some(offset) = header.debug_info_offset() {
                units.push((offset.0, header));
            }
        }
        Declared { dwarf, units, known: HashMap::default() }
    }

    /// The line of a function's declaration. That of an inlined call stands at its origin, which
    /// may lie in another unit.
    fn line(&mut self, entry: gimli::DebugInfoOffset) -> Option<u32> {
        if let Some(it) = self.known.get(&entry.0) {
            return *it;
        }
        let line = self.find(entry);
        self.known.insert(entry.0, line);
        line
    }

    fn find(&self, entry: gimli::DebugInfoOffset) -> Option<u32> {
        let mut at = entry;
        for _ in 0..MOST_ORIGINS {
            let idx = self.units.partition_point(|it| it.0 <= at.0).checked_sub(1)?;
            let header = &self.units[idx].1;
            let abbreviations = self.dwarf.abbreviations(header).ok()?;
            let entry = header.entry(&abbreviations, at.to_unit_offset(header)?).ok()?;
            if let Some(it) = entry.attr_value(gimli::DW_AT_decl_line) {
                return u32::try_from(it.udata_value()?).ok();
            }
            let origin = entry
                .attr_value(gimli::DW_AT_abstract_origin)
                .or_else(|| entry.attr_value(gimli::DW_AT_specification))?;
            at = match origin {
                AttributeValue::UnitRef(it) => it.to_debug_info_offset(header)?,
                AttributeValue::DebugInfoRef(it) => it,
                _ => return None,
            };
        }
        None
    }
}

/// The functions that the linker knows, by address.
struct Symbols<'a> {
    /// Start, size and name, by start.
    all: Vec<(u64, u64, &'a str)>,
}

impl<'a> Symbols<'a> {
    fn of(elf: &object::File<'a>) -> Symbols<'a> {
        let functions = elf.symbols().chain(elf.dynamic_symbols());
        let functions = functions.filter(|it| it.kind() == SymbolKind::Text && it.is_definition());
        let mut all: Vec<(u64, u64, &'a str)> = functions
            .filter_map(|it| Some((it.address(), it.size(), it.name().ok()?)))
            .filter(|(_, n_bytes, name)| *n_bytes > 0 && !name.is_empty())
            .collect();
        all.sort_unstable();
        Symbols { all }
    }

    /// The function that has the address: the nearest before it may be another one's neighbour.
    fn at(&self, address: u64) -> Option<&'a str> {
        let idx = self.all.partition_point(|it| it.0 <= address).checked_sub(1)?;
        let (start, n_bytes, name) = self.all[idx];
        (address - start < n_bytes).then_some(name)
    }
}

fn cut(text: Cow<'_, str>) -> String {
    let mut end = text.len().min(MOST_NAME_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn invalid(err: impl std::fmt::Display) -> Why {
    Why::Invalid(err.to_string())
}
