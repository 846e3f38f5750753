//! Finds the file and the line here that a profile speaks of.
