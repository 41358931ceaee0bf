//! No address of a refused block passes, however it is written or wrapped.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use crate::fetch::address::{Gate, not_public};
use crate::fetch::error::{FetchError, Rule};
use crate::fetch::{resolve, target};

/// Written from the registries (RFC 6890, RFC 6598, RFC 2544, RFC 5737, RFC 5771, RFC 1112), not from the code.
const REFUSED_V4: &[(&str, u32)] = &[
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("255.255.255.255", 32),
    ("168.63.129.16", 32),
];

const REFUSED_V6: &[(&str, u32)] = &[
    ("::", 128),
    ("::1", 128),
    ("::", 96),
    ("::ffff:0:0:0", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    ("2001::", 32),
    ("2001:2::", 48),
    ("2001:10::", 28),
    ("2001:db8::", 32),
    ("2002::", 16),
    ("3fff::", 20),
    ("5f00::", 16),
    ("fc00::", 7),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
];

/// The last address of a block.
fn last_v4(start: u32, length: u32) -> u32 {
    start | u32::MAX.checked_shr(length).unwrap_or(0)
}

fn refused_v4() -> impl Strategy<Value = Ipv4Addr> {
    (proptest::sample::select(REFUSED_V4), any::<u32>()).prop_map(|((start, length), random)| {
        let start = start.parse::<Ipv4Addr>().unwrap().to_bits();
        Ipv4Addr::from_bits(start | random & u32::MAX.checked_shr(length).unwrap_or(0))
    })
}

fn refused_v6() -> impl Strategy<Value = Ipv6Addr> {
    (proptest::sample::select(REFUSED_V6), any::<u128>()).prop_map(|((start, length), random)| {
        let start = start.parse::<Ipv6Addr>().unwrap().to_bits();
        Ipv6Addr::from_bits(start | random & u128::MAX.checked_shr(length).unwrap_or(0))
    })
}

/// One number as C's `inet_aton` reads it: decimal, octal, hexadecimal, with zeros in front.
fn number(value: u32, form: u8) -> String {
    match form % 5 {
        0 => format!("{value}"),
        1 => format!("0{value:o}"),
        2 => format!("0x{value:x}"),
        3 => format!("0X{value:08X}"),
        _ => format!("000{value:o}"),
    }
}

/// One to four parts, each in its own form; the last part takes all bits that are left.
fn dotted(ip: Ipv4Addr, parts: usize, forms: [u8; 4]) -> String {
    let bits = ip.to_bits();
    let last = bits & u32::MAX.checked_shr(8 * (parts as u32 - 1)).unwrap_or(0);
    let front = ip.octets().into_iter().take(parts - 1).map(u32::from);
    let numbers: Vec<String> = front
        .chain([last])
        .zip(forms)
        .map(|(n, form)| number(n, form))
        .collect();
    numbers.join(".")
}

/// The ways in which a URL may disguise the characters of a host.
fn disguised(host: &str, way: u8) -> String {
    match way % 5 {
        0 => host.to_owned(),
        1 => format!("{host}."),
        2 => host.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        3 => host.replace('.', "\u{3002}"),
        _ => host
            .chars()
            .map(|c| match c {
                '0'..='9' => char::from_u32(c as u32 - '0' as u32 + 0xff10).unwrap(),
                other => other,
            })
            .collect(),
    }
}

/// IPv6 addresses behind which an IPv4 address is or was found.
fn wrapped(ip: Ipv4Addr, random: u16) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = ip.octets().map(u16::from);
    let (high, low) = (a << 8 | b, c << 8 | d);
    vec![
        Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 1, random, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, random, 0, 0, 0, 1),
        Ipv6Addr::new(0x2001, 0, random, random, 0, random, !high, !low),
        Ipv6Addr::new(0x2001, 0, high, low, 0, random, 1, 1),
        Ipv6Addr::new(0x2a00, random, 1, 2, 0, 0x5efe, high, low),
        Ipv6Addr::new(0x2a00, random, 1, 2, 0x200, 0x5efe, high, low),
    ]
}

