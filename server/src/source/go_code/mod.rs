//! Reads Go source for what it says about a wait: what is awaited, who can bring it, and whether
//! the code comes there again and again.
//!
//! It looks at one file at a time, by its tokens: no types, no other files. So it says little,
//! and nothing where it is in doubt.

mod file;
mod locals;
mod sites;
mod tokens;
mod waits;

pub use sites::sites;
