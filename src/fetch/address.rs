//! Which addresses are on the public internet.
//!
//! The IPv4 table follows IANA's registry of special-purpose addresses (RFC 6890 and its successors); of IPv6 only
//! global unicast passes, less what that registry takes out of it. Anything new is refused until it is listed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 blocks that are not public: first address, length of the prefix, and what lives there.
const BLOCKS: &[(Ipv4Addr, u32, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an address of this machine"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "a private address"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "a provider's internal address"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "an address of this machine"),
    // Where the services of a cloud provider hand out credentials; Azure's stands among public ones.
    (
        Ipv4Addr::new(168, 63, 129, 16),
        32,
        "a cloud provider's internal address",
    ),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local address"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "a private address"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "a reserved address"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "an address for examples"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "a relay's address"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "a private address"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "an address for benchmarks"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "an address for examples"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "an address for examples"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved address"),
];

/// What a non-public address is, in words; nothing for a public one.
#[must_use]
pub fn not_public(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(ip) => not_public_v4(ip),
        IpAddr::V6(ip) => not_public_v6(ip),
    }
}

fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    BLOCKS
        .iter()
        .find(|(start, length, _)| (ip.to_bits() ^ start.to_bits()) >> (32 - length) == 0)
        .map(|(_, _, what)| *what)
}

fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let [a, b, c, _, e, f, _, _] = ip.segments();
    // These two carry packets to the IPv4 address inside: mapped (RFC 4291), and NAT64 (RFC 6052), through which a
    // machine without IPv4 reaches most of the web.
    if ip.to_ipv4_mapped().is_some() || (a, b, c) == (0x64, 0xff9b, 0) && ip.segments()[3..6] == [0, 0, 0] {
        let bits = u32::try_from(ip.to_bits() & 0xffff_ffff).unwrap_or_default();
        return not_public_v4(Ipv4Addr::from_bits(bits));
    }
    match (a, b) {
        (0, _) if ip.is_loopback() || ip.is_unspecified() => Some("an address of this machine"),
        (0xfc00..=0xfdff, _) => Some("a private address"),
        (0xfe80..=0xfebf, _) => Some("a link-local address"),
        (0xfec0..=0xfeff, _) => Some("a private address"),
        (0xff00.., _) => Some("a multicast address"),
        // Protocol assignments: Teredo 2001::/32, benchmarks 2001:2::/48, ORCHID and others.
        (0x2001, 0..=0x01ff) => Some("a reserved address"),
        (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => Some("an address for examples"),
        // 6to4: its relays are gone (RFC 7526), and any IPv4 address hides in it.
        (0x2002, _) => Some("a relay's address"),
        // ISATAP (RFC 5214): the end of the address is an IPv4 address inside a company.
        (0x2000..=0x3fff, _) if (e & 0xfdff, f) == (0, 0x5efe) => Some("a tunnel's address"),
        (0x2000..=0x3fff, _) => None,
        _ => Some("a reserved address"),
    }
}

/// The rule about addresses, as the configuration sets it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gate {
    pub(super) allow_private: bool,
    /// A loopback address that a test lets pass for a public one: tests have no public servers.
    #[cfg(test)]
    pub(super) as_public: Option<IpAddr>,
}

impl Gate {
    pub(super) fn new(allow_private: bool) -> Self {
        Self {
            allow_private,
            #[cfg(test)]
            as_public: None,
        }
    }

    /// Why this address must not be connected to.
    pub(super) fn refuses(self, ip: IpAddr) -> Option<&'static str> {
        #[cfg(test)]
        if self.as_public == Some(ip) {
            return None;
        }
        if self.allow_private { None } else { not_public(ip) }
    }
}