fn assert_host_refused(host: &str, ip: IpAddr) -> Result<(), TestCaseError> {
    for scheme in ["http", "https"] {
        let text = format!("{scheme}://{host}/article?a=1");
        match target::parse(&text, Gate::new(false)) {
            Err(FetchError::Refused {
                rule: Rule::Address(seen, _),
                ..
            }) => prop_assert_eq!(seen, ip, "{}", text),
            other => prop_assert!(false, "{text} gave {other:?}"),
        }
    }
    prop_assert!(resolve::usable(&[ip], Gate::new(false)).is_err(), "{ip} from a name");
    prop_assert!(
        resolve::usable(&[ip], Gate::new(true)).is_ok(),
        "{ip} where it is allowed"
    );
    Ok(())
}

proptest! {
    #[test]
    fn no_refused_ipv4_address_passes(ip in refused_v4(), parts in 1usize..5, forms in any::<[u8; 4]>(), way in any::<u8>()) {
        assert_host_refused(&disguised(&dotted(ip, parts, forms), way), ip.into())?;
    }

    #[test]
    fn no_wrapped_ipv4_address_passes(ip in refused_v4(), random in any::<u16>()) {
        for v6 in wrapped(ip, random) {
            let s = v6.segments().map(|part| format!("{part:04X}"));
            let [a, b, c, d] = ip.octets();
            for host in [format!("[{v6}]"), format!("[{}]", s.join(":"))] {
                assert_host_refused(&host, v6.into())?;
            }
            if v6.to_bits() as u32 == ip.to_bits() {
                assert_host_refused(&format!("[{}:{a}.{b}.{c}.{d}]", s[..6].join(":")), v6.into())?;
            }
        }
    }

    #[test]
    fn no_refused_ipv6_address_passes(ip in refused_v6()) {
        // Mapped addresses lie in ::/80, not in ::/96; nothing public is in any of the blocks.
        assert_host_refused(&format!("[{ip}]"), ip.into())?;
    }

    #[test]
    fn outside_global_unicast_only_a_carried_ipv4_address_passes(bits in any::<u128>()) {
        let ip = Ipv6Addr::from_bits(bits);
        prop_assume!(ip.segments()[0] & 0xe000 != 0x2000);
        prop_assert!(not_public(ip.into()).is_some(), "{ip}");
    }

    #[test]
    fn a_carried_address_is_judged_by_what_it_carries(ip in any::<u32>().prop_map(Ipv4Addr::from_bits)) {
        let direct = not_public(ip.into());
        prop_assert_eq!(not_public(ip.to_ipv6_mapped().into()), direct);
        prop_assert_eq!(not_public(wrapped(ip, 0)[3].into()), direct);
    }
}

#[test]
fn the_neighbours_of_a_refused_block_are_public() {
    let block_of = |bits: u32| {
        REFUSED_V4.iter().any(|(start, length)| {
            let start = start.parse::<Ipv4Addr>().unwrap().to_bits();
            (start..=last_v4(start, *length)).contains(&bits)
        })
    };
    let mut seen = 0;
    for (start, length) in REFUSED_V4 {
        let start = start.parse::<Ipv4Addr>().unwrap().to_bits();
        let end = last_v4(start, *length);
        assert!(not_public(Ipv4Addr::from_bits(start).into()).is_some());
        assert!(not_public(Ipv4Addr::from_bits(end).into()).is_some());
        for near in [start.checked_sub(1), end.checked_add(1)].into_iter().flatten() {
            if !block_of(near) {
                assert_eq!(
                    not_public(Ipv4Addr::from_bits(near).into()),
                    None,
                    "{}",
                    Ipv4Addr::from_bits(near)
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen} neighbours");
}

#[test]
fn addresses_of_real_sites_pass() {
    for ip in [
        "1.1.1.1",
        "93.184.216.34",
        "185.15.59.224",
        "2606:4700::1111",
        "2a00:1450:4001:80b::200e",
        "2001:4860:4860::8888",
        "2001:200::1",
        "3ffe::1",
        "64:ff9b::101:101",
    ] {
        assert_eq!(not_public(ip.parse().unwrap()), None, "{ip}");
        let host = if ip.contains(':') {
            format!("[{ip}]")
        } else {
            ip.to_owned()
        };
        assert!(
            target::parse(&format!("https://{host}/"), Gate::new(false)).is_ok(),
            "{ip}"
        );
    }
}
