//! Nothing personal leaves its holder by the portal either: invented people are put through in a real browser, by clicks, and the same search
//! looks at every node, and at what the browsers of everybody still hold.
//!
//! ```text
//! this test ─ plan (people, officers, nodes) ─► portal/e2e/people.mjs ─► Chromium ─► nodes ─► taps
//!     ◄─ one line for each person ─┘                     └─► what each browser holds after signing out
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_crypto::Digest;

use crate::hunt::{Hunt, LEASED, assert_kept, assert_released, assert_sound, case, erased_of, folder};
use crate::invented::{Draw, Invented};
use crate::search::Needles;
use crate::taps::Taps;
use crate::town::{AWAY, BUREAU, HOME, Person, SEATS, Town};

/// Invented people; `YINXIN_PORTAL_PEOPLE` makes them more.
const PEOPLE: usize = 3;
/// The most people whose windows are open at once, each with three officers of its own; `YINXIN_PORTAL_AT_ONCE` says otherwise.
const AT_ONCE: usize = 5;
/// The most people who go by clicks, evenly among all; the others go by the portal's own modules inside its pages. `YINXIN_PORTAL_CLICKS` says
/// otherwise.
const CLICKS: usize = 100;
/// Where a page could leave something, as `portal/e2e/leftovers.mjs` names it.
const PLACES: [&str; 6] = [
    "localStorage",
    "sessionStorage",
    "cache",
    "cookie",
    "database",
    "history",
];

fn number_from(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(otherwise)
}

/// The portal's sources.
fn portal() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../portal")
}

/// What the machine lacks for this test, if anything.
fn lacking() -> Option<&'static str> {
    let runs = |program: &str| {
        let started = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        started.is_ok_and(|status| status.success())
    };
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    [
        (portal().join("dist/index.html").is_file(), "the built portal"),
        (
            portal().join("node_modules/playwright-core").is_dir(),
            "the portal's libraries",
        ),
        (runs("node"), "Node.js"),
        (runs(&chromium), "Chromium"),
    ]
    .into_iter()
    .find_map(|(there, what)| (!there).then_some(what))
}

/// What became of one person.
struct Told {
    place: usize,
    material: Digest,
    look: Digest,
}

/// The program that drives the browsers. It ends with this value.
struct Browsers {
    child: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// People with whom something went wrong, and what.
    failed: Vec<String>,
}

impl Browsers {
    fn start(plan: &Path) -> Self {
        let mut child = Command::new("node")
            .arg("e2e/people.mjs")
            .arg(plan)
            .current_dir(portal())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            orders: child.stdin.take().unwrap(),
            lines: BufReader::new(child.stdout.take().unwrap()).lines(),
            child,
            failed: Vec::new(),
        }
    }

    /// What the program tells until it says that a part has ended.
    fn until(&mut self, end: &str) -> Vec<Value> {
        let mut told = Vec::new();
        loop {
            let line = self
                .lines
                .next()
                .unwrap_or_else(|| panic!("the browsers' program ended early"))
                .unwrap();
            let document: Value = serde_json::from_str(&line).unwrap();
            if document["end"] == json!(end) {
                return told;
            }
            if document["failed"].is_null() {
                told.push(document);
            } else {
                self.failed.push(document.to_string());
            }
            if told.len().is_multiple_of(50) {
                eprintln!("{} told, {} failed", told.len(), self.failed.len());
            }
        }
    }

    fn go_on(&mut self) {
        self.orders.write_all(b"\n").unwrap();
    }
}

