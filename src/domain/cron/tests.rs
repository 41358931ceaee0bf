use super::*;

#[test]
fn says_the_line_in_words() {
    for (line, words) in [
        ("0 9 * * 1-5", "at 09:00 on weekdays"),
        ("0 9 * * *", "at 09:00 every day"),
        ("0,30 9,17 * * *", "at 09:00, 09:30, 17:00 and 17:30 every day"),
        ("0 9 1,15 * MON", "at 09:00 on the 1st, the 15th and every Monday"),
        (
            "0 9 */10 * 1-5",
            "at 09:00 on every Monday, Tuesday, Wednesday, Thursday and Friday that is the 1st, the 11th, the 21st or the 31st",
        ),
        ("0 9 * * FRI-SUN", "at 09:00 every Friday, Saturday and Sunday"),
        ("0 9 * * 0,6", "at 09:00 on Saturdays and Sundays"),
        ("0 9 1 mar-may *", "at 09:00 on the 1st of March to May"),
        (
            "0 9 1-7 jan,jul *",
            "at 09:00 on the 1st to the 7th of January and July",
        ),
        ("0 9 * feb *", "at 09:00 every day in February"),
        ("0 9 * dec mon", "at 09:00 every Monday in December"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("@hourly", "every hour, on the hour"),
        ("5 * * * *", "every hour at 5 minutes past"),
        ("0 */2 * * *", "every 2 hours from 00:00"),
        ("*/20 9-17 * * *", "every 20 minutes from 09:00 to 17:40"),
        ("0 9-17 * * mon-fri", "every hour from 09:00 to 17:00 on weekdays"),
        ("*/10 9,12 * * *", "every 10 minutes in the hours 9 and 12"),
        ("0 9 */2 * *", "at 09:00 on the 1st, the 3rd and so on to the 31st"),
        ("* 9 * * *", "every minute from 09:00 to 09:59"),
        ("@yearly", "at 00:00 on the 1st of January"),
        ("@weekly", "at 00:00 every Sunday"),
    ] {
        assert_eq!(Cron::parse(line).expect(line).describe(), words, "{line}");
    }
}

#[test]
fn tells_what_to_write_instead() {
    for (line, advice) in [
        ("0 22-2 * * *", "Write 22-23,0-2"),
        ("0 9 * * SAT-MON", "Write 6,0-1"),
        (
            "0 0 9 * * MON",
            "Handbill has no seconds or year field; write 0 9 * * MON",
        ),
        ("09:00 * * * *", "The minute stands first, then the hour: 0 9 * * *"),
        ("0 9 * * Monday", "Write MON"),
        ("0 9 ? * MON", "Write * for any day"),
        ("@every 5m", "Write the minutes instead, every 5 minutes is */5 * * * *"),
    ] {
        assert_eq!(
            Cron::parse(line).expect_err(line).hint.as_deref(),
            Some(advice),
            "{line}"
        );
    }
}

#[test]
fn refuses_a_day_that_never_comes() {
    let error = Cron::parse("0 9 30 2 *").expect_err("30 February");
    assert_eq!(
        error.to_string(),
        "column 5: day-of-month: 30 February never comes. Write a day that the month has"
    );
    assert!(Cron::parse("0 9 30 2 MON").is_ok(), "Mondays in February do come");
    assert!(Cron::parse("0 9 29 2 *").is_ok());
    assert!(Cron::parse("0 9 31 4,6,9,11 *").is_err());
}

#[test]
fn keeps_the_text_and_the_two_names_of_sunday() {
    let seven = Cron::parse("  0\t9  * * 7").expect("7 is Sunday");
    assert_eq!(seven.text(), "  0\t9  * * 7");
    let sunday = DateTime::constant(2026, 11, 29, 9, 0, 0, 0);
    for line in ["0 9 * * 7", "0 9 * * 0", "0 9 * * sun", "0 9 * * */7", "0 9 * * 7-7"] {
        let cron = Cron::parse(line).expect(line);
        let first = cron.after_wall(DateTime::constant(2026, 11, 24, 0, 0, 0, 0)).next();
        assert_eq!(first, Some(sunday), "{line}");
    }
}

#[test]
fn takes_any_moment_to_begin_from() {
    let cron = Cron::parse("0 9 * * *").expect("daily");
    assert_eq!(
        cron.after_wall(DateTime::MIN).next(),
        Some(DateTime::constant(1970, 1, 1, 9, 0, 0, 0))
    );
    assert_eq!(cron.after_wall(DateTime::MAX).next(), None);
}

proptest::proptest! {
    #[test]
    fn never_panics_and_points_into_the_line(text in "[ -~\t٠é–]{0,40}|[0-9*/,A-Za-z@ -]{0,30}") {
        if let Err(error) = Cron::parse(&text) {
            proptest::prop_assert!(error.column >= 1 && error.column <= text.chars().count() + 1);
            proptest::prop_assert!(!error.message.is_empty());
        }
    }
}
