//! Writes numbers as C's `%.2f` and `%.2g` do, which reports are full of.
//!
//! The standard library's exact rounding is the reference, and does what is left: numbers so
//! near the middle between two that only exact arithmetic tells which is nearer.

use std::fmt::Write;

/// Numbers below this are far from the precision of the hundredfold.
const SMALL: f64 = 1e9;
/// Nearer than this to the middle between two numbers, exact arithmetic decides. The hundredfold
/// of a [`SMALL`] number is off by a thousandth of this at most.
const NEAR_MIDDLE: f64 = 0.01;

/// Appends a number with two decimals: `%.2f`.
pub(super) fn write_hundredths(out: &mut String, number: f64) {
    match (number.abs() < SMALL).then(|| nearest(number.abs() * 100.0)).flatten() {
        Some(hundredths) => {
            if number.is_sign_negative() {
                out.push('-');
            }
            write_whole(out, hundredths / 100);
            out.push('.');
            push_digit(out, hundredths / 10);
            push_digit(out, hundredths);
        }
        // Writing to a text cannot fail.
        None => {
            let _ = write!(out, "{number:.2}");
        }
    }
}

/// Appends a number of `[0, 1)` with two significant digits: `%.2g`.
pub(super) fn write_two_digits(out: &mut String, number: f64) {
    if number == 0.0 {
        return out.push('0');
    }
    // How many zeros follow the point, and what makes the number one of two digits.
    let (n_zeros, factor) = match number {
        it if it >= 0.1 => (0, 1e2),
        it if it >= 0.01 => (1, 1e3),
        it if it >= 0.001 => (2, 1e4),
        it if it >= 0.0001 => (3, 1e5),
        _ => return write_two_digits_exactly(out, number),
    };
    let Some(mut digits @ ..100) = nearest(number * factor) else {
        return write_two_digits_exactly(out, number);
    };
    out.push_str(&"0.0000"[..2 + n_zeros]);
    push_digit(out, digits / 10);
    digits %= 10;
    if digits != 0 {
        push_digit(out, digits);
    }
}

#[cold]
fn write_two_digits_exactly(out: &mut String, number: f64) {
    let scientific = format!("{number:.1e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return out.push_str(&scientific);
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if exponent < -4 {
        let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
        let _ = write!(out, "{mantissa}e-{:02}", -exponent);
        return;
    }
    let fixed = format!("{number:.*}", (1 - exponent).max(0) as usize);
    out.push_str(fixed.trim_end_matches('0').trim_end_matches('.'));
}

/// The nearest whole number; none where it is a near thing.
fn nearest(number: f64) -> Option<u64> {
    let whole = number.floor();
    let rest = number - whole;
    let is_clear = (rest - 0.5).abs() > NEAR_MIDDLE;
    is_clear.then_some(whole as u64 + u64::from(rest > 0.5))
}

fn write_whole(out: &mut String, number: u64) {
    if number >= 10 {
        write_whole(out, number / 10);
    }
    push_digit(out, number);
}

/// Appends the last digit of a number.
fn push_digit(out: &mut String, number: u64) {
    out.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hundredths(number: f64) -> String {
        let mut out = String::new();
        write_hundredths(&mut out, number);
        out
    }

    fn two_digits(write: fn(&mut String, f64), number: f64) -> String {
        let mut out = String::new();
        write(&mut out, number);
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn hundredths_are_those_of_the_standard_library(
            bits: u64,
            number in -1e10..1e10f64,
            thousandths in 0..4_000_000i64,
        ) {
            for it in [f64::from_bits(bits), number, number / 1e7, thousandths as f64 / 1e3] {
                prop_assert_eq!(hundredths(it), format!("{it:.2}"));
            }
        }

        #[test]
        fn two_digits_are_rounded_exactly(number in 0.0..1.0f64, thousandths in 1..1_000u32) {
            for it in [number, number / 1e2, number / 1e4, f64::from(thousandths) / 1e3] {
                let exact = two_digits(write_two_digits_exactly, it);
                prop_assert_eq!(two_digits(write_two_digits, it), exact);
            }
        }
    }

    #[test]
    fn numbers_near_a_border_are_rounded_exactly() {
        assert_eq!(hundredths(-0.001), "-0.00");
        assert_eq!(hundredths(1.005), "1.00");
        assert_eq!(hundredths(0.125), "0.12");
        assert_eq!(hundredths(99.995), "100.00");
        for (number, text) in
            [(0.0995, "0.1"), (0.0999, "0.1"), (0.995, "0.99"), (0.999, "1"), (0.00012, "0.00012")]
        {
            assert_eq!(two_digits(write_two_digits, number), text);
        }
    }
}
