//! Durations as people read them.

/// A step's duration: `4.2 ms`, `12 ms`, `1.24 s`, `1 m 40 s`, `2 h 5 m`.
pub(super) fn short(seconds: f64) -> String {
    let milliseconds = seconds * 1e3;
    if milliseconds < 9.95 {
        format!("{milliseconds:.1} ms")
    } else if milliseconds < 999.5 {
        format!("{milliseconds:.0} ms")
    } else {
        total(seconds)
    }
}

/// A run's duration: `0.31 s`, `12.40 s`, `1 m 40 s`, `2 h 5 m`.
pub(super) fn total(seconds: f64) -> String {
    if seconds < 99.995 {
        return format!("{seconds:.2} s");
    }
    let whole = std::time::Duration::try_from_secs_f64(seconds.round())
        .map_or(u64::MAX, |duration| duration.as_secs());
    let minutes = whole / 60;
    if minutes < 60 {
        format!("{minutes} m {} s", whole % 60)
    } else {
        format!("{} h {} m", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steps_duration_has_two_or_three_digits() {
        let cases = [0.0, 0.000_41, 0.009_96, 0.012, 0.9994, 0.9996, 1.239, 99.99, 100.0, 7500.0];
        let texts = cases.map(short).join("  ");
        assert_eq!(
            texts,
            "0.0 ms  0.4 ms  10 ms  12 ms  999 ms  1.00 s  1.24 s  99.99 s  1 m 40 s  2 h 5 m"
        );
    }

    #[test]
    fn a_runs_duration_is_in_seconds() {
        assert_eq!(
            [0.0, 0.307, 12.4, 3599.6].map(total).join("  "),
            "0.00 s  0.31 s  12.40 s  1 h 0 m"
        );
    }
}
