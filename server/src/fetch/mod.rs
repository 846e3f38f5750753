//! Reaches targets: the only folder that touches the network or another process.
