//! Thousands of random profiles with random options, through the real pprof and through ours.

use std::path::{Path, PathBuf};
use std::thread;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use tempfile::TempDir;

use super::arbitrary::{Profile, Program, profile, program, types_of_base};
use super::compare::canonical;
use super::options::{Options, options};
use super::write::write;
use crate::support::lens::Lens;
use crate::support::oracle::pprof_in;
use crate::support::process::{self, Finished};

/// Two profiles of one program, and what is asked about them.
#[derive(Debug, Clone)]
struct Case {
    source: Vec<u8>,
    base: Vec<u8>,
    options: Options,
    program: Program,
    profiles: (Profile, Profile),
}

fn case(
    program: impl Strategy<Value = Program>,
    profiles: (impl Strategy<Value = Profile>, impl Strategy<Value = Profile>),
) -> impl Strategy<Value = Case> {
    (program, profiles, types_of_base(), options()).prop_map(
        |(program, (source, mut base), types, options)| {
            types.apply(&source, &mut base);
            Case {
                source: write(&program, &source),
                base: write(&program, &base),
                options,
                program,
                profiles: (source, base),
            }
        },
    )
}

/// Where both programs run: a folder called `work`, with two source files.
struct Place {
    home: TempDir,
    lens: Lens,
}

impl Place {
    fn new() -> Place {
        let home = tempfile::tempdir().unwrap();
        let work = home.path().join("work");
        std::fs::create_dir_all(work.join("src")).unwrap();
        let text = |n| (1..=n).map(|it| format!("\tline {it} // été\n")).collect::<String>();
        std::fs::write(work.join("a.go"), text(3)).unwrap();
        std::fs::write(work.join("src/c.go"), text(25)).unwrap();
        Place { home, lens: Lens::new() }
    }

    fn work(&self) -> PathBuf {
        self.home.path().join("work")
    }

    fn ours(&self, arguments: &[String]) -> Finished {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        process::run(self.lens.command(&arguments).current_dir(self.work()), &[])
    }

    fn check(&self, case: &Case) -> Result<(), String> {
        let work = self.work();
        std::fs::write(work.join("source.pb"), &case.source).unwrap();
        std::fs::write(work.join("base.pb"), &case.base).unwrap();
        let options = &case.options;
        let mut shared = options.flags_for(&case.profiles.0.types);
        if let Some((base, normalize)) = options.base {
            shared.push(format!("{base}=base.pb"));
            shared.extend(normalize.then(|| "-normalize".to_owned()));
        }
        shared.push("source.pb".to_owned());

        let (our_command, their_command) = match options.list {
            Some(it) => (vec!["list".to_owned(), it.to_owned()], format!("-list={it}")),
            None => (vec!["top".to_owned()], "-top".to_owned()),
        };
        let ours = self.ours(&[our_command, shared.clone()].concat());
        let theirs = [vec![their_command], shared].concat();
        let is_by_cum = options.flags.iter().any(|it| it == "-cum");
        let is_same = |expected: &Finished| {
            (expected.code == Some(0)) == (ours.code == Some(0))
                && canonical(&ours.stdout, is_by_cum) == canonical(&expected.stdout, is_by_cum)
        };
        let expected = self.theirs(&theirs);
        if is_same(&expected) || self.is_chance(&theirs, &expected, is_same) {
            return Ok(());
        }
        Err(format!(
            "{}\n--- pprof ends with {:?}\n{}{}--- pprof-lens ends with {:?}\n{}{}",
            theirs.join(" "),
            expected.code,
            expected.stdout,
            expected.stderr,
            ours.code,
            ours.stdout,
            ours.stderr
        ))
    }

    fn theirs(&self, arguments: &[String]) -> Finished {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        pprof_in(&self.work(), &arguments)
    }

    /// Whether pprof contradicts itself here, and says what we say some of the time: `-nodecount`
    /// can cut through a tie, and the range of `-list` depends on the order of its nodes when
    /// one function has several start lines. Of the many ties of `-files` ours need not come up.
    fn is_chance(
        &self,
        arguments: &[String],
        first: &Finished,
        is_same: impl Fn(&Finished) -> bool,
    ) -> bool {
        let has = |start: &str| arguments.iter().any(|it| it.starts_with(start));
        if !has("-nodecount") && !has("-list") {
            return false;
        }
        (0..40).any(|_| {
            let again = self.theirs(arguments);
            let differs = again.stdout != first.stdout;
            is_same(&again) || differs && has("-files") && has("-nodecount")
        })
    }
}

/// Environment variables that make a longer run: how many cases, and from which seed.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// Runs so many cases of this kind on two threads, and says what differs.
fn run<S: Strategy<Value = Case>>(name: &str, case: impl Fn() -> S + Sync, n_cases: u64) {
    let seed = setting("PPROF_LENS_SEED", 1);
    let saved = Path::new(env!("CARGO_TARGET_TMPDIR")).join("random_profiles");
    let run = |half: u64| {
        let config = Config {
            cases: (n_cases / 2) as u32,
            max_shrink_iters: 400,
            max_shrink_time: 60_000,
            failure_persistence: None,
            rng_seed: RngSeed::Fixed(seed * 2 + half),
            ..Config::default()
        };
        let place = Place::new();
        let outcome = TestRunner::new(config)
            .run(&case(), |case| place.check(&case).map_err(TestCaseError::fail));
        match outcome {
            Ok(()) => None,
            Err(TestError::Fail(why, case)) => {
                std::fs::create_dir_all(&saved).unwrap();
                let path = |part: &str| saved.join(format!("{name}-{seed}-{half}-{part}.pb"));
                std::fs::write(path("source"), &case.source).unwrap();
                std::fs::write(path("base"), &case.base).unwrap();
                let data = format!("{:?}\n{:?}", case.program, case.profiles);
                Some(format!(
                    "PPROF_LENS_SEED={seed}, half {half}: {why}\n{}\nsaved as {} and {}",
                    data.chars().take(20_000).collect::<String>(),
                    path("source").display(),
                    path("base").display()
                ))
            }
            Err(TestError::Abort(why)) => Some(format!("gave up: {why}")),
        }
    };
    let run = &run;
    let failures: Vec<String> = thread::scope(|scope| {
        let halves = [0, 1].map(|it| scope.spawn(move || run(it)));
        halves.into_iter().filter_map(|it| it.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn reports_equal_pprof() {
    let case = || case(program(), (profile(), profile()));
    run("small", case, setting("PPROF_LENS_CASES", 2000));
}

/// Large profiles are walked on several threads.
#[test]
fn large_reports_equal_pprof() {
    let program = || program().prop_map(Program::with_deep_stacks);
    let profile = || profile().prop_map(Profile::with_many_samples);
    let case = || case(program(), (profile(), profile()));
    run("large", case, setting("PPROF_LENS_LARGE_CASES", 10));
}
