//! Turns bytes into a checked Profile or Dump; knows nothing of where they came from.

mod cost;
mod error;
mod goroutines;
mod ids;
mod inflate;
mod limits;
mod messages;
mod profile;
mod samples;
mod wire;

pub use error::DecodeError;
pub use goroutines::dump;
pub use profile::{profile, profile_into, symbols_into};
