//! Counts the paid days of shifts: weekends and public holidays earn an extra.

use crate::random::Random;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Day(i32);

struct Shift {
    country: usize,
    start: Day,
    days: i32,
    rate: u64,
}

trait Calendar {
    fn is_holiday(&self, year: i32, day: Day) -> bool;
}

/// Days since 1970-01-01, after Howard Hinnant.
fn day(year: i32, month: i32, day: i32) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Easter Sunday by the rule of Meeus, Jones and Butcher.
fn easter(year: i32) -> Day {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    day(year, month, (h + l - 7 * m + 114) % 31 + 1)
}

impl Day {
    fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    fn is_weekend(self) -> bool {
        matches!((self.0 + 4).rem_euclid(7), 0 | 6)
    }
}

/// The holidays of a country: some stand at a date, some move with Easter.
struct Holidays {
    fixed: &'static [(i32, i32)],
    after_easter: &'static [i32],
}

const GERMAN: Holidays = Holidays {
    fixed: &[(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)],
    after_easter: &[-2, 1, 39, 50],
};

const FRENCH: Holidays = Holidays {
    fixed: &[(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)],
    after_easter: &[1, 39, 50],
};

impl Holidays {
    fn of(&self, year: i32) -> impl Iterator<Item = Day> {
        let easter = easter(year);
        let fixed = self
            .fixed
            .iter()
            .map(move |&(month, of_month)| day(year, month, of_month));
        fixed.chain(self.after_easter.iter().map(move |&days| easter.plus(days)))
    }
}

impl Calendar for Holidays {
    fn is_holiday(&self, year: i32, day: Day) -> bool {
        self.of(year).any(|holiday| holiday == day) //~
    }
}

fn calendar(holidays: Holidays, _year: i32) -> Box<dyn Calendar> {
    Box::new(holidays)
}

struct Payroll {
    calendars: Vec<Box<dyn Calendar>>,
    year: i32,
}

impl Payroll {
    fn pay(&self, shift: &Shift) -> u64 {
        let calendar = &self.calendars[shift.country];
        (0..shift.days)
            .map(|number| {
                let day = shift.start.plus(number);
                if day.is_weekend() {
                    shift.rate * 5 / 4
                } else if calendar.is_holiday(self.year, day) {
                    //~^
                    shift.rate * 2
                } else {
                    shift.rate
                }
            })
            .sum()
    }
}

pub fn run(scale: usize) {
    let mut random = Random::new(41);
    let mut paid = 0;
    for year in 2000..2000 + 40 * scale as i32 {
        let shifts: Vec<Shift> = (0..20_000)
            .map(|_| Shift {
                country: random.below(2),
                start: day(year, 1, 1).plus(random.below(350) as i32),
                days: 1 + random.below(14) as i32,
                rate: 9_000 + random.below(9_000) as u64,
            })
            .collect();
        let payroll = Payroll {
            calendars: vec![calendar(GERMAN, year), calendar(FRENCH, year)],
            year,
        };
        for _ in 0..6 {
            paid += shifts.iter().map(|shift| payroll.pay(shift)).sum::<u64>();
        }
    }
    println!("{paid} cents");
}
