//! Reads repositories that git itself made.
use super::*;
