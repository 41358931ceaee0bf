//! The pictures of a post: what a person gave, and what of it goes to a channel.

use serde::{Deserialize, Serialize};

/// A picture of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
    /// What it tells, for those who cannot see it.
    pub alt: Option<String>,
}

/// A picture made to fit a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fitted {
    /// SHA-256 of its bytes, in hexadecimal.
    pub hash: String,
    /// Its media type.
    pub mime: String,
    /// In pixels.
    pub width: u32,
    pub height: u32,
    pub bytes: u64,
    pub alt: Option<String>,
}

/// What goes to one channel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// In order.
    pub pictures: Vec<Fitted>,
    /// Of the link card.
    pub thumb: Option<Fitted>,
}