impl Drop for Browsers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the browsers' program must know.
fn plan(town: &Town, invented: &[Invented], erased: usize, browser: &Path) -> Value {
    let officer = |who: &Person| {
        json!({
            "account": who.key.public_key(), "node": town.node(who).url(), "seed": hex::encode(who.key.export_bytes()),
        })
    };
    let centre =
        |at: usize| json!({ "code": SEATS[at].1, "name": SEATS[at].0, "url": town.network.nodes[at].url() });
    let sample = number_from("YINXIN_PORTAL_CLICKS", CLICKS);
    let stride = invented.len().div_ceil(sample.max(1));
    // Spread over the whole campaign; the last one goes the other way, so that a short run knows both.
    let clicks = |place: usize| place.is_multiple_of(stride) && place + 1 < invented.len();
    let person = |(place, somebody): (usize, &Invented)| {
        json!({
            "case": case(place), "clicks": clicks(place), "erased": place < erased, "fields": somebody.fields(), "leased": LEASED,
            "number": somebody.number,
        })
    };
    let planted: serde_json::Map<_, _> = PLACES
        .iter()
        .map(|place| ((*place).to_owned(), json!(planted(place))))
        .collect();
    json!({
        "at_once": number_from("YINXIN_PORTAL_AT_ONCE", AT_ONCE).min(invented.len().div_ceil(PEOPLE)),
        "away": centre(AWAY),
        "bureau": centre(BUREAU),
        "home": centre(HOME),
        "left": browser.join("left"),
        "officers": {
            "clerk": officer(&town.clerk), "loan": officer(&town.loan), "steward": officer(&town.steward),
        },
        "people": invented.iter().enumerate().map(person).collect::<Vec<_>>(),
        "planted": planted,
        "planted_left": browser.join("planted"),
        "profiles": browser.join("profiles"),
    })
}

/// What is put in a place of a browser on purpose.
fn planted(place: &str) -> String {
    format!("planted-in-{place}")
}

/// Asserts that the search finds what was planted, in every place of a browser, of the departments' folders and of what the taps heard.
fn assert_planted_is_found(town: &Town, taps: &Taps, hunt: &Hunt, somebody: &Invented, browser: &Path) {
    for place in PLACES {
        let planted = Needles::of(&[planted(place)]);
        assert!(
            !planted.found_below(&browser.join("planted")).hits.is_empty(),
            "what was planted in {place} is not found"
        );
        // Nor is it found where it was not put; of addresses a list is kept all along.
        let before = planted.found_below(&browser.join("left")).hits;
        assert!(before.iter().all(|hit| hit.ends_with(".addresses")), "{before:?}");
    }
    // The browsers wrote to their own folders, and what they wrote is read.
    let visited = Needles::plain(&[&planted("history")]).found_below(&browser.join("profiles"));
    assert!(
        visited.hits.iter().any(|hit| hit.ends_with("History")),
        "{:?}",
        visited.hits
    );
    let encoded = hex::encode_upper(format!("…{}…", somebody.phone));
    for place in [&folder(town).join(SEATS[AWAY].1), taps.heard()] {
        let path = place.join("planted");
        fs::write(&path, &encoded).unwrap();
        let hits = hunt.below(place).hits;
        assert_eq!(hits.len(), 1, "{hits:?}");
        fs::remove_file(path).unwrap();
        assert!(hunt.below(place).hits.is_empty());
    }
}

