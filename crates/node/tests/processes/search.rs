//! Searching everything that nodes wrote for what must not be there, in every form in which it might be.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use yinxin_crypto::HashAlgorithm;

/// Bits of the number of slots in the table of beginnings.
const TABLE_BITS: u32 = 24;
/// Files of one call of `md5sum`: the system bounds how long a command line may be.
const MD5_FILES: usize = 1_000;

/// Texts to search for.
pub struct Needles {
    /// Bytes, and what they are.
    needles: Vec<(Vec<u8>, String)>,
    /// Which needles begin with four bytes.
    by_beginning: BTreeMap<u32, Vec<usize>>,
    /// One bit for each slot, set where any needle begins with four bytes of the slot: most bytes of most files need no more than one look
    /// here.
    table: Vec<u64>,
}

fn slot(beginning: u32) -> usize {
    usize::try_from(beginning.wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS)).unwrap()
}

impl Needles {
    /// Each text plain, in UTF-16, in hexadecimal digits, in base64 wherever it may begin, and the same of its digests.
    pub fn of(texts: &[String]) -> Self {
        let md5 = md5(texts);
        let mut needles = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            forms(&mut needles, text.as_bytes(), text);
            let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
            needles.push((wide(u16::to_le_bytes), format!("{text} in UTF-16LE")));
            needles.push((wide(u16::to_be_bytes), format!("{text} in UTF-16BE")));
            for algorithm in HashAlgorithm::ALL {
                let digest = algorithm.hash(&[text.as_bytes()]);
                forms(&mut needles, digest.bytes(), &format!("{algorithm} of {text}"));
            }
            if let Some(digest) = md5.get(place) {
                forms(&mut needles, digest, &format!("md5 of {text}"));
            }
        }
        Self::from_needles(needles)
    }

    /// The texts as they are.
    pub fn plain(texts: &[&str]) -> Self {
        Self::from_needles(
            texts
                .iter()
                .map(|text| (text.as_bytes().to_vec(), (*text).to_owned()))
                .collect(),
        )
    }

    fn from_needles(needles: Vec<(Vec<u8>, String)>) -> Self {
        let mut by_beginning: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut table = vec![0; 1 << (TABLE_BITS - u64::BITS.trailing_zeros())];
        for (place, (bytes, what)) in needles.iter().enumerate() {
            let beginning = bytes
                .first_chunk()
                .unwrap_or_else(|| panic!("{what} is too short"));
            let beginning = u32::from_be_bytes(*beginning);
            by_beginning.entry(beginning).or_default().push(place);
            let slot = slot(beginning);
            table[slot / 64] |= 1 << (slot % 64);
        }
        Self {
            needles,
            by_beginning,
            table,
        }
    }

    /// How many different sequences of bytes are searched for.
    pub fn count(&self) -> usize {
        self.needles.len()
    }

    /// What stands in these bytes, named.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        let mut beginning = 0_u32;
        for (place, byte) in bytes.iter().enumerate() {
            beginning = beginning << 8 | u32::from(*byte);
            let slot = slot(beginning);
            if place < 3 || self.table[slot / 64] >> (slot % 64) & 1 == 0 {
                continue;
            }
            for needle in self.by_beginning.get(&beginning).into_iter().flatten() {
                let (wanted, what) = &self.needles[*needle];
                if bytes[place - 3..].starts_with(wanted) {
                    found.push(what.as_str());
                }
            }
        }
        found
    }

    /// What stands in any file below a folder or in its name; how many files and bytes were read.
    pub fn found_below(&self, folder: &Path) -> Found {
        let mut found = Found::default();
        for path in files(folder) {
            let bytes = fs::read(&path).unwrap();
            found.files += 1;
            found.bytes += bytes.len();
            let named = path.display().to_string();
            for what in self
                .found_in(&bytes)
                .into_iter()
                .chain(self.found_in(named.as_bytes()))
            {
                found.hits.push(format!("{what} in {named}"));
            }
        }
        found
    }
}

/// What a search found.
#[derive(Default)]
pub struct Found {
    /// What and where.
    pub hits: Vec<String>,
    /// Files read.
    pub files: usize,
    /// Bytes read.
    pub bytes: usize,
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files
}

/// The forms in which bytes may be written.
fn forms(needles: &mut Vec<(Vec<u8>, String)>, bytes: &[u8], what: &str) {
    needles.push((bytes.to_vec(), format!("{what}, plain,")));
    let digits = hex::encode(bytes);
    needles.push((
        digits.to_uppercase().into_bytes(),
        format!("{what} in capital hex"),
    ));
    needles.push((digits.into_bytes(), format!("{what} in hex")));
    let first = needles.len();
    for before in 0..3 {
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let text = aligned(
                engine.encode([&[0; 3][..before], bytes].concat()),
                before,
                bytes.len(),
            );
            let form = (text.into_bytes(), format!("{what} in base64"));
            if !needles[first..].contains(&form) {
                needles.push(form);
            }
        }
    }
}

/// The characters of base64 that depend on nothing but the bytes themselves, whatever stands around them.
fn aligned(text: String, before: usize, length: usize) -> String {
    let first = (before * 8).div_ceil(6);
    let end = (before + length) * 8 / 6;
    text[first..end].to_owned()
}

/// MD5 digests, by the system's own program; none where it has none.
fn md5(texts: &[String]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = texts
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let path = folder.path().join(place.to_string());
            fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let mut digests = Vec::new();
    for paths in paths.chunks(MD5_FILES) {
        match Command::new("md5sum").args(paths).output() {
            Ok(output) if output.status.success() => digests.extend(
                String::from_utf8(output.stdout)
                    .unwrap()
                    .lines()
                    .map(|line| hex::decode(&line[..32]).unwrap()),
            ),
            _ => {
                eprintln!("skipped: no md5sum on this machine");
                return Vec::new();
            }
        }
    }
    digests
}

#[test]
fn a_search_finds_each_form_wherever_it_stands_and_nothing_else() {
    let secret = "990101199003150015".to_owned();
    let needles = Needles::of(std::slice::from_ref(&secret));
    assert!(needles.found_in(&[0; 100]).is_empty());
    assert!(needles.found_in("990101199003150016".as_bytes()).is_empty());
    assert!(needles.found_in(&secret.as_bytes()[..17]).is_empty());
    for wide in [u16::to_le_bytes, u16::to_be_bytes] {
        let text: Vec<u8> = format!("甲{secret}").encode_utf16().flat_map(wide).collect();
        assert!(!needles.found_in(&text).is_empty());
    }
    let digests = HashAlgorithm::ALL.map(|algorithm| algorithm.hash(&[secret.as_bytes()]).bytes().to_vec());
    for bytes in digests.iter().map(Vec::as_slice).chain([secret.as_bytes()]) {
        for before in 0..7 {
            let text = [
                &b"{\"a\":\""[..before.min(6)],
                &vec![0xfe; before][..],
                bytes,
                b"\xff\"}",
            ]
            .concat();
            for written in [
                text.clone(),
                hex::encode(&text).into_bytes(),
                hex::encode(&text).to_uppercase().into_bytes(),
                STANDARD_NO_PAD.encode(&text).into_bytes(),
                URL_SAFE_NO_PAD.encode(&text).into_bytes(),
            ] {
                let file = [&[7; 1000][..], &written, &[9; 10]].concat();
                assert!(!needles.found_in(&file).is_empty(), "{before}");
            }
        }
    }
}
