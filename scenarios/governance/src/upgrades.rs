//! Upgrades (场景升级): from which height on a scenario runs by its next version. What happens then is execution's (docs/decisions/D33-migrations.md).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_execution::{Call, Failure, Planned, Records, Versions};
use yinxin_types::{Height, Rejection};

use crate::codes;
use crate::decisions::nullable;
use crate::parameters::UPGRADE_NOTICE;
use crate::records::Plan;
use crate::validators::MAX_BLOCKS_AHEAD;

/// The next version of a scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upgrade {
    /// The first block that runs by it; null withdraws the upgrade that waits.
    #[serde(deserialize_with = "nullable")]
    height: Option<Height>,
    scenario: String,
    to: u32,
}

impl Upgrade {
    /// `GOV_UPGRADE_SCENARIO`; for one with a height `GOV_UPGRADE_PENDING`, `GOV_UPGRADE_STEP`, `GOV_HEIGHT`, for a withdrawal `GOV_UPGRADE_NONE`.
    ///
    /// Whether a program has the version is no rule: nodes run different programs, and would decide differently.
    pub fn prepare(&self, call: &Call<'_>, records: &Records<'_>, plan: &mut Plan) -> Result<(), Failure> {
        let scenario = self.scenario.as_str();
        if call.registry.newest(scenario) == 0 {
            let detail = "no scenario of this chain has the name";
            return Err(Rejection::new(codes::GOV_UPGRADE_SCENARIO, detail).into());
        }
        let versions = Versions::load(call.hash(), records)?;
        let planned = match self.height {
            Some(height) => Some(self.planned(call, records, &versions, height)?),
            None => match versions.planned(scenario) {
                Some(waits) if waits.to == self.to => None,
                _ => {
                    let detail = format!("no upgrade of `{scenario}` to version {} waits", self.to);
                    return Err(Rejection::new(codes::GOV_UPGRADE_NONE, detail).into());
                }
            },
        };
        plan.put(Versions::key(call.hash()), &versions.with(scenario, planned))
    }

    fn planned(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        versions: &Versions,
        height: Height,
    ) -> Result<Planned, Failure> {
        let refuse = |code, detail: String| Err(Rejection::new(code, detail).into());
        let scenario = self.scenario.as_str();
        if let Some(planned) = versions.planned(scenario) {
            let detail = format!("version {} waits for height {}", planned.to, planned.height);
            return refuse(codes::GOV_UPGRADE_PENDING, detail);
        }
        if let Some(running) = versions.running(scenario) {
            let detail = format!("the migration to version {} runs", running.to);
            return refuse(codes::GOV_UPGRADE_PENDING, detail);
        }
        let active = versions.active(scenario);
        if active.checked_add(1) != Some(self.to) {
            return refuse(
                codes::GOV_UPGRADE_STEP,
                format!("version {active} is in force, {} is proposed", self.to),
            );
        }
        let notice = UPGRADE_NOTICE.number(call, records)?;
        let now = call.block.height;
        let (first, last) = (
            now.0.saturating_add(notice),
            now.0.saturating_add(MAX_BLOCKS_AHEAD),
        );
        if !(first..=last).contains(&height.0) {
            let detail = format!("height {height}, {first} to {last} are allowed");
            return refuse(codes::GOV_HEIGHT, detail);
        }
        Ok(Planned { height, to: self.to })
    }
}

/// `governance.versions`: what is in force, decided and under way for each scenario, by name.
pub(crate) fn versions(call: &Call<'_>, records: &Records<'_>, _: &Value) -> Result<Value, Failure> {
    let versions = Versions::load(call.hash(), records)?;
    // The newest version that this program has is none of the ledger's business.
    let of = |scenario: &str| {
        let planned = versions.planned(scenario);
        let running = versions.running(scenario);
        json!({
            "active": versions.active(scenario),
            "planned": planned.map(|planned| json!({ "height": planned.height, "to": planned.to })),
            "running": running.map(|running| json!({
                "begun": running.begun, "records": running.records, "to": running.to,
            })),
            "scenario": scenario,
        })
    };
    Ok(call
        .registry
        .newest_versions()
        .map(|(scenario, _)| of(scenario))
        .collect())
}
