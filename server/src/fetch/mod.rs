//! Reaches targets: the only folder that touches the network or another process.

mod alive;

pub use alive::process_is_alive;
