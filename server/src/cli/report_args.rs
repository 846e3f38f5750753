//! The options that `top` and `list` share with `go tool pprof`, and the profile they choose.

use anyhow::Context;

use crate::diff::{BaseMode, Difference, base_samples, keep_unique_types, subtract};
use crate::listing::{Expression, Filter, Subject, forget_addresses, prune, sample_index};
use crate::model::Profile;

use super::{input, print};

/// Which profile, which of its values, which samples. Names are pprof's.
#[derive(Debug, clap::Args)]
pub(super) struct SubjectArgs {
    /// Sample type to report, by name or number; default: the profile's own.
    #[arg(long, value_name = "TYPE", default_value = "", hide_default_value = true)]
    sample_index: String,
    /// Profile to subtract, for two snapshots of one run: equal samples net out.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "diff_base")]
    base: Option<String>,
    /// Profile to compare with, for two runs: percentages are of its total.
    #[arg(long, value_name = "FILE|URL")]
    diff_base: Option<String>,
    /// Scale to the base's sums first.
    #[arg(long)]
    normalize: bool,
    /// Only samples with a frame that matches.
    #[arg(long, value_name = "REGEX")]
    focus: Option<Expression>,
    /// No samples with a frame that matches.
    #[arg(long, value_name = "REGEX")]
    ignore: Option<Expression>,
    #[command(flatten)]
    pub(super) input: input::InputArgs,
}

/// The same, and how it is printed.
#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) subject: SubjectArgs,
    /// Count inlined functions as their callers.
    #[arg(long)]
    pub(super) noinlines: bool,
    /// Unit to print in: `ms`, `kB`, ...; `minimum` suits the smallest value.
    #[arg(long, default_value = "minimum")]
    pub(super) unit: String,
    /// Print JSON: raw integers, nothing trimmed.
    #[arg(long)]
    pub(super) json: bool,
}

/// A profile, or the difference of two, with the chosen sample type.
pub(super) struct Chosen {
    difference: Difference,
    value_idx: usize,
}

impl Chosen {
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject {
            profile: &self.difference.profile,
            value_idx: self.value_idx,
            base_samples: self.difference.base_samples.as_deref(),
        }
    }
}

impl SubjectArgs {
    /// Reads the profile and its base.
    pub(super) fn choose(&self, source: &str) -> anyhow::Result<Chosen> {
        let profile = self.read(source)?;
        let base = match (&self.base, &self.diff_base) {
            (Some(it), _) => Some((it, BaseMode::Same)),
            (None, Some(it)) => Some((it, BaseMode::Other)),
            (None, None) if self.normalize => {
                anyhow::bail!("--normalize needs a profile to scale to: add --base or --diff-base")
            }
            (None, None) => None,
        };
        let mut difference = match base {
            Some((base, mode)) => {
                let base = self.read(base)?;
                subtract(profile, base, mode, self.normalize).context("the base does not fit")?
            }
            None => Difference { base_samples: base_samples(&profile), profile },
        };
        prune(&mut difference.profile).with_context(|| format!("{source} cannot be reported"))?;
        forget_addresses(&mut difference.profile);
        let value_idx = sample_index(&difference.profile, &self.sample_index)?;
        Ok(Chosen { difference, value_idx })
    }

    fn read(&self, source: &str) -> anyhow::Result<Profile> {
        let mut profile = input::profile(source, &self.input)?;
        keep_unique_types(&mut profile).with_context(|| format!("{source} cannot be reported"))?;
        Ok(profile)
    }

    /// `--focus` and `--ignore`; an empty one asks for nothing, as in pprof.
    pub(super) fn filter(&self) -> Filter {
        let asked = |it: &Option<Expression>| it.clone().filter(|it| !it.is_empty());
        Filter { focus: asked(&self.focus), ignore: asked(&self.ignore) }
    }
}

/// An expression that meets nothing is most often a typing mistake.
pub(super) fn warn_unmatched(filters: &[&str]) {
    for it in filters {
        print::note(&format!("pprof-lens: --{it} matched no samples\n"));
    }
}
