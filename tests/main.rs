//! All integration tests, in one binary.

#![allow(clippy::unwrap_used)]

mod bad_input;
mod capture;
mod demo;
mod discovery;
mod fetch;
mod generated;
mod goroutines;
mod layers;
mod live;
mod lsp;
mod neovim;
mod oracle;
mod paths;
mod random_profiles;
mod sidecar;
mod support;
