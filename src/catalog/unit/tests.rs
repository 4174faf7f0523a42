use super::*;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn clock() -> Clock {
    Clock {
        now: "2026-11-27T12:00:30.5Z".parse::<Timestamp>().unwrap(),
        zone: TimeZone::fixed(jiff::tz::offset(1)),
    }
}

#[test]
fn sizes_rates_and_amounts() {
    for (unit, text, expected) in [
        (Unit::Bytes, "20GiB", Some(21_474_836_480)),
        (Unit::Bytes, "20G", Some(21_474_836_480)),
        (Unit::Bytes, "20 gib", Some(21_474_836_480)),
        (Unit::Bytes, "20GB", Some(20_000_000_000)),
        (Unit::Bytes, "1.5K", Some(1536)),
        (Unit::Bytes, "0.3K", Some(307)),
        (Unit::Bytes, "500M", Some(524_288_000)),
        (Unit::Bytes, "12", Some(12)),
        (Unit::Bytes, "-1", Some(-1)),
        (Unit::Bytes, "12B", Some(12)),
        (Unit::Bytes, "8E", None),
        (Unit::Bytes, "20 Gigs", None),
        (Unit::Bytes, "-2G", None),
        (Unit::Bytes, "1.2.3K", None),
        (Unit::Bytes, ".5K", None),
        (Unit::Bytes, "G", None),
        (Unit::Bytes, "", None),
        (Unit::Bytes, "2MB/s", None),
        (Unit::Rate, "2MB/s", Some(2048)),
        (Unit::Rate, "2M", Some(2048)),
        (Unit::Rate, "512KB/s", Some(512)),
        (Unit::Rate, "64 KiB/s", Some(64)),
        (Unit::Rate, "0.5KB/s", None),
        (Unit::Rate, "64", Some(64)),
        (Unit::Megabytes, "20GB", Some(20_480)),
        (Unit::Megabytes, "1T", Some(1_048_576)),
        (Unit::Megabytes, "5K", None),
        (Unit::Seconds, "10m", Some(600)),
        (Unit::Seconds, "500ms", None),
        (Unit::Hours, "2d", Some(48)),
        (Unit::Days, "8w", Some(56)),
        (Unit::Days, "36h", None),
        (Unit::Millis, "1.5s", Some(1500)),
    ] {
        assert_eq!(unit.read(text, &clock()).ok(), expected, "{unit:?} {text}");
    }
}

#[test]
fn rates_in_bits_are_refused_with_the_same_in_bytes() {
    for (text, bits, bytes) in [
        ("100Mbps", "100 Mbit/s", "12MB/s"),
        ("100 Mbit/s", "100 Mbit/s", "12MB/s"),
        ("100mb/s", "100 Mbit/s", "12MB/s"),
        ("100Mb", "100 Mbit/s", "12MB/s"),
        ("1.5Gbps", "1.5 Gbit/s", "179MB/s"),
        ("10Mbits/s", "10 Mbit/s", "1221KB/s"),
        ("512kbps", "512 kbit/s", "63KB/s"),
        ("800Mibit/s", "800 Mibit/s", "100MB/s"),
        ("100 bps", "100 bit/s", "1KB/s"),
        (
            "99999999999999999999bps",
            "99999999999999999999 bit/s",
            "11641532183GB/s",
        ),
    ] {
        let said =
            format!("is in bytes per second, and bits are not accepted: {bits} is about `{bytes}`");
        assert_eq!(Unit::Rate.read(text, &clock()), Err(said), "{text}");
    }
    // These are bytes.
    for (text, expected) in [
        ("2MB/s", 2048),
        ("2MBps", 2048),
        ("2MB", 2048),
        ("2MiB/s", 2048),
        ("2M", 2048),
        ("2m/s", 2048),
        ("2kB/s", 2),
        ("2048B/s", 2),
    ] {
        assert_eq!(Unit::Rate.read(text, &clock()), Ok(expected), "{text}");
    }
    // A size in bits is not usual: the case does not matter.
    assert_eq!(Unit::Bytes.read("2mb", &clock()), Ok(2_000_000));
}

