//! Finds the programs that can be attached to.

use serde_json::{Value, json};

use crate::fetch::{self, FindError, Found, Reach};
use crate::model::Target;

use super::outside::Outside;

impl Outside {
    /// The running programs that serve pprof.
    pub(crate) async fn running(&self) -> Vec<Target> {
        fetch::discover().await.iter().filter_map(Found::target).collect()
    }

    /// The target that a URL, `host:port`, a PID or a name means; it answers.
    pub(crate) async fn find(&self, wanted: &str) -> Result<Target, FindError> {
        fetch::find(Some(wanted), Reach::Loopback).await
    }

    /// Every running Go program, and why some of them cannot be attached to.
    pub(crate) async fn found(&self) -> Vec<Found> {
        fetch::discover().await
    }
}

/// A row as the command line's `targets --json` prints it.
pub(crate) fn found_json(found: &Found) -> Value {
    json!(found.row())
}
