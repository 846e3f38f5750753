//! Groups goroutines and gives each group a verdict with its evidence.

mod group;

pub use group::{Group, Judged, Verdict};
