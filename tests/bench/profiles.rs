//! The profiles that are measured: real ones of the program in `target/`, made once
//! and kept until they are deleted.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::program;
use crate::support::http;

/// A profile: its file's name, where the program serves it, and how the program is started.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) name: &'static str,
    path: &'static str,
    flags: &'static [&'static str],
}

const fn wanted(name: &'static str, path: &'static str, flags: &'static [&'static str]) -> Wanted {
    Wanted { name, path, flags }
}

pub(crate) const CPU_SMALL: Wanted =
    wanted("cpu, few functions", "profile?seconds=3", &["-shape=few", "-spin=1"]);
pub(crate) const CPU: Wanted = wanted("cpu, deep", "profile?seconds=9", &["-spin=2"]);
pub(crate) const DEEP_150: Wanted = wanted("heap, 150,000 deep", "heap", &["-allocate=150000"]);
pub(crate) const DEEP_600: Wanted = wanted("heap, 600,000 deep", "heap", &["-allocate=600000"]);
pub(crate) const SHALLOW: Wanted =
    wanted("heap, 300,000 shallow", "heap", &["-shape=shallow", "-allocate=300000"]);
pub(crate) const FEW: Wanted =
    wanted("heap, 300,000 of few functions", "heap", &["-shape=few", "-allocate=300000"]);
pub(crate) const LABELS: Wanted =
    wanted("goroutine, 100,000 labels", "goroutine", &["-park=100000"]);
/// A second one like [`DEEP_600`], of another run.
pub(crate) const LATER_600: Wanted =
    wanted("heap, 600,000 deep, later", "heap", &["-allocate=610000"]);
pub(crate) const HEAPS: [Wanted; 4] = [
    wanted("heap, 1,000 deep", "heap", &["-allocate=1000"]),
    wanted("heap, 10,000 deep", "heap", &["-allocate=10000"]),
    wanted("heap, 100,000 deep", "heap", &["-allocate=100000"]),
    wanted("heap, 1,000,000 deep", "heap", &["-allocate=1000000"]),
];
pub(crate) const DUMP: Wanted = wanted(
    "goroutine dump",
    "goroutine?debug=2",
    &["-park=150000", "-stacks=500", "-shape=shallow"],
);

const ALL: [Wanted; 13] = [
    CPU_SMALL, CPU, DEEP_150, DEEP_600, LATER_600, SHALLOW, FEW, LABELS, DUMP, HEAPS[0], HEAPS[1],
    HEAPS[2], HEAPS[3],
];

/// Where they are kept.
pub(crate) struct Profiles {
    folder: PathBuf,
    program: PathBuf,
}

impl Profiles {
    /// Builds the program.
    pub(crate) fn new() -> Profiles {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
        let program = program::build(&folder.join("source"));
        Profiles { folder, program }
    }

    /// The folder of the program's source.
    pub(crate) fn source(&self) -> PathBuf {
        self.folder.join("source")
    }

    /// Makes what is missing.
    pub(crate) fn make_all(&self) {
        for wanted in ALL {
            let file = self.file(wanted);
            if !file.exists() {
                println!("making {}", wanted.name);
                let part = self.folder.join("part");
                fs::write(&part, self.make(wanted)).unwrap();
                fs::rename(&part, &file).unwrap();
            }
        }
    }

    /// The file of a profile.
    pub(crate) fn file(&self, wanted: Wanted) -> PathBuf {
        let name: String = wanted
            .name
            .chars()
            .filter(|it| *it != ',')
            .map(|it| if it == ' ' { '-' } else { it })
            .collect();
        self.folder.join(name)
    }

    fn make(&self, wanted: Wanted) -> Vec<u8> {
        self.start(wanted.flags).get(&format!("debug/pprof/{}", wanted.path))
    }

    /// Starts the program, which does what these flags say.
    pub(crate) fn start(&self, flags: &[&str]) -> Running {
        let mut program = Command::new(&self.program)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Running { program, address: address.trim().to_owned() }
    }
}

/// The program while it runs. It ends with this: when its standard input does.
pub(crate) struct Running {
    program: Child,
    address: String,
}

impl Running {
    /// Where it serves pprof.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/debug/pprof/", self.address)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.program.id()
    }

    /// What it serves at a path.
    pub(crate) fn get(&self, path: &str) -> Vec<u8> {
        let answer = http::get(&format!("http://{}/{path}", self.address));
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.program.stdin.take());
        drop(self.program.wait());
    }
}
