//! Finds the programs that can be attached to.

use crate::fetch::{self, FindError, Found, Reach};
use crate::model::{Process, Target};

use super::outside::Outside;

impl Outside {
    /// Every running Go program, and why some of them cannot be attached to.
    pub(crate) async fn found(&self) -> Vec<Found> {
        fetch::discover().await
    }

    /// The programs that `wanted` picks and that serve pprof. No other is connected to.
    pub(crate) async fn running(&self, wanted: impl Fn(&Process) -> bool + Send) -> Vec<Target> {
        fetch::discover_where(wanted).await.iter().filter_map(Found::target).collect()
    }

    /// The target that a URL, `host:port`, a PID or a name means; it answers.
    pub(crate) async fn find(&self, wanted: &str) -> Result<Target, FindError> {
        fetch::find(Some(wanted), Reach::Loopback).await
    }
}
