//! The scenarios this chain runs, one line each.

use yinxin_execution::{Registry, RegistryError};

/// Every scenario of the chain. A new one is one more line here.
pub fn registry() -> Result<Registry, RegistryError> {
    Registry::new(vec![
        yinxin_evidence::scenario(),
        yinxin_governance::scenario(),
        yinxin_identity::scenario(),
        yinxin_sharing::scenario(),
    ])
}
