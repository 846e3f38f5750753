//! Turns a Profile into flat and cum, by node for `top` and by line for the editor.

mod lines;
pub mod measure;

pub use lines::{FileListing, FunctionCost, LineCost, Listing};
