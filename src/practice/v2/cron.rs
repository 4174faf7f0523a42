//! The fields of a schedule in the form of cron.

/// Whether a line of minute, hour, day of month, month and day of week is a schedule.
pub(super) fn is_valid(line: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let bounds = [
        (0, 59, &[][..]),
        (0, 23, &[]),
        (1, 31, &[]),
        (1, 12, &MONTHS),
        (0, 6, &DAYS),
    ];
    let fields: Vec<&str> = line.split_whitespace().collect();
    fields.len() == bounds.len()
        && fields
            .iter()
            .zip(bounds)
            .all(|(field, (least, most, names))| {
                let mut ranges = field.split(',').filter(|range| !range.is_empty());
                ranges.all(|range| is_range(range, least, most, names))
            })
}

/// `N`, `N-M` or `*`, each with `/STEP` or without.
fn is_range(range: &str, least: u32, most: u32, names: &[&str]) -> bool {
    let number = |text: &str| {
        let name = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let name = name.and_then(|place| u32::try_from(place).ok());
        name.map_or_else(|| text.parse().ok(), |place| Some(place + least))
    };
    let (range, step) = match range.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (range, None),
    };
    if step.is_some_and(|step| !step.parse::<u32>().is_ok_and(|step| step > 0)) {
        return false;
    }
    let (low, high) = match range.split_once('-') {
        Some((low, high)) => (low, Some(high)),
        None => (range, None),
    };
    if ["*", "?"].contains(&low) {
        return high.is_none_or(|high| !high.contains('-'));
    }
    let low = number(low);
    let high = high.map_or(if step.is_some() { Some(most) } else { low }, number);
    low.zip(high)
        .is_some_and(|(low, high)| least <= low && low <= high && high <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules() {
        for right in [
            "0 3 * * *",
            "0 */2 ? * 1-5",
            "0 1,2 1/5 jan,DEC sun",
            "0 , * 1-12/3 *",
        ] {
            assert!(is_valid(right), "{right}");
        }
        for bad in [
            "0  * * *",
            "0 25 * * *",
            "0 5-3 * * *",
            "0 x * * *",
            "0 * 0 * *",
            "0 * 32 * *",
            "0 * * 13 *",
            "0 * * * 7",
            "0 1 2 * * *",
            "0 */0 * * *",
            "0 1-2-3 * * *",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
