//! All integration tests, in one binary.

#![allow(clippy::unwrap_used)]

mod bad_input;
mod capture;
mod demo;
mod discovery;
mod edits;
mod fetch;
mod generated;
mod goroutines;
mod layers;
mod line_truth;
mod live;
mod lsp;
mod native;
mod neovim;
mod oracle;
mod paths;
mod random_profiles;
mod sidecar;
mod support;
mod vscode;