#[test]
fn a_bare_number_that_is_no_time_is_refused() {
    for (unit, number, meant) in [
        (Unit::Time, 2026, "`2026-12-31`"),
        (Unit::Time, 20_261_231, "`2026-12-31`"),
        (Unit::Time, 1_798_761_600, "`1798761600000`"),
        (Unit::Time, 90, "`2027-01-31`, `2027-01-31T18:00`, `+90d`"),
        (Unit::Time, -1, "`2027-01-31`, `2027-01-31T18:00`, `+90d`"),
        (
            Unit::Nanoseconds,
            1_798_761_600_000,
            "`1798761600000000000`",
        ),
        (Unit::Nanoseconds, 1_798_761_600, "`1798761600000000000`"),
    ] {
        let said = unit.check_bare(number).expect_err("no time");
        let end = format!("since 1970 or a date, such as {meant}");
        assert!(said.ends_with(&end), "{said}");
    }
    for number in [0, 946_684_800_000, 1_798_761_600_000, i64::MAX] {
        assert_eq!(Unit::Time.check_bare(number), Ok(()), "{number}");
    }
    for unit in [Unit::Bytes, Unit::Seconds, Unit::Days] {
        assert_eq!(unit.check_bare(2026), Ok(()));
    }
}

#[test]
fn what_does_not_fit_is_too_large() {
    for (unit, text) in [
        (Unit::Bytes, "99999999999999G"),
        (Unit::Bytes, "9999999999999999999999999999E"),
        (Unit::Bytes, "99999999999999999999"),
        (Unit::Rate, "99999999999999999999GB/s"),
        (Unit::Days, "99999999999999999999999w"),
        (Unit::Nanoseconds, "2500-01-01"),
    ] {
        let said = unit.read(text, &clock()).expect_err("too large");
        let most = format!(
            "is too large: the most is 9223372036854775807 {}",
            unit.name()
        );
        assert_eq!(said, most, "{text}");
    }
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("90s", Some(90)),
        ("10m", Some(600)),
        ("1.5d", Some(129_600)),
        ("2w", Some(1_209_600)),
        ("0", Some(0)),
        ("10", Some(10)),
        ("d", None),
        ("-1d", None),
        ("1y", None),
        ("infd", None),
        ("99999999999999999999w", None),
        ("", None),
    ] {
        assert_eq!(duration(text).map(|span| span.as_secs()), seconds, "{text}");
    }
}

#[test]
fn times() {
    for (text, expected) in [
        ("2027-01-31", Some(1_801_350_000_000)),
        ("2027-01-31T18:00", Some(1_801_414_800_000)),
        ("2027-01-31 18:00", Some(1_801_414_800_000)),
        ("2027-01-31T18:00:00Z", Some(1_801_418_400_000)),
        ("+90d", Some(1_795_780_830_000 + 90 * DAY)),
        ("-2h", Some(1_795_780_830_000 - 2 * HOUR)),
        ("never", Some(0)),
        ("0", Some(0)),
        ("1801350000000", Some(1_801_350_000_000)),
        ("2027-02-30", None),
        ("2027-1-1", None),
        ("31.1.2027", None),
        ("+d", None),
        ("+9", Some(9)),
        ("+9x", None),
        ("+-9d", None),
        ("+999999999d", None),
        ("tomorrow", Some(1_795_820_400_000)),
        ("", None),
    ] {
        assert_eq!(Unit::Time.read(text, &clock()).ok(), expected, "{text}");
    }
    let nanos = Unit::Nanoseconds.read("2027-01-31", &clock());
    assert_eq!(nanos, Ok(1_801_350_000_000_000_000));
}

