//! What the machine says about processes, and what it can do by itself.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use yinxin_crypto::{PrivateKey, Signature, SignatureAlgorithm, Signed, verify_batch};

use crate::bench::summary::Spread;
use crate::cli::failure::Failure;

/// Microseconds of one tick of `/proc/PID/stat`. Linux shows user programs 100 ticks a second on every common machine.
const TICK_US: u64 = 10_000;
/// Bytes of one block of `stat`.
const BLOCK_BYTES: u64 = 512;
/// Signatures of one batch, as nodes verify them.
const BATCH: usize = 1_024;
/// Bytes of a signed body like those of the measurement.
const BODY_BYTES: usize = 480;
/// How long verification is measured.
const VERIFYING: Duration = Duration::from_secs(2);
/// How often the disk is asked to keep a page.
const SYNCS: usize = 200;

/// What bounds any ledger on this machine.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// Processor cores.
    pub cores: usize,
    /// Ed25519 signatures of different keys that one core verifies in a second, in batches of 1,024.
    pub signatures_per_core_second: u64,
    /// Microseconds until the disk has kept a page of 4 KiB.
    pub sync_us: Spread,
}

/// Measures the bounds; the disk is that of `folder`.
///
/// # Errors
/// Where the folder cannot be written.
pub(super) fn bounds(folder: &Path) -> Result<Bounds, Failure> {
    Ok(Bounds {
        cores: thread::available_parallelism().map_or(1, std::num::NonZero::get),
        signatures_per_core_second: signatures_per_core_second()?,
        sync_us: sync_us(folder).map_err(|error| Failure::unwritable(folder, &error))?,
    })
}

fn signatures_per_core_second() -> Result<u64, Failure> {
    let mut signed = Vec::with_capacity(BATCH);
    for number in 0..BATCH {
        let key = PrivateKey::generate(SignatureAlgorithm::Ed25519)?;
        let mut message = vec![0; BODY_BYTES];
        message.extend_from_slice(&number.to_be_bytes());
        let signature: Signature = key.sign(&message);
        signed.push((key.public_key(), message, signature));
    }
    let items: Vec<Signed<'_>> = signed
        .iter()
        .map(|(key, message, signature)| Signed {
            key,
            message,
            signature,
        })
        .collect();
    let start = Instant::now();
    let mut verified = 0_u64;
    while start.elapsed() < VERIFYING {
        let valid = verify_batch(&items).into_iter().filter(|valid| *valid).count();
        verified = verified.saturating_add(u64::try_from(valid).unwrap_or_default());
    }
    Ok(per_second(verified, start.elapsed()))
}

fn sync_us(folder: &Path) -> io::Result<Spread> {
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [0xa5; 4096];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let start = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        times.push(micros(start.elapsed()));
    }
    Ok(Spread::of(times))
}

/// How many in a second, if `count` took so long.
pub(super) fn per_second(count: u64, took: Duration) -> u64 {
    let micros = u128::from(micros(took).max(1));
    let per_second = u128::from(count).saturating_mul(1_000_000).checked_div(micros);
    per_second
        .and_then(|rate| u64::try_from(rate).ok())
        .unwrap_or_default()
}

/// A span in microseconds.
pub(super) fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// Processor time that processes have used, in microseconds; those that have ended count nothing.
pub(super) fn cpu_us(pids: &[u32]) -> u64 {
    pids.iter()
        .filter_map(|pid| cpu_ticks(*pid))
        .sum::<u64>()
        .saturating_mul(TICK_US)
}

/// `utime` and `stime` of `/proc/PID/stat`, fields 14 and 15 (proc(5)).
fn cpu_ticks(pid: u32) -> Option<u64> {
    ticks(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn ticks(stat: &str) -> Option<u64> {
    // The second field is the program's name in parentheses and may hold anything.
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

/// Bytes of memory a process holds now, and the most it ever held.
pub(super) fn memory(pid: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some((kilobytes(&status, "VmRSS:")?, kilobytes(&status, "VmHWM:")?))
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.split_ascii_whitespace().next()?.parse().ok()?;
    number.checked_mul(1024)
}

/// Bytes of disk that a folder and everything in it take.
pub(super) fn disk_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => disk_bytes(&entry.path()),
            Ok(found) => found.blocks().saturating_mul(BLOCK_BYTES),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_whatever_a_program_is_called() {
        let stat = "12 (a ) b) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20 0 1 0 100 0 0";
        assert_eq!(ticks(stat), Some(100));
        assert_eq!(ticks("12 (short) S 1"), None);
    }

    #[test]
    fn this_process_uses_time_and_memory() {
        let (now, most) = memory(std::process::id()).unwrap();
        assert!(now > 0 && most >= now);
        assert!(cpu_ticks(std::process::id()).is_some());
    }

    #[test]
    fn rates_are_exact() {
        assert_eq!(per_second(5_000, Duration::from_millis(500)), 10_000);
        assert_eq!(per_second(0, Duration::ZERO), 0);
    }
}
