//! Compares builds with modules that lie here.
