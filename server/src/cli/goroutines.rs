//! `pprof-lens goroutines FILE|URL|TARGET`: goroutines by verdict, each with its evidence.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use crate::decode;
use crate::fetch::{self, Reach};
use crate::model::{Dump, Kind, Target};
use crate::project;
use crate::source::{self, Places, Resolver};
use crate::stuck::{
    FREE_DUMP_GOROUTINES, Known, Looks, STUCK_SECONDS, Verdict, WHOLE_DUMP_GOROUTINES,
    dump_stop_seconds, judge_knowing,
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
    /// Look twice, this many seconds apart: the same goroutines in the same wait for 60 seconds
    /// are stuck.
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
    let (dump, earlier, seconds, from) = match (file, args.watch) {
        (Some(file), None) => {
            let from = if file == "-" { "standard input" } else { file };
            (from_file(file)?, None, 0, from.to_owned())
        }
        (Some(file), Some(_)) => {
            bail!("{file} is a file, which does not change; --watch wants a running program")
        }
        (None, watch) => {
            let program = Program::find(&args)?;
            let from = program.target.describe();
            match watch {
                None if args.leaks => (program.dump_with_leaks()?, None, 0, from),
                None => (program.dump()?, None, 0, from),
                Some(seconds) => {
                    let first = program.dump()?;
                    let looks = Looks::after(None, &first, 0);
                    let start = Instant::now();
                    pause(&program.target, seconds)?;
                    let second = match args.leaks {
                        true => program.dump_with_leaks()?,
                        false => program.dump()?,
                    };
                    (second, Some(looks), start.elapsed().as_secs(), from)
                }
            }
        }
    };
    warn_unknown_lines(&dump);
    let folder = std::env::current_dir().ok();
    let folders: Vec<PathBuf> = folder.iter().cloned().collect();
    let (expected, problems) = project::expected(&folders);
    for it in problems {
        print::note(&format!("{}\n", plain(&it)));
    }
    let resolver = Resolver::new(Places::from_env(folders));
    let sites = source::sites(&dump, &resolver);
    let known = Known {
        earlier: earlier.as_ref(),
        now: seconds,
        sites: Some(&sites),
        expected: Some(&expected),
    };
    let judged = judge_knowing(&dump, &known);
    if args.json {
        print::json(&goroutines_json(&judged))?;
        return Ok(ExitCode::SUCCESS);
    }
    let how = GoroutinesText { from: &from, folder: folder.as_deref(), width: 80, all: args.all };
    print::out(&goroutines_text(&judged, &how))?;
    let has_suspects = judged.groups.iter().any(|it| it.verdict == Verdict::Suspect);
    if has_suspects && file.is_none() && args.watch.is_none() {
        print::note(&format!(
            "\nOne look cannot tell slow from stuck: --watch {STUCK_SECONDS} looks twice.\n"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn from_file(path: &str) -> anyhow::Result<Dump> {
    let bytes = fetch::read_start(Path::new(path))?;
    decode::dump(&bytes).with_context(|| format!("{path} could not be read"))
}

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

    fn dump(&self) -> anyhow::Result<Dump> {
        self.look(false)
    }

    fn dump_with_leaks(&self) -> anyhow::Result<Dump> {
        self.look(true)
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
