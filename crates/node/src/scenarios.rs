//! The scenarios this chain runs, one line each.

use std::sync::Arc;

use yinxin_execution::{Operation, Registry, RegistryError, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;
use yinxin_vault::codes;

/// Every scenario of the chain, put together.
pub fn registry() -> Result<Registry, RegistryError> {
    Registry::new(all())
}

/// Every scenario of the chain. A new one is one more line here.
pub fn all() -> Vec<Arc<dyn Scenario>> {
    vec![
        yinxin_evidence::scenario(),
        yinxin_governance::scenario(),
        yinxin_identity::scenario(),
        yinxin_sharing::scenario(),
        yinxin_approval::scenario(),
        yinxin_filing::scenario(),
        Arc::new(Materials),
    ]
}

/// What desks say of their materials (材料): no operations, only codes, so that other nodes and people understand the refusals of a holder.
struct Materials;

impl Scenario for Materials {
    fn name(&self) -> &'static str {
        "vault"
    }

    fn operations(&self) -> &'static [Operation] {
        &[]
    }

    fn codes(&self) -> &'static [Code] {
        codes::VAULT
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
