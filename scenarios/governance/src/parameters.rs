//! The table of parameters (参数): name, type, range and default in one place. Another scenario's parameter is one more row.

use serde::{Deserialize, Serialize};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;

use crate::{codes, records as keys};

/// A value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Setting {
    Whole(u64),
    Switch(bool),
}

/// The type of a parameter, with what it may be and what it is at first.
#[derive(Clone, Copy, Debug)]
enum Type {
    Whole { min: u64, max: u64, default: u64 },
    Switch { default: bool },
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    pub name: &'static str,
    of: Type,
}

const fn whole(name: &'static str, min: u64, max: u64, default: u64) -> Parameter {
    Parameter {
        name,
        of: Type::Whole { min, max, default },
    }
}

/// Longest content of a document, in bytes. The chain's limit of a transaction bounds it too.
pub(crate) const DOCUMENT_BYTES: Parameter = whole("document_bytes", 1024, 262_144, 262_144);
/// How many days ahead the deadline of a proposal may lie.
pub(crate) const PROPOSAL_DAYS: Parameter = whole("proposal_days", 1, 365, 90);
/// How many open proposals a member may have.
pub(crate) const PROPOSALS_OPEN: Parameter = whole("proposals_open", 1, 64, 16);
/// How many blocks ahead an upgrade of a scenario is told at least, so that every member can install a program that has the version.
pub(crate) const UPGRADE_NOTICE: Parameter = whole("upgrade_notice", 2, 1_000_000, 100);
/// How many blocks ahead a change of validators is told at least, so that every node knows of it in time.
pub(crate) const VALIDATOR_NOTICE: Parameter = whole("validator_notice", 2, 1_000_000, 100);
/// Whether a proposal may be withdrawn when other members have voted.
pub(crate) const WITHDRAW_VOTED: Parameter = Parameter {
    name: "withdraw_voted",
    of: Type::Switch { default: true },
};

/// Every parameter, by name.
const TABLE: &[Parameter] = &[
    DOCUMENT_BYTES,
    PROPOSAL_DAYS,
    PROPOSALS_OPEN,
    UPGRADE_NOTICE,
    VALIDATOR_NOTICE,
    WITHDRAW_VOTED,
];

/// The row with this name, refused with `GOV_PARAMETER_UNKNOWN`.
pub(crate) fn find(name: &str) -> Result<Parameter, Rejection> {
    let found = TABLE.iter().find(|parameter| parameter.name == name);
    let unknown = || Rejection::new(codes::GOV_PARAMETER_UNKNOWN, "no such parameter");
    found.copied().ok_or_else(unknown)
}

impl Parameter {
    /// What it is without a decision.
    pub fn default(&self) -> Setting {
        match self.of {
            Type::Whole { default, .. } => Setting::Whole(default),
            Type::Switch { default } => Setting::Switch(default),
        }
    }

    /// What it is now.
    pub fn setting(&self, call: &Call<'_>, records: &Records<'_>) -> Result<Setting, Failure> {
        let decided = records.get(&keys::parameter(call.hash(), self.name))?;
        Ok(decided.unwrap_or_else(|| self.default()))
    }

    /// Its number now; a switch that is on is 1.
    pub fn number(&self, call: &Call<'_>, records: &Records<'_>) -> Result<u64, Failure> {
        Ok(match self.setting(call, records)? {
            Setting::Whole(number) => number,
            Setting::Switch(on) => u64::from(on),
        })
    }

    /// Refuses with `GOV_PARAMETER_VALUE` another type or a number outside the range.
    pub fn check(&self, setting: Setting) -> Result<(), Rejection> {
        let detail = match (self.of, setting) {
            (Type::Whole { min, max, .. }, Setting::Whole(number)) if (min..=max).contains(&number) => {
                return Ok(());
            }
            (Type::Switch { .. }, Setting::Switch(_)) => return Ok(()),
            (Type::Whole { min, max, .. }, _) => {
                format!("`{}` is a whole number from {min} to {max}", self.name)
            }
            (Type::Switch { .. }, _) => format!("`{}` is true or false", self.name),
        };
        Err(Rejection::new(codes::GOV_PARAMETER_VALUE, detail))
    }
}
