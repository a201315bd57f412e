//! Periods of the law over the published years: each row of what was computed by hand from the State Council's notices, the rules of
//! 民法典 §201-203, and what happens in years that are not published.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_governance::calendar::{Calendar, Date, Due};
use yinxin_governance::founding_years;

const DAY_MS: u64 = 86_400_000;

fn calendar() -> Calendar {
    Calendar::new(founding_years().to_vec())
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn due(date: &str, provisional: bool) -> Due {
    Due {
        date: day(date),
        provisional,
    }
}

#[test]
fn working_days_skip_holidays_and_count_worked_weekends() {
    for (from, n, to, monday_to_friday) in [
        ("2025-12-29", 3, "2026-01-04", "2026-01-01"),
        ("2026-02-10", 5, "2026-02-24", "2026-02-17"),
        ("2026-02-10", 20, "2026-03-16", "2026-03-10"),
        ("2026-02-10", 30, "2026-03-30", "2026-03-24"),
        ("2026-02-10", 45, "2026-04-21", "2026-04-14"),
        ("2026-02-10", 60, "2026-05-14", "2026-05-05"),
        ("2026-03-16", 10, "2026-03-30", "2026-03-30"),
        ("2026-04-30", 3, "2026-05-08", "2026-05-05"),
    ] {
        assert_eq!(
            calendar().add_working_days(day(from), n),
            due(to, false),
            "{from} {n}"
        );
        let without = Calendar::default().add_working_days(day(from), n);
        assert_eq!(without, due(monday_to_friday, true), "{from} {n}");
    }
}

#[test]
fn an_extension_counts_on_from_the_end_of_the_period() {
    for (end, more, to) in [("2026-03-16", 10, "2026-03-30"), ("2026-04-21", 15, "2026-05-14")] {
        assert_eq!(calendar().add_working_days(day(end), more), due(to, false));
    }
}

#[test]
fn days_that_end_on_a_holiday_end_on_the_next_working_day() {
    for (from, n, to, raw) in [
        ("2026-02-05", 15, "2026-02-24", "2026-02-20"),
        ("2026-09-17", 15, "2026-10-08", "2026-10-02"),
        ("2026-03-02", 15, "2026-03-17", "2026-03-17"),
        // A Saturday that is worked is a day like any other, one that is not moves to Monday.
        ("2026-02-04", 10, "2026-02-14", "2026-02-14"),
        ("2026-03-01", 6, "2026-03-09", "2026-03-07"),
    ] {
        assert_eq!(day(from).plus_days(n), day(raw));
        assert_eq!(calendar().add_days(day(from), n), due(to, false), "{from} {n}");
    }
}

#[test]
fn months_end_on_the_corresponding_day_or_the_last_of_the_month() {
    for (from, n, to) in [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2025-12-15", 3, "2026-03-16"),
        ("2026-02-10", 3, "2026-05-11"),
        ("2025-11-30", 3, "2026-02-28"),
    ] {
        assert_eq!(calendar().add_months(day(from), n), due(to, false), "{from} {n}");
    }
    assert_eq!(day("2024-02-29").plus_months(12), day("2025-02-28"));
    assert_eq!(day("2025-12-31").plus_months(2), day("2026-02-28"));
}

#[test]
fn what_ends_in_a_year_that_is_not_published_is_provisional() {
    let calendar = calendar();
    assert_eq!(
        calendar.add_working_days(day("2026-12-30"), 1),
        due("2026-12-31", false)
    );
    assert_eq!(
        calendar.add_working_days(day("2026-12-30"), 2),
        due("2027-01-01", true)
    );
    assert_eq!(calendar.add_days(day("2026-12-30"), 1), due("2026-12-31", false));
    assert_eq!(calendar.add_days(day("2026-12-30"), 3), due("2027-01-04", true));
    assert_eq!(calendar.add_months(day("2026-12-15"), 1), due("2027-01-15", true));
    // From Friday over a weekend of 2023, which is not published, into 2024, which is.
    assert_eq!(
        calendar.add_working_days(day("2023-12-29"), 1),
        due("2024-01-02", true)
    );
    assert_eq!(
        calendar.add_working_days(day("2023-12-31"), 1),
        due("2024-01-02", false)
    );
}

#[test]
fn worked_weekends_of_2026_are_those_of_the_notice() {
    let calendar = calendar();
    let first = day("2026-01-01");
    let worked: Vec<String> = (0..365)
        .map(|n| first.plus_days(n))
        .filter(|date| date.is_weekend() && calendar.is_working_day(*date))
        .map(|date| date.to_string())
        .collect();
    assert_eq!(
        worked,
        [
            "2026-01-04",
            "2026-02-14",
            "2026-02-28",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10"
        ]
    );
    let days = (0..365)
        .filter(|n| calendar.is_working_day(first.plus_days(*n)))
        .count();
    assert_eq!(days, 248);
}

#[test]
fn the_founding_years_are_well_formed_and_hold_the_facts_of_the_public_data() {
    let years: Vec<u32> = founding_years().iter().map(|year| year.year).collect();
    assert_eq!(years, [2024, 2025, 2026]);
    for year in founding_years() {
        assert_eq!(year.check(), Ok(()));
        assert_eq!(year.edition, 1);
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/vectors/calendar")
            .join(format!("{}.json", year.year));
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: the public vectors are not beside the repository");
            continue;
        };
        let published: Value = serde_json::from_str(&text).unwrap();
        let mut ours: Vec<Value> = year.holidays.iter().map(|day| json!([day.date, true])).collect();
        ours.extend(year.workdays.iter().map(|date| json!([date, false])));
        let mut theirs: Vec<Value> = published["days"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| json!([day["date"], day["isOffDay"]]))
            .collect();
        for days in [&mut ours, &mut theirs] {
            days.sort_by_key(ToString::to_string);
        }
        assert_eq!(ours, theirs, "{}", year.year);
    }
}

