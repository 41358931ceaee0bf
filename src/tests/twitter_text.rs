//! twitter-text's public suite (`../shared/conformance/twitter-text`): which entities a text has, and its length on X.

mod entities;
mod lengths;
mod suite;
