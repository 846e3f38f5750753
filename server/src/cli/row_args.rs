//! The options that say what the rows of `top` are, how they are sorted and which are left out.

use crate::listing::Granularity;

#[derive(Debug, clap::Args)]
pub(super) struct RowArgs {
    /// Sort by cum.
    #[arg(long)]
    pub(super) cum: bool,
    #[command(flatten)]
    pub(super) granularity: GranularityArgs,
    /// Leave out rows whose cum is below this share of the total.
    #[arg(long, value_name = "SHARE", default_value_t = 0.005)]
    pub(super) nodefraction: f64,
    /// Print at most this many rows; 0 prints all.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) nodecount: i64,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(super) struct GranularityArgs {
    /// A row is a function (the default).
    #[arg(long)]
    functions: bool,
    /// A row is a function in a file.
    #[arg(long)]
    filefunctions: bool,
    /// A row is a file.
    #[arg(long)]
    files: bool,
    /// A row is a line of a function.
    #[arg(long)]
    lines: bool,
}

impl GranularityArgs {
    pub(super) fn chosen(&self) -> Granularity {
        match self {
            Self { filefunctions: true, .. } => Granularity::Filefunctions,
            Self { files: true, .. } => Granularity::Files,
            Self { lines: true, .. } => Granularity::Lines,
            _ => Granularity::Functions,
        }
    }
}
