//! Groups goroutines and gives each group a verdict with its evidence.
