//! Dates as pages write them.

use proptest::prelude::*;

use super::*;

#[test]
fn dates_are_read_as_pages_write_them() {
    for (raw, read) in [
        ("2017-03-29T10:00:00Z", "2017-03-29T10:00:00Z"),
        ("2017-03-29T10:00:00.123456+02:00", "2017-03-29T08:00:00Z"),
        ("2017-03-29T10:00:00+0200", "2017-03-29T08:00:00Z"),
        ("2017-03-29 10:00:00 -0530", "2017-03-29T15:30:00Z"),
        ("2017-03-29T10:00Z", "2017-03-29T10:00:00Z"),
        ("2017-03-29T10:00:00", "2017-03-29"),
        ("2017-03-29", "2017-03-29"),
        ("2017/3/9", "2017-03-09"),
        ("20170329", "2017-03-29"),
        ("1490781600", "2017-03-29T10:00:00Z"),
        ("1490781600000", "2017-03-29T10:00:00Z"),
        ("Wed, 29 Mar 2017 10:00:00 GMT", "2017-03-29T10:00:00Z"),
        ("Wed, 29 Mar 2017 10:00:00 +0100", "2017-03-29T09:00:00Z"),
        ("Wed Mar 29 2017 10:00:00 GMT+0100 (CET)", "2017-03-29T09:00:00Z"),
        ("Wed Mar 29 10:00:00 +0000 2017", "2017-03-29T10:00:00Z"),
        ("March 29, 2017 5:30 PM EST", "2017-03-29T22:30:00Z"),
        ("March 29th, 2017", "2017-03-29"),
        ("29 March 2017", "2017-03-29"),
        ("29. März 2017", "2017-03-29"),
        ("1er août 2017", "2017-08-01"),
        ("mardi 28 mars 2017", "2017-03-28"),
        ("29 de marzo de 2017", "2017-03-29"),
        ("29 марта 2017", "2017-03-29"),
        ("2017年3月29日", "2017-03-29"),
        ("29.03.2017", "2017-03-29"),
        ("29/03/2017", "2017-03-29"),
        ("03/29/2017", "2017-03-29"),
        ("04/04/2017", "2017-04-04"),
    ] {
        assert_eq!(parse(raw).map(|p| p.to_string()).as_deref(), Some(read), "{raw}");
    }
}

#[test]
fn what_is_no_date_is_none() {
    for raw in [
        "",
        "now",
        "yesterday",
        "03/04/2017",
        "0000-00-00",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
        "2017-13-01",
        "2017-02-30",
        "2999-01-01",
        "12345",
        "99999999999999999999",
        "{{ date }}",
        "3 days ago",
        "2017",
        "March 2017",
    ] {
        assert_eq!(parse(raw), None, "{raw}");
    }
}

#[test]
fn a_line_of_a_date_is_told_from_a_sentence() {
    for line in [
        "29 Mar 2017",
        "Published: March 29, 2017 at 10:30 am",
        "Mercredi 29 mars 2017",
        "29.03.2017, 10:30 Uhr",
    ] {
        assert!(is_all_date(line), "{line}");
    }
    for line in [
        "On 29 March 2017 the ministers met.",
        "In 2017",
        "29 people died in March 2017",
    ] {
        assert!(!is_all_date(line), "{line}");
    }
}

proptest! {
    #[test]
    fn anything_may_be_given(raw in ".{0,90}", dated in "[0-9a-zA-Z:+./, -]{0,40}") {
        for text in [raw, dated] {
            if let Some(found) = parse(&text) {
                prop_assert_eq!(parse(&found.to_string()), Some(found));
            }
        }
    }
}
