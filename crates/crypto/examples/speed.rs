//! How fast one processor core hashes, signs and verifies with this crate.
//!
//! `cargo run --release -p yinxin-crypto --example speed`

#![expect(
    clippy::print_stdout,
    reason = "a program that measures prints what it measured"
)]
#![expect(clippy::float_arithmetic, reason = "rates are shown as decimal fractions")]

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use yinxin_crypto::aead::{Aead, AeadKey};
use yinxin_crypto::{
    HashAlgorithm, PrivateKey, PublicKey, Signature, SignatureAlgorithm, Signed, verify, verify_batch,
};

/// How long each figure is measured.
const TIME: Duration = Duration::from_millis(1_500);

/// The length of a typical transaction in bytes.
const MESSAGE: usize = 400;

/// The time this thread has spent on a processor, so that other programs do not falsify the figures. Where the system
/// does not tell (it is Linux that does), the time on the clock.
fn processor_time(start: Instant) -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanoseconds = statistics
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Repeats `work` for [`TIME`] and returns how often it ran in a second of one processor core.
fn rate(mut work: impl FnMut()) -> f64 {
    work();
    let start = Instant::now();
    let before = processor_time(start);
    let mut runs = 0_u32;
    while start.elapsed() < TIME {
        work();
        runs = runs.saturating_add(1);
    }
    f64::from(runs) / processor_time(start).saturating_sub(before).as_secs_f64()
}

struct Sample {
    key: PublicKey,
    message: Vec<u8>,
    signature: Signature,
}

/// `count` signed messages by `keys` different keys.
fn samples(algorithm: SignatureAlgorithm, count: usize, keys: usize) -> Result<Vec<Sample>, Box<dyn Error>> {
    let keys: Vec<_> = (0..keys)
        .map(|_| PrivateKey::generate(algorithm))
        .collect::<Result<_, _>>()?;
    let sample = |(number, key): (u64, &PrivateKey)| {
        let mut message = vec![0x5a; MESSAGE];
        message.extend_from_slice(&number.to_be_bytes());
        Sample {
            key: key.public_key(),
            signature: key.sign(&message),
            message,
        }
    };
    Ok((0..).zip(keys.iter().cycle()).take(count).map(sample).collect())
}

/// The rate at which single verification goes through the samples.
fn single(samples: &[Sample]) -> f64 {
    let mut next = samples.iter().cycle();
    rate(|| {
        if let Some(sample) = next.next() {
            assert!(verify(&sample.key, &sample.message, &sample.signature).is_ok());
        }
    })
}

/// The rate at which batch verification goes through the samples.
fn batch(samples: &[Sample]) -> Result<f64, Box<dyn Error>> {
    let items: Vec<_> = samples
        .iter()
        .map(|sample| Signed {
            key: &sample.key,
            message: &sample.message,
            signature: &sample.signature,
        })
        .collect();
    let batches = rate(|| assert!(verify_batch(&items).into_iter().all(|verdict| verdict)));
    Ok(batches * f64::from(u32::try_from(items.len())?))
}

fn main() -> Result<(), Box<dyn Error>> {
    for algorithm in HashAlgorithm::ALL {
        let megabyte = vec![0x5a; 1_000_000];
        println!(
            "{algorithm} long messages: {:.0} MB/s",
            rate(|| _ = black_box(algorithm.hash(&[&megabyte])))
        );
        println!(
            "{algorithm} of 64 bytes: {:.0}/s",
            rate(|| _ = black_box(algorithm.hash(&[&[0x5a; 64]])))
        );
    }
    for cipher in Aead::ALL {
        let key = AeadKey::generate(cipher)?;
        let megabyte = vec![0x5a; 1_000_000];
        println!(
            "{cipher} sealing: {:.0} MB/s",
            rate(|| _ = black_box(key.seal([0; 12], &[], &megabyte)))
        );
    }
    for algorithm in PrivateKey::ALGORITHMS {
        let key = PrivateKey::generate(algorithm)?;
        println!(
            "{algorithm} signing: {:.0}/s",
            rate(|| _ = black_box(key.sign(&[0x5a; MESSAGE])))
        );
        let public = key.public_key();
        println!(
            "{algorithm} finding a key's point: {:.0}/s",
            rate(|| _ = black_box(public.is_on_curve()))
        );
    }
    let ed25519 = SignatureAlgorithm::Ed25519;
    println!(
        "ed25519 one by one: {:.0}/s",
        single(&samples(ed25519, 4_096, 4_096)?)
    );
    for size in [8, 16, 32, 64, 128, 1_024] {
        println!(
            "ed25519 batch of {size}, as many keys: {:.0}/s",
            batch(&samples(ed25519, size, size)?)?
        );
    }
    println!(
        "ed25519 batch of 128, 8 keys: {:.0}/s",
        batch(&samples(ed25519, 128, 8)?)?
    );
    let mut spoiled = samples(ed25519, 128, 128)?;
    if let Some(sample) = spoiled.get_mut(77) {
        sample.message.push(0);
    }
    let items: Vec<_> = spoiled
        .iter()
        .map(|sample| Signed {
            key: &sample.key,
            message: &sample.message,
            signature: &sample.signature,
        })
        .collect();
    let batches = rate(|| _ = black_box(verify_batch(&items)));
    println!("ed25519 batch of 128, one invalid: {:.0}/s", batches * 128.0);

    let sm2 = SignatureAlgorithm::Sm2;
    // More keys than ever get a table, each seen once: this is the cost of an unknown key.
    println!(
        "sm2 unknown keys, one by one: {:.0}/s",
        single(&samples(sm2, 16_384, 16_384)?)
    );
    println!(
        "sm2 known keys, one by one: {:.0}/s",
        single(&samples(sm2, 512, 32)?)
    );
    println!(
        "sm2 known keys, batch of 128: {:.0}/s",
        batch(&samples(sm2, 128, 32)?)?
    );
    println!("sm2 mixed with ed25519 half and half, batch: {:.0}/s", {
        let mut both = samples(sm2, 64, 32)?;
        both.extend(samples(ed25519, 64, 64)?);
        for _ in 0..4 {
            let _ = single(&both);
        }
        batch(&both)?
    });
    Ok(())
}
