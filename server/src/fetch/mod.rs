//! Reaches targets: the only folder that touches the network or another process.

mod alive;
mod replay;

pub use alive::process_is_alive;
pub use replay::{Recorded, Replay, replay};
