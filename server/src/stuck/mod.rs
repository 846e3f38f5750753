//! Groups goroutines and gives each group a verdict with its evidence.

mod dump_cost;
mod expected;
mod function_name;
mod group;
mod judge;
mod looks;
mod orphans;
mod pile_up;
mod place;
mod project;
mod reason;
mod trends;
mod wait;

pub use dump_cost::{
    FREE_DUMP_GOROUTINES, WHOLE_DUMP_GOROUTINES, dump_stop_seconds, may_dump_unasked,
};
pub use function_name::short_name;
pub use group::{Group, Judged, Verdict};
pub use judge::{Known, STUCK_SECONDS, judge, judge_knowing};
pub use looks::{Growth, Looks};
pub use pile_up::{LikelyHolder, PileUp, Resource};
pub use place::{first_own_frame, is_standard_library, waiting_frame};
pub use project::{Expected, idle_entry_text, one_line};
pub use reason::span;
pub use trends::{Counts, PlaceKey, Point, Trends};
