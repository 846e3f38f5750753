//! `pprof-lens capture KIND`: a profile of a running program, saved as it came.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde::Serialize;

use crate::config::Config;
use crate::decode;
use crate::fetch::{self, Fetched};
use crate::listing::measure;
use crate::model::{CaptureMeta, Kind, Profile, Target};
use crate::store::{NewCapture, Store};
use crate::view::escape::plain;
use crate::view::{GcAge, gc_age, why_empty};

use super::input::ReachArgs;
use super::print;
use super::save::save;
use super::wait::wait;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// cpu, heap, allocs, goroutine, goroutineleak, mutex, block or threadcreate.
    #[arg(value_name = "KIND")]
    kind: Kind,
    /// A URL, host:port, a PID or a process name; default: the one program that serves pprof.
    #[arg(long, short, value_name = "TARGET")]
    target: Option<String>,
    /// Length of a CPU capture (default: 10); for other kinds, only what happens in that time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
    /// Write the profile to this file, or - for standard output, instead of the store.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Your own words, kept with the capture.
    #[arg(long, value_name = "TEXT", conflicts_with = "output")]
    note: Option<String>,
    /// Print what was saved as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    reach: ReachArgs,
}

pub(super) fn run(args: Args) -> anyhow::Result<ExitCode> {
    let (kind, reach) = (args.kind, args.reach.reach());
    let config = Config::default();
    let seconds = args.seconds.or(kind.takes_time().then_some(config.capture_seconds));
    let named = args.target.as_deref();
    let target = wait("looking for the target", None, fetch::find(named, reach))?;
    let what = format!("capturing {kind} of {}", plain(&target.describe()));
    let fetched = wait(&what, seconds, fetch::profile(&target.url, kind, seconds, reach))?;
    // What cannot be read now could not be read later either.
    let profile = decode::profile(&fetched.bytes).with_context(|| {
        format!("{what}: it answered with something unreadable; nothing was saved")
    })?;

    let last_gc = match kind {
        // The capture is what was asked for: it is saved without this.
        Kind::Heap if seconds.is_none() => {
            wait(&what, None, fetch::last_gc(&target.url, &profile, reach)).ok().flatten()
        }
        _ => None,
    };
    let new = NewCapture {
        kind,
        target: Some(target),
        taken_at: fetched.taken_at,
        seconds,
        last_gc,
        note: args.note,
    };
    let saved = match &args.output {
        Some(path) => to_file(path, new, &fetched)?,
        None => to_store(new, &fetched, &config)?,
    };
    if args.output.as_deref() == Some(Path::new("-")) {
        return Ok(ExitCode::SUCCESS);
    }
    if args.json {
        print::json(&saved)?;
    } else {
        print::out(&report(&saved, &profile))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints: the description that is kept with the bytes, and where they are.
#[derive(Debug, Serialize)]
struct Saved {
    #[serde(flatten)]
    meta: CaptureMeta,
    path: PathBuf,
}

fn to_store(new: NewCapture, fetched: &Fetched, config: &Config) -> anyhow::Result<Saved> {
    let store = Store::of_user(config.store_quota_megabytes << 20)?;
    let meta = store.save(new, &fetched.bytes)?;
    Ok(Saved { path: store.path(&meta.id), meta })
}

fn to_file(path: &Path, new: NewCapture, fetched: &Fetched) -> anyhow::Result<Saved> {
    save(path, &fetched.bytes)?;
    // Only captures in the store have an id.
    let meta = new.described(String::new(), fetched.bytes.len() as u64);
    Ok(Saved { meta, path: path.to_owned() })
}

fn report(saved: &Saved, profile: &Profile) -> String {
    let kind = saved.meta.kind;
    let target = saved.meta.target.as_ref().map(Target::describe).unwrap_or_default();
    let n_samples = profile.samples.len();
    let size = measure::label(saved.meta.n_bytes as i64, "bytes");
    let path = saved.path.display().to_string();
    let mut text = format!("captured {kind} of {}: {n_samples} samples, {size}\n", plain(&target));
    if let Some(it) = saved.meta.last_gc {
        text += &format!("it is as of {}\n", gc_age(Some(GcAge::of(it, profile.time_nanos))));
    }
    if n_samples == 0 {
        text += &format!("it is empty: {}\n", why_empty(kind));
    }
    text + &format!("{}\nnext: pprof-lens top {}\n", plain(&path), shell_word(&path))
}

/// The path as a shell takes it.
fn shell_word(path: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-+:@".contains(it);
    match path.chars().all(is_plain) {
        true => path.to_owned(),
        false => format!("'{}'", plain(path).replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_path_can_be_pasted() {
        assert_eq!(shell_word("/a/b-c.pb.gz"), "/a/b-c.pb.gz");
        assert_eq!(shell_word("/it's here"), r"'/it'\''s here'");
    }
}
