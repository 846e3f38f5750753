//! Turns bytes into a checked Profile or Dump; knows nothing of where they came from.
