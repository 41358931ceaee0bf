//! Parameters of an address that name no page but who followed the link, and from where.
//!
//! The list is the common part of what browsers and privacy tools take away on every site: Firefox's query stripping,
//! Brave's query filter, the general section of AdGuard's tracking parameters and the global rules of ClearURLs, read
//! in November 2026, and the campaign parameters that analytics makers document (Google, Matomo, Piano, HubSpot,
//! Mailchimp, Eloqua, Adobe). Names that choose what is shown on some site (`id`, `p`, `ref`, `source`, `si`, `tag`)
//! are not in it.

/// Beginnings of names, in lower case.
const PREFIXES: &[&str] = &[
    "utm_",
    "hsa_",
    "mtm_",
    "matomo_",
    "piwik_",
    "at_campaign",
    "at_custom",
    "at_link_",
    "oft_",
    "fb_action_",
    "guce_referrer",
    "ns_campaign",
    "elqtrack",
    "trk_",
];

/// Whole names, in lower case, sorted.
const NAMES: &[&str] = &[
    "__hsfp",
    "__hssc",
    "__hstc",
    "__s",
    "__twitter_impression",
    "_branch_match_id",
    "_branch_referrer",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_kx",
    "_openstat",
    "action_object_map",
    "action_ref_map",
    "action_type_map",
    "at_bbc_team",
    "at_format",
    "at_medium",
    "at_ptr_name",
    "bxid",
    "cmp",
    "cmpid",
    "cndid",
    "dclid",
    "dm_i",
    "ef_id",
    "elq",
    "elqaid",
    "elqak",
    "elqat",
    "elqcampaignid",
    "epik",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gad_campaignid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "gs_l",
    "guccounter",
    "hsctatracking",
    "icid",
    "igsh",
    "igshid",
    "irclickid",
    "ito",
    "li_fat_id",
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "mibextid",
    "mkt_tok",
    "mkwid",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "ncid",
    "nr_email_referer",
    "ns_linkname",
    "ns_mchannel",
    "ns_source",
    "ocid",
    "oly_anon_id",
    "oly_enc_id",
    "pcrid",
    "pk_campaign",
    "pk_cid",
    "pk_content",
    "pk_keyword",
    "pk_kwd",
    "pk_medium",
    "pk_source",
    "rb_clickid",
    "rdt_cid",
    "ref_src",
    "ref_url",
    "s_cid",
    "sc_cid",
    "sfnsn",
    "sh_kit",
    "soc_src",
    "soc_trk",
    "spjobid",
    "spmailingid",
    "spreportid",
    "spuserid",
    "srsltid",
    "trkcampaign",
    "ttclid",
    "twclid",
    "vero_conv",
    "vero_id",
    "vgo_ee",
    "wbraid",
    "wickedid",
    "wickedsource",
    "wt_mc",
    "xtor",
    "yclid",
    "ysclid",
];

/// Whether a parameter tells an address nothing but who followed it, or from where. The name is decoded; its case does
/// not matter.
#[must_use]
pub fn is_tracking(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || NAMES.binary_search(&name.as_str()).is_ok()
}

/// The address without its tracking parameters and without a text fragment (`#:~:text=`). Everything else stays byte
/// for byte: order, encoding, empty parameters and an ordinary fragment.
#[must_use]
pub fn strip_tracking(url: &str) -> String {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (url, None),
    };
    let mut out = String::with_capacity(url.len());
    match address.split_once('?') {
        Some((path, query)) => {
            out.push_str(path);
            push_query(&mut out, query);
        }
        None => out.push_str(address),
    }
    if let Some(fragment) = fragment.and_then(plain_fragment) {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// The query without tracking parameters; no question mark where nothing but those was there.
fn push_query(out: &mut String, query: &str) {
    let mut separator = '?';
    for parameter in query.split('&') {
        if is_tracking_parameter(parameter) {
            continue;
        }
        out.push(separator);
        out.push_str(parameter);
        separator = '&';
    }
}

/// A fragment without directions for the browser's search (`:~:`); `None` where nothing but those or tracking is in it.
fn plain_fragment(fragment: &str) -> Option<&str> {
    let plain = match fragment.split_once(":~:") {
        Some((plain, _)) => (!plain.is_empty()).then_some(plain)?,
        None => fragment,
    };
    let tracks = !plain.is_empty() && plain.split('&').all(is_tracking_parameter);
    (!tracks).then_some(plain)
}

/// `name=value` whose name is a tracking one. Addresses copied out of a page's source have `&amp;` between parameters.
fn is_tracking_parameter(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or(parameter);
    let name = name.strip_prefix("amp;").unwrap_or(name);
    is_tracking(&decoded(name))
}

/// Percent-encoded ASCII as what it stands for: `utm%5Fsource` is `utm_source`.
fn decoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(NAMES.is_sorted(), "binary search needs the order");
        for name in NAMES.iter().chain(PREFIXES) {
            assert_eq!(*name, name.to_ascii_lowercase());
            assert!(is_tracking(&name.to_ascii_uppercase()), "{name}");
        }
    }

    #[test]
    fn tracking_goes_and_all_else_stays_as_it_was() {
        for (given, kept) in [
            (
                "https://example.org/a?utm_source=x&utm_medium=y",
                "https://example.org/a",
            ),
            ("https://example.org/a?id=7&fbclid=IwAR0", "https://example.org/a?id=7"),
            (
                "https://example.org/a?fbclid=1&b=%2F%20+&a=&&c",
                "https://example.org/a?b=%2F%20+&a=&&c",
            ),
            ("https://example.org/a?UTM_Source=x#top", "https://example.org/a#top"),
            ("https://example.org/a?utm%5Fsource=x&q=1", "https://example.org/a?q=1"),
            (
                "https://example.org/a?q=1&amp;utm_source=x",
                "https://example.org/a?q=1",
            ),
            ("https://example.org/a#:~:text=drug%20policy", "https://example.org/a"),
            ("https://example.org/a#part:~:text=drug", "https://example.org/a#part"),
            ("https://example.org/a#xtor=RSS-16", "https://example.org/a"),
            (
                "https://example.org/a#!/page?utm_source=x",
                "https://example.org/a#!/page?utm_source=x",
            ),
            ("https://example.org/a?", "https://example.org/a?"),
            (
                "https://example.org/a?ref=home&source=b&si=1",
                "https://example.org/a?ref=home&source=b&si=1",
            ),
            ("https://EXAMPLE.org:443/%7Ea/../b", "https://EXAMPLE.org:443/%7Ea/../b"),
            (
                "https://example.org/a?next=https://b.example/?utm_id=1",
                "https://example.org/a?next=https://b.example/?utm_id=1",
            ),
            ("", ""),
        ] {
            assert_eq!(strip_tracking(given), kept);
        }
    }

    proptest! {
        #[test]
        fn what_is_clean_stays(url in "https?://[a-z.]{1,9}/[a-z%/]{0,9}(\\?([a-z_%=]{0,9}&?){0,5})?(#[a-z:~&=]{0,9})?") {
            let once = strip_tracking(&url);
            prop_assert_eq!(strip_tracking(&once), once.clone());
            prop_assert!(once.len() <= url.len());
            let tracked = format!("{url}{}utm_source=x", if url.contains('?') { '&' } else { '?' });
            if !url.contains('#') {
                prop_assert_eq!(strip_tracking(&tracked), once);
            }
        }

        #[test]
        fn anything_may_be_given(url in any::<String>()) {
            prop_assert!(strip_tracking(&url).len() <= url.len());
        }
    }
}
