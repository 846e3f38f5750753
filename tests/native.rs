//! Names from DWARF: equal to Go's own, whatever the compiler and the linker were told, and never
//! from another file than the one that runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use object::{Object, ObjectSection, ObjectSegment, ObjectSymbol};
use pprof_lens::fetch::mapped_files;
use pprof_lens::model::{MappedFile, Profile};
use pprof_lens::symbolize::{NativeFrame, Symbolized, Why, frames_in, is_bare, name_frames};
use pprof_lens::{decode, fetch};
use proptest::prelude::*;

use crate::support::go::{Program, build_native, marked_line_of};
use crate::support::target::Target;

fn cpu_profile(target: &Target) -> Profile {
    decode::profile(&target.get("profile?seconds=1")).unwrap()
}

/// The lines of all frames of a profile, as `function file:line`, outermost last.
fn frames(profile: &Profile) -> BTreeSet<Vec<String>> {
    let lines = |range: std::ops::Range<usize>| {
        profile.lines[range].iter().map(|it| {
            let function = profile.function(it.function);
            let file = profile.str(function.filename).rsplit('/').next().unwrap();
            format!("{} {file}:{}", profile.str(function.name), it.line)
        })
    };
    profile.locations.iter().map(|it| lines(it.line_range()).collect()).collect()
}

fn hot_frames() -> Vec<String> {
    let line = |mark| marked_line_of(Program::Native, "burn.c", mark);
    vec![
        format!("stir burn.c:{}", line("hot line")),
        format!("burn burn.c:{}", line("call of what is inlined")),
    ]
}

fn why(symbolized: &Symbolized, file: &str) -> Why {
    let of_file = |it: &&_| -> bool {
        let it: &pprof_lens::symbolize::Unnamed = it;
        it.path.ends_with(file)
    };
    let found = symbolized.unnamed.iter().find(of_file);
    found.unwrap_or_else(|| panic!("{symbolized:?}")).why.clone()
}

#[test]
fn names_are_those_of_go_itself() {
    let mut n_compared = 0;
    for (program, flags) in [(Program::Plain, &["-busy"][..]), (Program::NativePie, &[])] {
        let target = Target::start(program, flags);
        let profile = cpu_profile(&target);
        let bytes = fs::read(program.executable()).unwrap();
        let elf = object::File::parse(&*bytes).unwrap();
        let named: Vec<_> = profile.locations.iter().filter(|it| !is_bare(&profile, it)).collect();
        let in_file = |address: u64| {
            let mapping = profile.mappings[0];
            let offset = address - mapping.start + mapping.offset;
            let holds = |it: &object::read::Segment| {
                let (start, n_bytes) = it.file_range();
                (start..start + n_bytes).contains(&offset)
            };
            let segment = elf.segments().find(holds).unwrap();
            offset - segment.file_range().0 + segment.address()
        };
        let addresses: Vec<u64> = named.iter().map(|it| in_file(it.address)).collect();
        let found = frames_in(&bytes, &addresses).unwrap();
        for (location, found) in named.into_iter().zip(found) {
            let lines = &profile.lines[location.line_range()];
            let gos = lines.iter().map(|it| {
                let function = profile.function(it.function);
                (profile.str(function.name), function.start_line, it.line)
            });
            let ours = found
                .iter()
                .map(|it| (it.name.as_str(), i64::from(it.start_line), i64::from(it.line)));
            let (gos, ours): (Vec<_>, Vec<_>) = (gos.collect(), ours.collect());
            assert_eq!(ours, gos, "{:#x} of {program:?}", location.address);
            n_compared += 1;
        }
    }
    assert!(n_compared > 50, "{n_compared} locations");
}