#[test]
fn a_day_begins_and_ends_at_midnight_in_shanghai() {
    // 2026-02-10T16:00:00Z is midnight in Shanghai.
    let midnight = 1_770_739_200_000;
    assert_eq!(Date::of_ms(midnight - 1), day("2026-02-10"));
    assert_eq!(Date::of_ms(midnight), day("2026-02-11"));
    assert_eq!(day("2026-02-10").end_ms(), midnight);
    assert_eq!(Date::of_ms(0), day("1970-01-01"));
    assert_eq!(Date::of_ms(u64::MAX), Date::LAST);
    assert_eq!(Date::LAST.plus_days(1), Date::LAST);
    assert_eq!(Date::LAST.plus_months(1), Date::LAST);
    assert_eq!(calendar().add_working_days(Date::LAST, 9).date, Date::LAST);
}

#[test]
fn days_are_written_in_one_way_and_exist() {
    for text in [
        "2026-2-10",
        "2026-02-30",
        "2025-02-29",
        "1900-01-01",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "20260101",
        "2026-02-10 ",
        "２０26-01-01",
        "+026-01-01",
        "",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    assert_eq!(day("2024-02-29").to_string(), "2024-02-29");
    assert_eq!(Date::new(2100, 2, 29), None);
}

#[test]
fn days_follow_one_another_to_the_last_and_each_is_a_day_further_in_time() {
    let mut date = day("1970-01-01");
    let mut number = 0;
    while date < Date::LAST {
        let next = date.plus_days(1);
        let same_month =
            (next.year(), next.month(), next.day()) == (date.year(), date.month(), date.day() + 1);
        let next_month = next.day() == 1
            && Date::new(date.year(), date.month(), date.day() + 1).is_none()
            && next.year() * 12 + next.month() == date.year() * 12 + date.month() + 1;
        assert!(same_month || next_month, "{date} {next}");
        // 1970-01-01 was a Thursday.
        assert_eq!(date.is_weekend(), matches!(number % 7, 2 | 3), "{date}");
        assert_eq!(Date::of_ms(date.end_ms() - 1), date);
        assert_eq!(next.end_ms(), date.end_ms() + DAY_MS);
        (date, number) = (next, number + 1);
    }
    assert_eq!(number, 2_932_896);
}

proptest! {
    #[test]
    fn working_days_add_up_and_lie_on_working_days(ms in 1_704_067_200_000_u64..1_767_000_000_000, a in 1..100_u32, b in 1..100_u32) {
        let (calendar, from) = (calendar(), Date::of_ms(ms));
        let first = calendar.add_working_days(from, a);
        prop_assert!(calendar.is_working_day(first.date) && first.date > from);
        prop_assert_eq!(calendar.add_working_days(first.date, b).date, calendar.add_working_days(from, a + b).date);
        let between = (1..=400)
            .map(|n| from.plus_days(n))
            .take_while(|date| *date <= first.date)
            .filter(|date| calendar.is_working_day(*date));
        prop_assert_eq!(between.count(), usize::try_from(a).unwrap());
    }

    #[test]
    fn any_text_is_a_day_that_is_written_so_or_none(text in "[0-9-]{8,11}") {
        if let Some(date) = Date::parse(&text) {
            prop_assert_eq!(date.to_string(), text);
        }
    }
}

#[test]
fn the_working_days_between_two_days_are_those_that_a_period_counts() {
    let calendar = calendar();
    for (from, to, working) in [
        ("2026-02-10", "2026-02-24", 5),
        ("2026-02-10", "2026-03-16", 20),
        ("2026-02-14", "2026-02-23", 0),
        ("2026-03-16", "2026-03-16", 0),
        ("2026-03-16", "2026-03-02", 0),
    ] {
        let counted = calendar.working_days(day(from), day(to));
        assert_eq!(counted, (working, false), "{from} to {to}");
    }
    assert_eq!(
        calendar.working_days(day("2026-12-31"), day("2027-01-04")),
        (2, true)
    );
}
