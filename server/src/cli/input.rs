//! Turns what a user names, a file or a URL, into a decoded profile.

use anyhow::Context;

use crate::decode;
use crate::model::Profile;

/// How to reach what is named.
#[derive(Debug, clap::Args)]
pub(super) struct InputArgs {}

/// Reads and decodes a profile.
pub(super) fn profile(source: &str, _args: &InputArgs) -> anyhow::Result<Profile> {
    let bytes = std::fs::read(source).with_context(|| format!("reading {source}"))?;
    decode::profile(&bytes).with_context(|| format!("{source} could not be read"))
}
