//! Captures and baselines on disk.
