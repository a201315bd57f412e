//! The hunt for personal data in everything that a network of nodes wrote, measured or sent, by whichever way the people came.

use std::path::Path;

use yinxin_crypto::Digest;

use crate::invented::Invented;
use crate::network::said;
use crate::search::{Found, Needles, files};
use crate::taps::Taps;
use crate::town::{SEATS, Town, call, fetch};

/// What people lease to the other centre, sorted; nearly everything that is about the person.
pub const LEASED: [&str; 8] = [
    "accname",
    "accnum",
    "addr",
    "amt",
    "bal",
    "basenum",
    "certinum",
    "linkphone",
];
/// The most people who have everything erased.
const ERASED: usize = 50;
/// Bytes of the smallest transaction.
const TRANSACTION: usize = 400;

/// The number of a person's loan case.
pub fn case(place: usize) -> String {
    format!("LX-2026-{:04}", 1000 + place)
}

/// How many of so many people have everything erased.
pub fn erased_of(people: usize) -> usize {
    people.div_ceil(4).min(ERASED)
}

/// What is hunted: everything about the people that may stand nowhere in clear.
pub struct Hunt {
    needles: Needles,
    people: usize,
    texts: usize,
}

impl Hunt {
    /// After these people.
    pub fn after(people: &[Invented]) -> Self {
        let secrets: Vec<String> = people.iter().flat_map(Invented::secrets).collect();
        Self {
            needles: Needles::of(&secrets),
            people: people.len(),
            texts: secrets.len(),
        }
    }

    /// What is found in any file below a folder.
    pub fn below(&self, folder: &Path) -> Found {
        self.needles.found_below(folder)
    }

    /// Asserts that no node measures anything of it.
    pub fn assert_not_measured(&self, town: &Town) {
        let measured = Needles::plain(&["yinxin"]);
        for node in &town.network.nodes {
            let metrics = call(node, "GET", "/metrics", None, None).unwrap();
            assert_eq!(metrics.code(), "OK");
            let found = self.needles.found_in(&metrics.body);
            assert_eq!(found, Vec::<&str>::new(), "{}", node.name);
            assert!(!measured.found_in(&metrics.body).is_empty(), "{}", node.name);
        }
    }

    /// Asserts that none of it is in any department's folder, that of the holder too, in any log, or in what nodes sent each other. No node
    /// runs.
    pub fn assert_nowhere(&self, town: &Town, taps: &Taps) {
        let found = self.below(folder(town));
        assert_eq!(found.hits, Vec::<String>::new());
        let heard = self.below(taps.heard());
        assert_eq!(heard.hits, Vec::<String>::new());
        eprintln!(
            "measured: {} forms of {} texts about {} people in {} files of {} bytes and {} bytes of the links between nodes: found nowhere",
            self.needles.count(),
            self.texts,
            self.people,
            found.files,
            found.bytes,
            heard.bytes
        );
    }

    /// Asserts that the same search finds what is meant to be on every ledger, and what every node logs; and that the taps heard everything, five
    /// transactions of each person on their way to three other nodes at the least, and could read none of it.
    pub fn assert_all_was_searched(&self, town: &Town, taps: &Taps, known: &str) {
        let folder = folder(town);
        let known = Needles::plain(&[known]);
        let logged = Needles::plain(&["DEBUG"]);
        for (_, code, _) in SEATS {
            assert!(!known.found_below(&folder.join(code)).hits.is_empty(), "{code}");
            let log = std::fs::read(folder.join(format!("{code}.log"))).unwrap();
            assert!(
                !logged.found_in(&log).is_empty(),
                "{code} logs too little for this test"
            );
        }
        let heard = known.found_below(taps.heard());
        assert!(heard.bytes > self.people * 5 * 3 * TRANSACTION, "{}", heard.bytes);
        assert_eq!(heard.hits, Vec::<String>::new());
    }
}

/// The folder of all departments' folders and logs.
pub fn folder(town: &Town) -> &Path {
    town.network.nodes[0].folder.parent().unwrap()
}

/// Asserts that the vault of a holder keeps the content and the keys of a material, or nothing of either.
pub fn assert_kept(holder: &Path, material: &Digest, kept: bool) {
    let name = hex::encode(material.bytes());
    for part in ["materials", "keys"] {
        let found = files(&holder.join("materials").join(part));
        let named = found
            .iter()
            .filter(|path| path.display().to_string().contains(&name));
        assert_eq!(named.count(), usize::from(kept), "{part} of {material}");
    }
}

/// Asserts that every node still releases what a look may see, or says that it was erased.
pub fn assert_released(town: &Town, look: &Digest, released: bool) {
    let expected = if released { "OK" } else { "MAT_ERASED" };
    for node in &town.network.nodes {
        assert_eq!(fetch(node, look).code(), expected, "{}", node.name);
    }
}

/// Asserts that a holder left nothing half written, and that every stopped node's folder passes the audit.
pub fn assert_sound(town: &Town, holder: &Path) {
    let temporary = files(&holder.join("materials").join("tmp"));
    assert!(temporary.is_empty(), "{temporary:?}");
    for node in &town.network.nodes {
        let folder = node.folder.display().to_string();
        let audit = town
            .network
            .yinxin(&["--lang", "en", "verify", "--data", &folder]);
        assert!(audit.status.success(), "{}", said(&audit));
    }
}
