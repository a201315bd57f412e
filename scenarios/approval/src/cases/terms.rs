//! What cases need of a service item: its terms in one version, which a case keeps (D7). This is the one place where cases read items.

use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::ServiceItemCode;
use yinxin_workflow::{Period, Unit};

use super::codes;
use super::days::working_days;
use crate::items::content::{Content, Handling, Material, Source, Special};
use crate::items::records::{State, Version, current};

/// The period of the law where the item names none (行政许可法 §42), in working days.
const STATUTORY: u32 = 20;

/// An item in one version, as a case sees it.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    pub content: Content,
    pub version: u32,
}

impl Terms {
    /// The version that is in force: `CASE_ITEM` where there is none.
    pub fn in_force(call: &Call<'_>, records: &Records<'_>, item: &ServiceItemCode) -> Result<Self, Failure> {
        match current(records, call.hash(), item)? {
            Some((head, version)) if head.state == State::Published => Ok(Self {
                content: version.content,
                version: version.version,
            }),
            _ => refuse(codes::CASE_ITEM, "the item is not offered"),
        }
    }

    /// A version that is or was in force.
    pub fn of(
        call: &Call<'_>,
        records: &Records<'_>,
        item: &ServiceItemCode,
        version: u32,
    ) -> Result<Self, Failure> {
        let key = Version::key(call.hash(), item, version);
        let found = Version::find(records, call.hash(), item, version)?;
        let content = found.ok_or(Failure::Damaged(key))?.content;
        Ok(Self { content, version })
    }

    /// What it says of a class of materials: `MAT_CLASS`.
    pub fn material(&self, class: &str) -> Result<&Material, Failure> {
        match self
            .content
            .materials
            .iter()
            .find(|material| material.class == class)
        {
            Some(material) => Ok(material),
            None => refuse(codes::MAT_CLASS, format!("the item has no material `{class}`")),
        }
    }

    /// The period of the law.
    pub fn statutory(&self) -> Period {
        self.content.statutory.unwrap_or(working_days(STATUTORY))
    }

    /// The period that the department promises; none where it acts on the spot.
    pub fn promised(&self) -> Option<Period> {
        match self.content.handling {
            Handling::Immediate {} => None,
            Handling::Promised { period } => Some(period),
        }
    }

    /// Whether a procedure does not count (行政许可法 §45).
    pub fn is_special(&self, procedure: Special) -> bool {
        self.content.special.contains(&procedure)
    }

    /// By how many working days the period can be extended: half of a period of up to 20 working days, a third of a longer one, as 10 of 20 and
    /// 15 of 45 are (行政许可法 §42). None where it is not counted in working days.
    pub fn extension(&self) -> u32 {
        match self.statutory() {
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

/// Whether a material can be had by sharing: then nobody may ask for it (国务院令第716号 §7).
pub(crate) fn is_shared(material: &Material) -> bool {
    !matches!(material.source, Source::Submitted {})
}
