//! The pure core: composing, counting, scheduling and the life of a delivery. Values in, values out: no I/O, no clock.

pub mod compose;
pub mod cron;
pub mod delivery;
pub mod entities;
pub mod forecast;
pub mod gates;
pub mod lane;
pub mod lint;
pub mod picture;
pub mod post;
pub mod say;
pub mod schedule;
pub mod seen;
pub mod sentences;
pub mod share;
pub mod source;
pub mod summary;
pub mod tracking;
pub mod when;