#[test]
fn only_the_build_that_runs_is_believed() {
    let target = Target::start(Program::Native, &[]);
    let original = cpu_profile(&target);
    let mapped = mapped_files(target.pid());
    assert!(!frames(&original).contains(&hot_frames()));

    let mut profile = original.clone();
    let symbolized = name_frames(&mut profile, &mapped);
    assert!(frames(&profile).contains(&hot_frames()), "{symbolized:?}: {:#?}", frames(&profile));
    assert!(symbolized.n_named > 0);
    assert_eq!(profile.samples, original.samples);

    // Without a process nothing is read.
    let mut profile = original.clone();
    assert_eq!(name_frames(&mut profile, &[]), Symbolized::default());
    assert_eq!(profile, original);

    // Another build, or none.
    let with_build_id = |text: &str| {
        let mut profile = original.clone();
        let id = profile.strings.push(text);
        profile.mappings.iter_mut().for_each(|it| it.build_id = id);
        profile
    };
    for id in ["deadbeef", "../../etc", "\0"] {
        let symbolized = name_frames(&mut with_build_id(id), &mapped);
        assert_eq!((symbolized.n_named, why(&symbolized, "native")), (0, Why::OtherBuild));
    }
    // The kernel says what the process was started from.
    assert!(name_frames(&mut with_build_id(""), &mapped).n_named > 0);
    let as_library = |it: &MappedFile| MappedFile { is_executable: false, ..it.clone() };
    let libraries: Vec<MappedFile> = mapped.iter().map(as_library).collect();
    let symbolized = name_frames(&mut with_build_id(""), &libraries);
    assert_eq!((symbolized.n_named, why(&symbolized, "native")), (0, Why::NoBuildId));

    // A file that the process does not run, and one at another place than it runs at.
    let with_mapping = |change: &dyn Fn(&mut Profile)| {
        let mut profile = original.clone();
        change(&mut profile);
        let symbolized = name_frames(&mut profile, &mapped);
        (symbolized.n_named, why(&symbolized, ""))
    };
    let elsewhere = with_mapping(&|profile| {
        let id = profile.strings.push("/etc/passwd");
        profile.mappings.iter_mut().for_each(|it| it.filename = id);
    });
    assert_eq!(elsewhere, (0, Why::NotMapped));
    let moved = with_mapping(&|profile| profile.mappings.iter_mut().for_each(|it| it.offset += 1));
    assert_eq!(moved, (0, Why::NotMapped));
}

#[test]
fn a_program_that_was_rebuilt_is_not_named_from_its_successor() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("native");
    fs::copy(Program::Native.executable(), &path).unwrap();
    let target = Target::spawn(Command::new(&path));
    fs::remove_file(&path).unwrap();
    fs::copy(Program::NativePie.executable(), &path).unwrap();
    // Go says the build id of what lies at the path now.
    let mut profile = cpu_profile(&target);
    let symbolized = name_frames(&mut profile, &mapped_files(target.pid()));
    assert_eq!((symbolized.n_named, why(&symbolized, "native")), (0, Why::OtherBuild));
    // With nothing at the path it says none, and the running image is still there.
    fs::remove_file(&path).unwrap();
    let mut profile = cpu_profile(&target);
    name_frames(&mut profile, &mapped_files(target.pid()));
    assert!(frames(&profile).contains(&hot_frames()), "{:#?}", frames(&profile));
}

#[test]
fn a_stripped_file_and_one_without_debug_information_are_told_apart() {
    for (name, flags, expected) in [
        ("stripped/native", "-ldflags=-s -w", Why::Stripped),
        ("nodwarf/native", "-ldflags=-w", Why::NoDebugInfo),
    ] {
        let target = Target::spawn(Command::new(build_native(name, &[flags])));
        let mut profile = cpu_profile(&target);
        let symbolized = name_frames(&mut profile, &mapped_files(target.pid()));
        assert_eq!(why(&symbolized, "native"), expected);
        // Where there are symbols, the function is known all the same.
        let is_named = frames(&profile).contains(&vec!["burn :0".to_owned()]);
        assert_eq!(is_named, expected == Why::NoDebugInfo);
        assert!(symbolized.unnamed[0].n_samples > 10, "{symbolized:?}");
        assert!(symbolized.unnamed[0].to_string().contains("samples have frames without lines"));
    }
}

