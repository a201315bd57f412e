//! What cases need of a service item: its terms in one version, which a case keeps (D7). This is the one place where cases read items.

use serde::Deserialize;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::ServiceItemCode;
use yinxin_workflow::{Period, Unit};

use super::codes;
use super::days::working_days;
use super::processes::ProcessName;
use crate::SCENARIO;

/// The period of the law where the item names none (行政许可法 §42), in working days.
const STATUTORY: u32 = 20;

/// Where a material comes from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Source {
    /// The applicant hands it in.
    Submitted,
    /// A certificate that a department issues, shared under a lease: nobody may ask for it (国务院令第716号 §7).
    Certificate,
    /// A resource of the catalogue: nobody may ask for it.
    Resource,
}

/// A class of materials that the item asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct MaterialTerm {
    pub class: String,
    pub required: bool,
    pub source: Source,
}

impl MaterialTerm {
    /// Whether it can be had by sharing.
    pub fn shared(&self) -> bool {
        self.source != Source::Submitted
    }
}

/// What holds for the renewal of a licence (行政许可法 §50).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct RenewalTerms {
    /// Whether silence until the expiry renews.
    pub lapse: bool,
    /// How long before the expiry it must be asked for.
    pub window: Period,
}

/// What is issued.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct LicenceTerms {
    pub kind: String,
    pub renewal: Option<RenewalTerms>,
    /// How long it is valid; none where it does not expire.
    pub validity: Option<Period>,
}

/// Who decides, and what is issued.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct DecisionTerms {
    /// The least grade of the mandate.
    pub grade: u8,
    pub licence: Option<LicenceTerms>,
    pub two_officers: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Promise {
    Immediate,
    Promised { period: Period },
}

#[derive(Clone, Debug, Deserialize)]
struct Content {
    decision: DecisionTerms,
    handling: Promise,
    materials: Vec<MaterialTerm>,
    process: ProcessName,
    special: Vec<String>,
    statutory: Option<Period>,
}

#[derive(Deserialize)]
struct Head {
    state: String,
    version: u32,
}

#[derive(Deserialize)]
struct Version {
    content: Content,
}

/// An item in one version, as far as a case needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    pub decision: DecisionTerms,
    pub materials: Vec<MaterialTerm>,
    pub process: ProcessName,
    pub promised: Option<Period>,
    /// The procedures whose time does not count (行政许可法 §45).
    pub special: Vec<String>,
    pub statutory: Period,
    pub version: u32,
}

impl Terms {
    /// The version that is in force: `CASE_ITEM` where there is none.
    pub fn in_force(call: &Call<'_>, records: &Records<'_>, item: &ServiceItemCode) -> Result<Self, Failure> {
        let head: Option<Head> = records.get(&head_key(call, item))?;
        match head.filter(|head| head.state == "published") {
            Some(head) => Self::of(call, records, item, head.version),
            None => refuse(codes::CASE_ITEM, "there is no such item in force"),
        }
    }

    /// A version that is or was in force.
    pub fn of(
        call: &Call<'_>,
        records: &Records<'_>,
        item: &ServiceItemCode,
        version: u32,
    ) -> Result<Self, Failure> {
        let key = version_key(call, item, version);
        let Version { content } = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        Ok(Self {
            decision: content.decision,
            materials: content.materials,
            process: content.process,
            promised: match content.handling {
                Promise::Immediate => None,
                Promise::Promised { period } => Some(period),
            },
            special: content.special,
            statutory: content.statutory.unwrap_or(working_days(STATUTORY)),
            version,
        })
    }

    /// What it says of a class of materials: `MAT_CLASS`.
    pub fn material(&self, class: &str) -> Result<&MaterialTerm, Failure> {
        match self.materials.iter().find(|material| material.class == class) {
            Some(material) => Ok(material),
            None => refuse(codes::MAT_CLASS, format!("the item has no material `{class}`")),
        }
    }

    /// By how many working days the period can be extended: half of a period of up to 20 working days, a third of a longer one, as 10 of 20 and
    /// 15 of 45 are (行政许可法 §42). None where it is not counted in working days.
    pub fn extension(&self) -> u32 {
        match self.statutory {
            Period {
                count,
                unit: Unit::WorkingDays,
            } if count <= STATUTORY => count.div_ceil(2),
            Period {
                count,
                unit: Unit::WorkingDays,
            } => count.div_ceil(3),
            _ => 0,
        }
    }
}

fn head_key(call: &Call<'_>, item: &ServiceItemCode) -> StateKey {
    StateKey::new(call.hash(), SCENARIO, "item-head", &[item.as_str().as_bytes()])
}

fn version_key(call: &Call<'_>, item: &ServiceItemCode, version: u32) -> StateKey {
    let parts = [item.as_str().as_bytes(), &version.to_be_bytes()];
    StateKey::new(call.hash(), SCENARIO, "item-version", &parts)
}