#[test]
fn values_are_shown_with_their_unit() {
    for (unit, value, expected) in [
        (Unit::Bytes, 0, "0 B"),
        (Unit::Bytes, 1023, "1023 B"),
        (Unit::Bytes, 10_066_330, "9.6 MiB"),
        (Unit::Bytes, 21_474_836_480, "20 GiB"),
        (Unit::Bytes, 1_048_575, "1 MiB"),
        (Unit::Bytes, -1, "-1 B"),
        (Unit::Bytes, i64::MAX, "8 EiB"),
        (Unit::Bytes, 158_860_000, "152 MiB"),
        (Unit::Rate, 64, "64 KB/s"),
        (Unit::Rate, 2048, "2 MB/s"),
        (Unit::Megabytes, 20_480, "20 GB"),
        (Unit::Time, 1_801_414_800_000, "2027-01-31 18:00"),
        (Unit::Time, 0, "never"),
        (Unit::Time, i64::MAX, "9223372036854775807"),
        (Unit::Time, 9_000_000_000_000_000_000, "9000000000000000000"),
        (Unit::Time, -1, "-1"),
        (Unit::Nanoseconds, -1, "-1"),
        (Unit::Seconds, 600, "10m"),
        (Unit::Seconds, 0, "0d"),
        (Unit::Days, 56, "56d"),
        (Unit::Hours, 36, "36h"),
    ] {
        assert_eq!(unit.show(value, &clock()), expected, "{unit:?} {value}");
    }
    for (away, expected) in [
        (90 * DAY, "in 90 days"),
        (-2 * MINUTE, "2 min ago"),
        (-36 * HOUR, "2 days ago"),
        (5 * HOUR, "in 5 h"),
        (0, "now"),
    ] {
        let now = clock().now.as_millisecond();
        assert_eq!(clock().distance(now + away), expected);
    }
    // No date that there is, or that anyone means.
    for odd in [-1, i64::MIN, i64::MAX, 9_000_000_000_000_000_000] {
        assert_eq!(clock().distance(odd), odd.to_string());
    }
}

const ALL: [Unit; 9] = [
    Unit::Bytes,
    Unit::Rate,
    Unit::Megabytes,
    Unit::Time,
    Unit::Nanoseconds,
    Unit::Millis,
    Unit::Seconds,
    Unit::Hours,
    Unit::Days,
];

proptest! {
    /// What is shown can be typed, and means the same up to what was rounded off.
    #[test]
    fn what_is_shown_can_be_typed(at in 0..ALL.len(), value in 0_i64..1_000_000_000_000_000) {
        let unit = ALL[at];
        let shown = unit.show(value, &clock());
        // Parts of a KB cannot be sent; a size in bytes can have parts.
        let read = unit.read(&shown, &clock());
        let rounded = match unit {
            Unit::Time => MINUTE,
            Unit::Nanoseconds => MINUTE * 1_000_000,
            Unit::Rate | Unit::Megabytes if shown.contains('.') => return Ok(()),
            Unit::Bytes | Unit::Rate | Unit::Megabytes => value / 20 + 1,
            _ => 0,
        };
        let read = read.map_err(TestCaseError::fail)?;
        prop_assert!((read - value).abs() <= rounded, "{shown}: {read} {value}");
    }

    /// No text makes it panic.
    #[test]
    fn any_text_is_read_or_refused(at in 0..ALL.len(), text in "\\PC{0,20}|[0-9.+-]{1,20}[a-zA-Z/]{0,4}") {
        drop(ALL[at].read(&text, &clock()));
    }
}

#[test]
fn sizes_are_short_where_there_is_little_room() {
    for (bytes, expected) in [
        (0, "0"),
        (1023, "1023"),
        (1024, "1K"),
        (655_360, "640K"),
        (10_066_330, "9.6M"),
        (10_737_418_240, "10G"),
        (u64::MAX, "16E"),
    ] {
        assert_eq!(short_size_of(bytes), expected, "{bytes}");
    }
}
