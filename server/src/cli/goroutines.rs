//! `pprof-lens goroutines FILE|URL|TARGET`: goroutines by verdict, each with its evidence.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::decode;
use crate::fetch::{self, Reach};
use crate::model::{Dump, Kind, Target};
use crate::project::Project;
use crate::source::{self, Places, Sources};
use crate::stuck::{
    Counts, Expected, FREE_DUMP_GOROUTINES, Judged, Known, Looks, STUCK_SECONDS, Trends, Verdict,
    WHOLE_DUMP_GOROUTINES, dump_stop_seconds, judge_knowing,
};
use crate::view::escape::plain;
use crate::view::{GoroutinesText, goroutines_json, goroutines_text};

use super::input::ReachArgs;
use super::print;
use super::wait::wait;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A dump (`goroutine?debug=2`; - is standard input), or a program: a URL, host:port, a PID or
    /// a process name; default: the one program that serves pprof.
    #[arg(value_name = "FILE|URL|TARGET")]
    source: Option<String>,
    /// Look every so many seconds until Ctrl-C, also when the program is started again, and report
    /// from the second look on: the same goroutines in the same wait for 60 seconds are stuck.
    /// With --json: look twice.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86400))]
    watch: Option<u32>,
    /// Write idle and running goroutines in full too.
    #[arg(long)]
    all: bool,
    /// Dump more than 1,000 goroutines, which stops the program for a noticeable time; twice: more
    /// than 30,000.
    #[arg(long, action = clap::ArgAction::Count)]
    force: u8,
    /// Let Go's leak detector run first, a garbage collection, and trust what it proves: from
    /// Go 1.27 on, or in builds of Go 1.26 with GOEXPERIMENT=goroutineleakprofile.
    #[arg(long)]
    leaks: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: ReachArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let file = args.source.as_deref().filter(|it| *it == "-" || Path::new(it).exists());
    if let (Some(file), Some(_)) = (file, args.watch) {
        bail!("{file} is a file, which does not change; --watch wants a running program");
    }
    let judge = Judge::new();
    if let Some(file) = file {
        let from = if file == "-" { "standard input" } else { file };
        let seen = Seen { from: from.to_owned(), ..Seen::default() };
        judge.print(&args, &from_file(file)?, &seen)?;
        return Ok(ExitCode::SUCCESS);
    }
    let program = Program::find(&args)?;
    match args.watch {
        Some(seconds) => watch(&args, &judge, program, seconds),
        None => {
            let dump = program.look(args.leaks)?;
            let seen = Seen { from: program.target.describe(), ..Seen::default() };
            if judge.print(&args, &dump, &seen)? && !args.json {
                print::note(&format!(
                    "\nOne look cannot tell slow from stuck: --watch {STUCK_SECONDS} looks again.\n"
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Looks again and again. Returns after the second look when JSON is wanted, else never: the user
/// ends it.
fn watch(
    args: &Args,
    judge: &Judge,
    mut program: Program,
    seconds: u32,
) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let mut seen = Seen { from: program.target.describe(), ..Seen::default() };
    let mut n_looks = 0u32;
    loop {
        // The detector runs when there is something to compare with: it empties Go's own minutes.
        match program.look(args.leaks && seen.looks.is_some()) {
            Ok(dump) => {
                seen.now = start.elapsed().as_secs();
                if let Some(counts) = Counts::of_dump(&dump) {
                    seen.trends.add(&counts, seen.now);
                }
                n_looks += 1;
                if n_looks > 1 {
                    judge.print(args, &dump, &seen)?;
                    if args.json {
                        return Ok(ExitCode::SUCCESS);
                    }
                    print::out("\n")?;
                }
                seen.looks = Some(Looks::after(seen.looks.as_ref(), &dump, seen.now));
            }
            // Before the first look it is the command that went wrong, later the program ended.
            Err(err) if n_looks == 0 || args.json => return Err(err),
            Err(err) => {
                print::note(&format!("{}; waiting for it\n", plain(&format!("{err:#}"))));
                program = program.again(args)?;
                // Ids and minutes are of the run that is over; counts go on.
                seen.looks = None;
                seen.from = program.target.describe();
                continue;
            }
        }
        pause(&program.target, seconds)?;
    }
}

/// What is known of a program beside the dump that is judged.
#[derive(Default)]
struct Seen {
    /// What reports call it.
    from: String,
    looks: Option<Looks>,
    trends: Trends,
    /// Seconds since the first look.
    now: u64,
}

/// Judges dumps by the sources and the project's file of the working folder.
struct Judge {
    folder: Option<PathBuf>,
    expected: Expected,
    sources: Sources,
}

impl Judge {
    fn new() -> Judge {
        let folder = std::env::current_dir().ok();
        let folders: Vec<PathBuf> = folder.iter().cloned().collect();
        let project = Project::read(&folders);
        for it in project.problems {
            print::note(&format!("{}\n", plain(&it)));
        }
        let expected = project.expected;
        Judge { folder, expected, sources: Sources::new(Places::from_env(folders), Arc::default()) }
    }

    fn judge(&self, dump: &Dump, seen: &Seen) -> Judged {
        let sites = source::sites(dump, &self.sources);
        let known = Known {
            earlier: seen.looks.as_ref(),
            now: seen.now,
            sites: Some(&sites),
            expected: Some(&self.expected),
        };
        judge_knowing(dump, &known)
    }

    /// Prints the verdicts; returns whether some goroutines are suspect.
    fn print(&self, args: &Args, dump: &Dump, seen: &Seen) -> anyhow::Result<bool> {
        warn_unknown_lines(dump);
        let judged = self.judge(dump, seen);
        let has_suspects = judged.groups.iter().any(|it| it.verdict == Verdict::Suspect);
        if args.json {
            print::json(&goroutines_json(&judged))?;
            return Ok(has_suspects);
        }
        let how = GoroutinesText {
            from: &seen.from,
            folder: self.folder.as_deref(),
            width: 80,
            all: args.all,
            trends: Some(&seen.trends),
        };
        print::out(&goroutines_text(&judged, &how))?;
        Ok(has_suspects)
    }
}

fn from_file(path: &str) -> anyhow::Result<Dump> {
    let bytes = fetch::read_start(Path::new(path))?;
    decode::dump(&bytes).with_context(|| format!("{path} could not be read"))
}

/// Between two tries to find a program that ended.
const SEARCH_SECONDS: u32 = 2;

/// A running program, and how much it may be disturbed.
struct Program {
    target: Target,
    reach: Reach,
    force: u8,
}

impl Program {
    fn find(args: &Args) -> anyhow::Result<Program> {
        let reach = args.reach.reach();
        let spec = args.source.as_deref();
        let mut found = wait("looking for the program", None, fetch::find(spec, reach));
        if let Some(spec) = spec
            && !spec.contains(':')
        {
            found = found.with_context(|| format!("{spec} is no file here, and no program"));
        }
        Ok(Program { target: found?, reach, force: args.force })
    }

    /// Waits until it runs again, at the same address or by the same name.
    fn again(&self, args: &Args) -> anyhow::Result<Program> {
        loop {
            pause(&self.target, SEARCH_SECONDS)?;
            let spec =
                args.source.clone().filter(|it| it.contains(':') || it.parse::<u32>().is_err());
            // A PID is never used again by the same program: its address may be.
            let spec = spec.unwrap_or_else(|| self.target.url.to_string());
            let found = wait("looking for the program", None, fetch::find(Some(&spec), self.reach));
            if let Ok(target) = found {
                return Ok(Program { target, reach: self.reach, force: self.force });
            }
        }
    }

    /// Counts first, which costs the program nothing; then dumps, which stops it.
    fn look(&self, with_leaks: bool) -> anyhow::Result<Dump> {
        let target = &self.target;
        let name = target.describe();
        let index = wait("counting", None, fetch::index(&target.url, self.reach))?;
        let count = index.count(Kind::Goroutine.name()).unwrap_or_default();
        self.check_count(count)?;
        let what = format!("dumping the goroutines of {}", plain(&name));
        let fetched = if with_leaks {
            ensure!(
                index.count(Kind::Goroutineleak.name()).is_some(),
                "{name} has no leak detector: build it with Go 1.27, or with Go 1.26 and \
                 GOEXPERIMENT=goroutineleakprofile"
            );
            wait(&what, None, fetch::dump_with_leaks(&target.url, self.reach))?
        } else {
            wait(&what, None, fetch::dump(&target.url, self.reach))?
        };
        let is_over = target.process.as_ref().is_some_and(|it| !fetch::is_same_run(it));
        ensure!(!is_over, "{name} ended meanwhile; try again when it runs");
        decode::dump(&fetched.bytes).with_context(|| format!("{name} answered with no dump"))
    }

    fn check_count(&self, count: u64) -> anyhow::Result<()> {
        let n_needed =
            u8::from(FREE_DUMP_GOROUTINES < count) + u8::from(WHOLE_DUMP_GOROUTINES < count);
        if n_needed <= self.force {
            return Ok(());
        }
        let stop = dump_stop_seconds(count);
        let (shallow, deep) = (stop.start(), stop.end());
        let cut = if n_needed == 2 { ", and Go may cut the text at 64 MiB" } else { "" };
        let flags = if n_needed == 2 { "--force --force" } else { "--force" };
        bail!(
            "{} has {count} goroutines: dumping them stops it for about {shallow:.1} s, up to \
             {deep:.1} s when the stacks are deep{cut}; {flags} does it all the same",
            self.target.describe(),
        )
    }
}

/// Lets time pass between two looks.
fn pause(target: &Target, seconds: u32) -> anyhow::Result<()> {
    let what = format!("watching {}", plain(&target.describe()));
    wait(&what, Some(seconds), async {
        tokio::time::sleep(Duration::from_secs(u64::from(seconds))).await;
        anyhow::Ok(())
    })
}

fn warn_unknown_lines(dump: &Dump) {
    if let Some(first) = dump.unknown_lines.first() {
        print::note(&format!(
            "{} of the dump's lines fit no known form and were skipped; the first: {}\n",
            dump.n_unknown_lines,
            plain(first)
        ));
    }
}
