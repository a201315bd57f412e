//! What a service task of a process can ask for: a check of the case as it stands. One that does not hold keeps its task waiting, and is asked
//! again when something becomes known and once more when the case is decided.

use serde_json::{Value, json};
use yinxin_workflow::Variables;

use super::records::Case;

/// What a check says.
pub(crate) enum Gate {
    /// It holds; what the process learns.
    Open(Variables),
    /// It does not, and why.
    Shut(String),
}

type Check = fn(&Case) -> Gate;

/// The checks by the names that `yx:operation` gives them.
const CHECKS: &[(&str, Check)] = &[("approval.check_account", account)];

/// The answer of the form that says what is owed, in fen.
pub(crate) const OWED: &str = "compensation_fen";

/// Whether there is a check of this name.
pub(crate) fn known(name: &str) -> bool {
    CHECKS.iter().any(|(known, _)| *known == name)
}

/// Asks a check; one that is not known does not hold.
pub(crate) fn ask(name: &str, case: &Case) -> Gate {
    match CHECKS.iter().find(|(known, _)| *known == name) {
        Some((_, check)) => check(case),
        None => Gate::Shut(format!("there is no check `{name}`")),
    }
}

/// `approval.check_account`: the dedicated account covers all compensation before an expropriation is decided (国有土地上房屋征收与补偿条例
/// §12).
fn account(case: &Case) -> Gate {
    let Some(owed) = case.answers.get(OWED).and_then(Value::as_i64) else {
        return Gate::Shut(format!("`{OWED}` does not say what is owed"));
    };
    let Some(account) = &case.account else {
        return Gate::Shut("nothing is attested of the account".to_owned());
    };
    let short = owed.saturating_sub(account.held_fen);
    if short > 0 {
        return Gate::Shut(format!("the account is short by {short} fen"));
    }
    Gate::Open(Variables::from([("account_covered".to_owned(), json!(true))]))
}
