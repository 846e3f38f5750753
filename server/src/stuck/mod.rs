//! Groups goroutines and gives each group a verdict with its evidence.

mod dump_cost;
mod expected;
mod function_name;
mod group;
mod judge;
mod looks;
mod place;
mod reason;
mod wait;

pub use dump_cost::{FREE_DUMP_GOROUTINES, WHOLE_DUMP_GOROUTINES, dump_stop_seconds};
pub use function_name::short_name;
pub use group::{Group, Judged, Verdict};
pub use judge::{STUCK_SECONDS, judge};
pub use looks::Looks;
pub use place::{first_own_frame, is_standard_library};
pub use reason::span;
