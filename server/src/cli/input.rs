//! Turns what a user names, a file or an address, into bytes or a decoded profile.

use std::path::Path;

use anyhow::Context;
use bytes::Bytes;

use crate::decode;
use crate::fetch::{self, Reach};
use crate::listing::{Costs, Tally};
use crate::model::{Profile, Target};

use super::wait::wait;

/// How to reach what is named.
#[derive(Debug, clap::Args)]
pub(super) struct InputArgs {
    /// For an address: profile for this many seconds.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    seconds: Option<u32>,
    #[command(flatten)]
    reach: ReachArgs,
}

/// Whether other machines may be asked.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct ReachArgs {
    /// Allow an address that is not on this machine.
    #[arg(long)]
    allow_remote: bool,
}

impl ReachArgs {
    pub(super) fn reach(self) -> Reach {
        if self.allow_remote { Reach::Anywhere } else { Reach::Loopback }
    }
}

/// Reads and decodes a profile: a file, `-`, or an address as `go tool pprof` takes it.
pub(super) fn profile(source: &str, args: &InputArgs) -> anyhow::Result<Profile> {
    decode::profile(&bytes(source, args)?).with_context(|| could_not_read(source))
}

/// The same for what needs only its costs: the samples are summed as they are read, not kept.
/// Returns what they refer to, and the sums.
pub(super) fn costs(source: &str, args: &InputArgs) -> anyhow::Result<(Profile, Costs)> {
    let bytes = bytes(source, args)?;
    let mut tally = Tally::default();
    let symbols =
        decode::symbols_into(&bytes, &mut tally).with_context(|| could_not_read(source))?;
    if let Some(costs) = Costs::of_tally(tally, &symbols) {
        return Ok((symbols, costs));
    }
    let profile = decode::profile(&bytes).with_context(|| could_not_read(source))?;
    let costs = Costs::of(&profile);
    Ok((profile, costs))
}

/// The program that serves a profile, if it is an address and the program is on this machine: it
/// says what it was built from.
pub(super) fn target(source: &str, args: &InputArgs) -> Option<Target> {
    let url = fetch::typed_url(source, None).ok().filter(|_| is_address(source))?;
    let find = fetch::find(Some(url.authority()), args.reach.reach());
    wait("looking at the program", None, find).ok()
}

fn could_not_read(source: &str) -> String {
    format!("{source} could not be read")
}

fn bytes(source: &str, args: &InputArgs) -> anyhow::Result<Bytes> {
    if !is_address(source) {
        return Ok(fetch::read(Path::new(source))?.into());
    }
    let url = fetch::typed_url(source, args.seconds)?;
    let seconds = fetch::seconds_of(&url);
    let what = format!("profiling {}", url.authority());
    Ok(wait(&what, seconds, fetch::typed(source, args.seconds, args.reach.reach()))?.bytes)
}

/// A file that exists is a file, as in `go tool pprof`; else what has a colon is an address.
fn is_address(source: &str) -> bool {
    source != "-" && !Path::new(source).exists() && source.contains(':')
}
