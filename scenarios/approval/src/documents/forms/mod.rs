//! Forms (表单): a strict subset of JSON Schema with labels in two languages, from which the portal draws what people fill in
//! (docs/reference/forms.md). Of each field it is said whether its value is public on the ledger or sealed material. Reading refuses every
//! keyword that is not known here, by its path.

mod pattern;
mod personal;
mod read;
mod values;

pub use pattern::Pattern;
pub use read::{Fault, FormError};
pub use values::{Part, Problem, Wrong};

use serde::{Deserialize, Serialize};

/// The longest text of a form, in bytes.
pub const MAX_FORM_BYTES: usize = 128 << 10;
/// The most fields.
pub const MAX_FIELDS: usize = 128;
/// The most sections.
pub const MAX_SECTIONS: usize = 32;
/// The most options of a choice.
pub const MAX_OPTIONS: usize = 200;
/// The longest text that a field takes, in characters.
pub const MAX_TEXT: u64 = 2000;
/// The longest label, in bytes.
pub const MAX_LABEL_BYTES: usize = 240;
/// The longest explanation, in bytes.
pub const MAX_HELP_BYTES: usize = 2000;
/// The largest file that a field asks for, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// A text for people in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

/// A form that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its heading.
    pub title: Label,
    /// Its sections, which hold every field once, in the order in which people see them.
    pub sections: Vec<Section>,
    /// Its fields, in the order of their names.
    pub fields: Vec<Field>,
}

/// A part of a form under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: Label,
    /// An explanation.
    pub help: Option<Label>,
    /// Names of its fields.
    pub fields: Vec<String>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the values: lower-case letters, digits and underscores.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// An explanation.
    pub help: Option<Label>,
    /// What it takes.
    pub kind: Kind,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether its value is public on the ledger; otherwise it is sealed material.
    pub public: bool,
}

/// What a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of `least` to `most` characters.
    Text {
        /// The fewest characters.
        least: u64,
        /// The most characters.
        most: u64,
        /// What the whole text looks like.
        pattern: Option<Pattern>,
        /// How many lines are shown.
        lines: u64,
    },
    /// A whole number from `least` to `most`; money in fen.
    Number {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
        /// Whether it is an amount of money in fen.
        fen: bool,
    },
    /// A day, `2026-11-25`.
    Date,
    /// One of some options: values with their labels.
    Choice(Vec<(String, Label)>),
    /// Yes or no.
    Boolean,
    /// A file in a vault; the value is its commitment.
    File {
        /// The class of material.
        material: String,
        /// The media types it may have.
        media: Vec<String>,
        /// The most bytes.
        most: u64,
    },
}

impl Form {
    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}
