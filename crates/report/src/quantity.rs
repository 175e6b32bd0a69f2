//! Numbers as people read them: a fitting unit and at most three digits.
//!
//! Between a number and its unit stands a no-break space, so that line wrapping cannot part them;
//! [`crate::Catalogue::render`] turns it into a plain one.

use crate::Lang;
use profile::Arg;

/// Keeps a number and its unit on one line.
pub(crate) const NO_BREAK: char = '\u{a0}';
/// Keeps what has no blank in it on one line: without it, lines may break after a slash.
pub(crate) const WORD_JOINER: char = '\u{2060}';

/// The argument with its unit, as `lang` writes it.
pub(crate) fn format(arg: &Arg, lang: Lang) -> String {
    match arg {
        Arg::Text(text) => crate::printable(text).into_owned(),
        Arg::Count(count) => grouped(*count),
        Arg::Number(number) => plain(*number),
        Arg::Bytes(count) => bytes(*count),
        Arg::Seconds(value) => seconds(*value),
        Arg::Share(value) => share(*value, lang),
        Arg::Factor(value) => format!("{}×", digits(*value)),
    }
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(count: u64) -> String {
    let plain = count.to_string();
    let mut shown = String::with_capacity(plain.len() + plain.len() / 3);
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A count for a narrow column: `873`, `12.3k`, `4.51M`.
pub(crate) fn short_count(count: u64) -> String {
    let scaled = |unit: f64| {
        let value = count as f64 / unit;
        match value {
            value if value < 9.995 => format!("{value:.2}"),
            value if value < 99.95 => format!("{value:.1}"),
            value => format!("{value:.0}"),
        }
    };
    match count {
        0..10_000 => count.to_string(),
        10_000..999_500 => format!("{}k", scaled(1e3)),
        999_500..999_500_000 => format!("{}M", scaled(1e6)),
        _ => format!("{}G", scaled(1e9)),
    }
}

fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1000.0 {
        return format!("{}", number + 0.0);
    }
    if (1000.0..1e18).contains(&number) {
        return grouped(number.round() as u64);
    }
    digits(number)
}

/// `4.9`, `12`, `0.35`: two significant digits below ten, whole numbers above.
fn digits(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "?".to_owned(),
        0.0 => "0".to_owned(),
        size if size < 0.0095 => format!("{value:.1e}"),
        size if size < 0.995 => format!("{value:.2}"),
        size if size < 9.95 => format!("{value:.1}"),
        size if size < 1e18 => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", grouped(size.round() as u64))
        }
        _ => format!("{value:.1e}"),
    }
}

/// Binary units, switching where a number would need a fourth digit.
fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if count < 1000 {
        return format!("{count}{NO_BREAK}B");
    }
    let mut value = count as f64 / 1024.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let shown = if value.fract() == 0.0 {
        format!("{value}")
    } else {
        digits(value)
    };
    format!("{shown}{NO_BREAK}{}", UNITS[unit])
}

/// From nanoseconds to hours. Whole seconds carry a third digit: they are what two runs are told apart by.
fn seconds(value: f64) -> String {
    let (shown, unit) = match value.abs() {
        size if !size.is_finite() => ("?".to_owned(), "s"),
        0.0 => ("0".to_owned(), "s"),
        size if size < 0.9995e-6 => (digits(value * 1e9), "ns"),
        size if size < 0.9995e-3 => (digits(value * 1e6), "µs"),
        size if size < 0.9995 => (digits(value * 1e3), "ms"),
        size if size < 9.995 => (format!("{value:.2}"), "s"),
        size if size < 99.95 => (format!("{value:.1}"), "s"),
        size if size < 999.5 => (format!("{value:.0}"), "s"),
        size if size < 999.5 * 60.0 => (digits(value / 60.0), "min"),
        _ => (digits(value / 3600.0), "h"),
    };
    format!("{shown}{NO_BREAK}{unit}")
}

