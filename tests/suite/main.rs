//! Drives the built program as people and systemd do, against imitations of the networks on this machine.
//!
//! Nothing here calls the library: commands are run, daemons are started and killed, the database is read with SQL,
//! and what became public is counted at the servers. All traffic is on loopback.

mod bed;
mod daemon;
mod database;
mod fake;
mod invariants;
mod network;
mod output;
mod patience;

mod bounds;
mod cli;
mod connections;
mod contention;
mod crash;
mod fleet;
mod going_out;
mod late;
mod pds;
mod pictures;
mod refusals;
mod replies;
mod secrets;
mod service;
mod slots;
mod sources;
mod stopped;
mod threads;
