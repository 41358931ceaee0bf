//! Figures beside their floors.

fn main() {}
