//! The only place of the program that prints: for people in their language, for machines as JSON, progress on standard error.
#![expect(clippy::print_stderr, reason = "printing is what this module is for")]

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::cli::failure::Failure;
use crate::cli::language::{Language, Words, words};
use crate::config::Passphrase;

/// How often a progress bar moves while nothing is counted.
const TICK: Duration = Duration::from_millis(120);

/// Where a command speaks to whoever called it.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// The reader's language.
    pub language: Language,
    /// Whether a machine reads: then standard output carries one JSON document and nothing else.
    pub json: bool,
}

impl Console {
    /// Says a sentence to a person. A machine does not hear it.
    pub fn say(&self, words: &Words) {
        self.line(words.get(self.language));
    }

    /// Writes one line of text for a person.
    pub fn line(&self, text: &str) {
        if !self.json {
            // A reader that went away, as `head` does, is no reason to fail.
            let _ = writeln!(io::stdout(), "{text}");
        }
    }

    /// Says on standard error what a person should know although the command goes on.
    pub fn warn(&self, words: &Words) {
        let label = match self.language {
            Language::Chinese => "注意:",
            Language::English => "note: ",
        };
        eprintln!("{label}{}", words.get(self.language));
    }

    /// Writes the document that a machine reads. A person does not see it.
    pub fn document(&self, value: &Value) {
        if self.json {
            self.raw(value);
        }
    }

    /// Writes a document for whoever reads: some answers are JSON for people too.
    pub fn raw(&self, value: &Value) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        let _ = writeln!(io::stdout(), "{text}");
    }

    /// Says why the command failed.
    pub fn fail(&self, failure: &Failure) {
        if self.json {
            self.raw(&failure.json());
            return;
        }
        eprintln!("{}", failure.words.get(self.language));
        if let Some(detail) = failure.detail.as_deref().filter(|detail| !detail.is_empty()) {
            let name = &failure.name;
            let label = words!("  详细信息({name}):{detail}", "  detail ({name}): {detail}");
            eprintln!("{}", label.get(self.language));
        }
    }

    /// A bar on standard error for work of known length; nothing is drawn where no person watches.
    pub fn bar(&self, length: u64, what: &Words, bytes: bool) -> ProgressBar {
        if self.json {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length);
        let template = if bytes {
            "{msg} {wide_bar} {bytes}/{total_bytes} {eta}"
        } else {
            "{msg} {wide_bar} {pos}/{len} {eta}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.get(self.language).to_owned());
        bar
    }

    /// A sign of life on standard error for work of unknown length.
    pub fn spinner(&self, what: &Words) -> ProgressBar {
        if self.json {
            return ProgressBar::hidden();
        }
        let spinner = ProgressBar::new_spinner();
        spinner.set_message(what.get(self.language).to_owned());
        spinner.enable_steady_tick(TICK);
        spinner
    }

    /// Whether a person can be asked something.
    pub fn can_ask(&self) -> bool {
        !self.json && io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks for a passphrase without showing it.
    ///
    /// # Errors
    /// What the terminal says.
    pub fn ask_passphrase(&self, question: &Words) -> io::Result<Passphrase> {
        eprint!("{}", question.get(self.language));
        console::Term::stderr().read_secure_line().map(Passphrase::new)
    }
}
