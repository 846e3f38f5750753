//! Groups goroutines and gives each group a verdict with its evidence.

mod expected;
mod function_name;
mod group;
mod judge;
mod looks;
mod place;
mod reason;
#[cfg(test)]
mod tests;
mod wait;

pub use group::{Group, Judged, Verdict};
pub use judge::{STUCK_SECONDS, judge};
pub use looks::Looks;
pub use place::{first_own_frame, is_standard_library};
pub use reason::span;
