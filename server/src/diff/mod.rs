//! One profile minus another.