#[test]
fn nothing_personal_leaves_its_holder_by_the_portal_or_stays_in_a_browser() {
    if let Some(what) = lacking() {
        eprintln!("skipped: this machine lacks {what}");
        return;
    }
    let count = number_from("YINXIN_PORTAL_PEOPLE", PEOPLE);
    let mut taps = None;
    let mut town = Town::start_with(|network| {
        network.nodes.iter().for_each(|node| node.log_by("debug"));
        taps = Some(Taps::set(network));
    });
    let taps = taps.unwrap();
    taps.assert_nothing_passes_by();
    let mut draw = Draw::new(5);
    let invented: Vec<Invented> = (0..count).map(|_| Invented::draw(&mut draw)).collect();
    let erased = erased_of(count);
    let browser = town.network.folder().join("browser");
    fs::create_dir(&browser).unwrap();
    let plan_file = browser.join("plan.json");
    fs::write(&plan_file, plan(&town, &invented, erased, &browser).to_string()).unwrap();

    let began = Instant::now();
    let mut browsers = Browsers::start(&plan_file);
    let told_lines = browsers.until("looked");
    let told: Vec<Told> = told_lines
        .iter()
        .map(|person| {
            let digest = |name: &str| person[name].as_str().unwrap().parse().unwrap();
            Told {
                place: usize::try_from(person["person"].as_u64().unwrap()).unwrap(),
                material: digest("material"),
                look: digest("look"),
            }
        })
        .collect();
    for (by_clicks, way) in [(true, "clicks"), (false, "the portal's modules")] {
        let gone: Vec<&Value> = told_lines
            .iter()
            .filter(|person| person["clicks"] == json!(by_clicks))
            .collect();
        let steps = median_steps(&gone);
        eprintln!(
            "measured: {} people by {way}; milliseconds of each step, the middle one: {steps}",
            gone.len()
        );
    }
    measured(
        told.len(),
        "enrolled, certified, leased and looked at",
        began.elapsed(),
    );
    taps.assert_nothing_passes_by();
    let hunt = Hunt::after(&invented);
    hunt.assert_not_measured(&town);
    town.settle();
    town.network.kill_all();
    hunt.assert_nowhere(&town, &taps);
    hunt.assert_all_was_searched(&town, &taps, &case(0));
    assert_browsers_are_clean(&hunt, &browser);
    assert_a_draft_was_left(count, &browser);
    assert_planted_is_found(&town, &taps, &hunt, &invented[0], &browser);

    town.network.start_all();
    taps.assert_nothing_passes_by();
    let holder = town.network.nodes[HOME].folder.clone();
    for person in &told {
        assert_kept(&holder, &person.material, true);
    }
    let began = Instant::now();
    browsers.go_on();
    let gone = browsers.until("erased");
    measured(gone.len(), "erased by clicks", began.elapsed());
    town.settle();
    for person in &told {
        assert_kept(&holder, &person.material, person.place >= erased);
        assert_released(&town, &person.look, person.place >= erased);
    }
    hunt.assert_not_measured(&town);
    town.network.stop_all();
    hunt.assert_nowhere(&town, &taps);
    assert_browsers_are_clean(&hunt, &browser);
    assert_sound(&town, &holder);
    assert_eq!(browsers.failed, Vec::<String>::new());
    assert_eq!((told.len(), gone.len()), (count, erased));
}

fn measured(people: usize, what: &str, took: Duration) {
    eprintln!("measured: {people} people {what} in {} s", took.as_secs());
}

/// The middle one of how long each step took.
fn median_steps(told: &[&Value]) -> Value {
    let mut steps: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (name, took) in told.iter().flat_map(|person| person["took"].as_object().unwrap()) {
        steps.entry(name).or_default().push(took.as_u64().unwrap());
    }
    let middle = steps.into_iter().map(|(name, mut took)| {
        took.sort_unstable();
        (name, took[took.len() / 2])
    });
    json!(middle.collect::<BTreeMap<_, _>>())
}

/// Asserts that the first clerk's browser still holds the form that was left unfinished, sealed: else the search would prove nothing of drafts.
fn assert_a_draft_was_left(people: usize, browser: &Path) {
    // One alone goes by the portal's modules, which have no forms.
    if people == 1 {
        return;
    }
    let left: Value = serde_json::from_slice(&fs::read(browser.join("left/clerk.json")).unwrap()).unwrap();
    let kept: Vec<&String> = left["localStorage"].as_object().unwrap().keys().collect();
    let begins = |start: &str| kept.iter().filter(|key| key.starts_with(start)).count();
    assert_eq!(
        (begins("yinxin sealed "), begins("yinxin draft ")),
        (1, 0),
        "{kept:?}"
    );
}

/// Asserts that no browser holds anything of anybody after the sign-out: in no storage of the page, no address, and no file of its own.
fn assert_browsers_are_clean(hunt: &Hunt, browser: &Path) {
    for part in ["left", "profiles"] {
        let found = hunt.below(&browser.join(part));
        assert_eq!(found.hits, Vec::<String>::new());
        eprintln!(
            "measured: {part} of the browsers, {} files of {} bytes: found nowhere",
            found.files, found.bytes
        );
    }
}
