//! pprof-lens: what a running Go program is doing, on the lines you are editing.
//!
//! Data flows one way, and each folder knows only the folders before it:
//!
//! ```text
//! fetch ─bytes─▶ decode ─Profile, Dump─▶ listing, diff, stuck ─▶ view ─▶ lsp, cli
//!                                                 source ─────────┘
//! ```
//!
//! - [`model`]: the words, as plain data: Profile, Dump, Target, Capture, Kind.
//! - [`fetch`]: the only folder that reaches the network or another process.
//! - [`store`]: captures and baselines on disk.
//! - [`decode`]: bytes into a checked [`model::Profile`] or [`model::Dump`].
//! - [`symbolize`]: names for frames that a profile leaves bare, from the files they ran from.
//! - [`listing`]: flat and cum, as `go tool pprof` computes them.
//! - [`diff`]: one profile minus another.
//! - [`stuck`]: goroutines grouped, each group with a verdict and its evidence.
//! - [`project`]: what the project's own file says is normal.
//! - [`source`]: which file here a profile speaks of, and which line it is now.
//! - [`view`]: what a person reads, in plain structs and text; no LSP types.
//! - [`lsp`]: the language server; the only folder that knows LSP types.
//! - [`cli`]: the commands; the only folder that writes to standard output.
//!
//! Invariant: `tests/layers.rs` enforces these directions.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod model;

pub mod decode;
pub mod diff;
pub mod listing;
pub mod source;
pub mod stuck;
pub mod symbolize;
pub mod view;

pub mod demo;
pub mod fetch;
pub mod project;
pub mod store;

pub mod command;
pub mod config;

pub mod cli;
pub mod lsp;
