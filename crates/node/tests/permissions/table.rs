//! The data files: one line for each operation, about whose, and verdict, with the roles that get it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// One attempt: an operation or a way to do it, about whose thing, by which role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub way: String,
    pub about: String,
    pub role: String,
}

impl Cell {
    pub fn new(way: &str, about: &str, role: &str) -> Self {
        Self {
            way: way.to_owned(),
            about: about.to_owned(),
            role: role.to_owned(),
        }
    }
}

/// What each attempt gives.
#[derive(Default, PartialEq, Eq)]
pub struct Table(BTreeMap<Cell, String>);

impl Table {
    pub fn put(&mut self, cell: Cell, verdict: String) {
        self.0.insert(cell, verdict);
    }

    pub fn ways(&self) -> BTreeSet<&str> {
        self.0.keys().map(|cell| cell.way.as_str()).collect()
    }

    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.0.keys()
    }

    /// What an attempt gives.
    pub fn verdict(&self, way: &str, about: &str, role: &str) -> Option<&str> {
        self.0.get(&Cell::new(way, about, role)).map(String::as_str)
    }

    /// Reads `verdicts.txt`.
    pub fn parse(text: &str) -> Self {
        let mut table = Self::default();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let parts: Vec<&str> = line.split(" | ").collect();
            let [way, about, verdict, roles] = parts.as_slice() else {
                panic!("`{line}` is not an operation, `own` or `other`, a verdict and roles")
            };
            for role in roles.split(' ') {
                let cell = Cell::new(way, about, role);
                assert!(!table.0.contains_key(&cell), "{cell:?} stands twice");
                table.put(cell, (*verdict).to_owned());
            }
        }
        table
    }

    /// The attempts that differ.
    pub fn differences(&self, expected: &Self) -> String {
        let cells: BTreeSet<&Cell> = self.0.keys().chain(expected.0.keys()).collect();
        let line = |cell: &Cell| {
            let (found, wanted) = (self.0.get(cell), expected.0.get(cell));
            (found != wanted).then(|| format!("{cell:?}: found {found:?}, the file says {wanted:?}\n"))
        };
        cells.into_iter().filter_map(line).take(40).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
        for (cell, verdict) in &self.0 {
            let line = lines.entry((&cell.way, &cell.about, verdict)).or_default();
            line.push(&cell.role);
        }
        writeln!(f, "# operation | about whose | verdict | roles")?;
        for ((way, about, verdict), roles) in lines {
            writeln!(f, "{way} | {about} | {verdict} | {}", roles.join(" "))?;
        }
        Ok(())
    }
}