/// A library of the C file alone, compiled with these flags.
fn library(name: &str, flags: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("targets/libraries");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let mut compiler = Command::new("gcc");
    compiler.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&path).args(flags).arg("burn.c");
    let output = compiler.current_dir(Program::Native.root()).output();
    let output = output.unwrap_or_else(|err| panic!("gcc: {err}; tests/run says what is missing"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

/// The addresses of the code of the function `burn`, and its frames there.
fn frames_of_burn(bytes: &[u8]) -> Result<Vec<Vec<NativeFrame>>, Why> {
    frames_in(bytes, &addresses_of_burn(bytes))
}

fn addresses_of_burn(bytes: &[u8]) -> Vec<u64> {
    let elf = object::File::parse(bytes).unwrap();
    let symbol = elf.symbols().find(|it| it.name() == Ok("burn")).unwrap();
    (symbol.address()..symbol.address() + symbol.size()).collect()
}

#[test]
fn debug_information_of_every_make_is_read() {
    let line = |mark| marked_line_of(Program::Native, "burn.c", mark);
    let (hot, call) = (line("hot line"), line("call of what is inlined"));
    let file = Program::Native.root().join("burn.c");
    for (name, flags) in [
        ("dwarf5.so", &["-g", "-gdwarf-5"][..]),
        ("dwarf4.so", &["-g", "-gdwarf-4"]),
        ("dwarf3.so", &["-g", "-gdwarf-3"]),
        ("types.so", &["-g", "-gdwarf-4", "-fdebug-types-section"]),
        ("zlib.so", &["-g", "-Wl,--compress-debug-sections=zlib"]),
        ("zlib-gnu.so", &["-g", "-Wl,--compress-debug-sections=zlib-gnu"]),
        ("sections.so", &["-g", "-ffunction-sections", "-Wl,--gc-sections"]),
    ] {
        let found = frames_of_burn(&fs::read(library(name, flags)).unwrap()).unwrap();
        let is_hot = |it: &&Vec<NativeFrame>| it[0].line == hot;
        let hottest = found.iter().find(is_hot).unwrap_or_else(|| panic!("{name}: {found:#?}"));
        let [stir, burn] = &hottest[..] else { panic!("{name}: {hottest:#?}") };
        assert_eq!((stir.name.as_str(), burn.name.as_str()), ("stir", "burn"), "{name}");
        assert_eq!(burn.line, call, "{name}");
        assert!(stir.start_line > 0 && stir.start_line < hot, "{name}: {stir:?}");
        assert_eq!(Path::new(&stir.file), file, "{name}");
    }
    let bytes = fs::read(library("compressed.so", &["-g", "-gz=zlib"])).unwrap();
    let elf = object::File::parse(&*bytes).unwrap();
    let section = elf.section_by_name(".debug_info").unwrap();
    let is_compressed = |it: object::CompressedData| it.format != object::CompressionFormat::None;
    assert!(section.compressed_data().is_ok_and(is_compressed), "the linker compresses");
}

#[test]
fn what_is_no_elf_file_is_said_to_be_none() {
    let broken = [&b""[..], b"\x7fELF", b"\x7fELF\x02\x01\x01", &[0; 4096], b"MZ", b"!<arch>\n"];
    for bytes in broken {
        assert!(matches!(frames_in(bytes, &[0, 1, u64::MAX]), Err(Why::Invalid(_))), "{bytes:?}");
    }
    assert!(fetch::mapped_files(0).is_empty());
}

/// Where bytes of a file are changed, and to what.
fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Damage anywhere, and damage in the debug sections alone: no panic, no hang.
    #[test]
    fn a_damaged_file_does_no_harm(damage in damage(), in_dwarf in any::<bool>()) {
        let original = fs::read(damaged()).unwrap();
        let addresses = addresses_of_burn(&original);
        let mut bytes = original.clone();
        let range = match in_dwarf {
            true => debug_sections(&original),
            false => 0..original.len(),
        };
        for (at, value) in damage {
            let at = range.start + at.index(range.len());
            bytes[at] = value;
        }
        let start = Instant::now();
        drop(frames_in(&bytes, &addresses));
        prop_assert!(start.elapsed() < Duration::from_secs(5));
    }

    /// A file that ends anywhere.
    #[test]
    fn a_cut_file_does_no_harm(at in any::<prop::sample::Index>()) {
        let original = fs::read(damaged()).unwrap();
        let addresses = addresses_of_burn(&original);
        drop(frames_in(&original[..at.index(original.len())], &addresses));
    }
}

fn damaged() -> PathBuf {
    static BUILT: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    BUILT.get_or_init(|| library("damaged.so", &["-g", "-gdwarf-5"])).clone()
}

fn debug_sections(bytes: &[u8]) -> std::ops::Range<usize> {
    let elf = object::File::parse(bytes).unwrap();
    let sections = elf.sections().filter(|it| it.name().is_ok_and(|it| it.starts_with(".debug")));
    let ranges: Vec<(u64, u64)> = sections.filter_map(|it| it.file_range()).collect();
    let start = ranges.iter().map(|it| it.0).min().unwrap();
    let end = ranges.iter().map(|it| it.0 + it.1).max().unwrap();
    start as usize..end as usize
}
