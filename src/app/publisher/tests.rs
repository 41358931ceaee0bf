//! The publisher in this process, over a real database, with a clock, randomness and servers that the tests move.
//!
//! [`simulation`] lets chance choose what happens and looks at the invariants after every step; the other modules hold
//! one test for each rule of the delivery protocol that stands outside the state machine, and that fails without it.

mod bed;
mod claims;
mod doubt;
mod fates;
mod feed;
mod invariants;
mod moment;
mod net;
mod people;
mod servers;
mod simulation;
mod slots;
mod sql;
