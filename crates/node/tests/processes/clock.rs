//! A clock for whole processes: libfaketime shifts what the nodes take for the time, and a file says by how much, so that a network travels
//! through years without a restart. How long something takes (timeouts, pauses) is not touched.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is loaded before everything else, below the folder of the machine's libraries.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

fn library() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap();
    folders
        .map(|folder| folder.unwrap().path().join(LIBRARY))
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("libfaketime is missing: apt-get install libfaketime"))
}

/// The shifted clock of one network.
#[derive(Clone, Debug)]
pub struct Clock {
    file: PathBuf,
}

impl Clock {
    /// A clock whose shift stands in this file, at a time in milliseconds since 1970.
    pub fn new(file: PathBuf, at: u64) -> Self {
        let clock = Self { file };
        clock.set(at);
        clock
    }

    /// Sets it.
    #[expect(
        clippy::disallowed_methods,
        reason = "how far another clock is from this one is known only by reading this one"
    )]
    pub fn set(&self, at: u64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        let shift = i128::from(at) - i128::try_from(now).unwrap();
        let sign = if shift < 0 { '-' } else { '+' };
        let shift = shift.unsigned_abs();
        // Renamed into place: a process never reads half a number.
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{sign}{}.{:03}", shift / 1000, shift % 1000)).unwrap();
        fs::rename(new, &self.file).unwrap();
    }

    /// Lets a process live by it.
    pub fn rule(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_RESET", "1");
    }
}

/// Milliseconds since 1970 of a day and time in Shanghai.
pub fn shanghai(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> u64 {
    // Days since 1970 of a date of the Gregorian calendar, with years that begin in March.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = 365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day
        - 1
        - 719_468;
    u64::try_from(((days * 24 + hour - 8) * 60 + minute) * 60_000).unwrap()
}