/// Per cent. Chinese sets no space before the sign.
pub(crate) fn share(value: f64, lang: Lang) -> String {
    let percent = value * 100.0;
    let shown = match percent.abs() {
        size if !size.is_finite() => "?".to_owned(),
        0.0 => "0".to_owned(),
        size if size < 0.05 => "<0.1".to_owned(),
        // A limit that someone chose, not a measurement.
        size if (size - size.round()).abs() < 1e-9 => format!("{percent:.0}"),
        size if size < 9.95 => format!("{percent:.1}"),
        _ => format!("{percent:.0}"),
    };
    match lang {
        Lang::English => format!("{shown}{NO_BREAK}%"),
        Lang::Chinese => format!("{shown}%"),
    }
}

/// A ratio as a signed difference in per cent: `-2.3 %`.
pub(crate) fn signed_percent(ratio: f64) -> String {
    match (ratio - 1.0) * 100.0 {
        percent if !percent.is_finite() => "?".to_owned(),
        percent if percent.abs() < 0.05 => format!("±0.0{NO_BREAK}%"),
        percent if percent.abs() < 9.95 => format!("{percent:+.1}{NO_BREAK}%"),
        percent => format!("{percent:+.0}{NO_BREAK}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arg: Arg, expected: &str) {
        assert_eq!(
            format(&arg, Lang::English).replace(NO_BREAK, " "),
            expected,
            "of {arg:?}"
        );
    }

    #[test]
    fn counts_have_thousands_separators() {
        for (count, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (20_000, "20,000"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            check(Arg::Count(count), expected);
        }
    }

    #[test]
    fn bytes_have_binary_units_and_at_most_three_digits() {
        for (count, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "0.98 KiB"),
            (1024, "1 KiB"),
            (3_250_586, "3.1 MiB"),
            (999 << 20, "999 MiB"),
            (1023 << 20, "1.0 GiB"),
            (u64::MAX, "16 EiB"),
        ] {
            check(Arg::Bytes(count), expected);
        }
    }

    #[test]
    fn seconds_take_a_fitting_unit() {
        for (value, expected) in [
            (0.0, "0 s"),
            (3.2e-8, "32 ns"),
            (0.9999e-6, "1.0 µs"),
            (82.4e-3, "82 ms"),
            (0.99951, "1.00 s"),
            (2.414, "2.41 s"),
            (24.14, "24.1 s"),
            (241.4, "241 s"),
            (1200.0, "20 min"),
            (90_000.0, "25 h"),
        ] {
            check(Arg::Seconds(value), expected);
        }
    }

    #[test]
    fn shares_keep_a_decimal_only_while_small() {
        for (value, expected) in [
            (0.0, "0 %"),
            (0.0002, "<0.1 %"),
            (0.0042, "0.4 %"),
            (0.03, "3 %"),
            (0.0301, "3.0 %"),
            (0.0996, "10 %"),
            (0.832, "83 %"),
            (1.0, "100 %"),
        ] {
            check(Arg::Share(value), expected);
        }
        assert_eq!(format(&Arg::Share(0.832), Lang::Chinese), "83%");
    }

    #[test]
    fn factors_and_plain_numbers() {
        check(Arg::Factor(4.93), "4.9×");
        check(Arg::Factor(41.3), "41×");
        check(Arg::Factor(1234.0), "1,234×");
        check(Arg::Factor(1.0), "1.0×");
        check(Arg::Number(14.0), "14");
        check(Arg::Number(0.345), "0.34");
        check(Arg::Number(123_456.7), "123,457");
        check(Arg::Number(f64::NAN), "?");
        check(Arg::Number(f64::MAX), "1.8e308");
    }

    #[test]
    fn differences_have_a_sign_where_there_is_one_to_see() {
        for (ratio, expected) in [
            (0.9996, "±0.0 %"),
            (1.0, "±0.0 %"),
            (0.977, "-2.3 %"),
            (1.5, "+50 %"),
            (f64::INFINITY, "?"),
        ] {
            assert_eq!(signed_percent(ratio).replace(NO_BREAK, " "), expected);
        }
    }

    #[test]
    fn text_from_the_target_cannot_act_on_the_terminal() {
        check(Arg::Text("\u{1b}[2J".into()), "\\u{1b}[2J");
    }
}
