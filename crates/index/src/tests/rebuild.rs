//! An index rebuilt from blocks is the index that grew with them.

use proptest::prelude::*;
use yinxin_types::Suite;
use yinxin_types::receipt::CommitmentKind;

use super::ledger::{Act, Ledger};
use super::places::Place;
use crate::Index;
use crate::schema;
use crate::session::Order;

/// Every row of every table.
fn contents(index: &Index) -> Vec<String> {
    let mut contents = Vec::new();
    for table in schema::tables() {
        let rows = index
            .write(|session, _| session.raw_rows(table, i64::MIN..=i64::MAX, Order::Ascending, usize::MAX))
            .unwrap();
        contents.extend(rows.into_iter().map(|row| format!("{} {row:?}", table.name)));
    }
    contents
}

#[derive(Clone, Debug)]
enum Step {
    Deposit {
        account: usize,
        content: u32,
        open: bool,
        linked: bool,
    },
    Batch {
        account: usize,
        content: u32,
    },
    Challenge {
        account: usize,
        of: usize,
    },
    Resolve {
        of: usize,
    },
    Reject {
        words: String,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_usize, 0..6_u32, any::<bool>(), any::<bool>())
            .prop_map(|(account, content, open, linked)| Step::Deposit { account, content, open, linked }),
        1 => (0..4_usize, 0..6_u32).prop_map(|(account, content)| Step::Batch { account, content }),
        1 => (0..4_usize, any::<usize>()).prop_map(|(account, of)| Step::Challenge { account, of }),
        1 => any::<usize>().prop_map(|of| Step::Resolve { of }),
        1 => "[\\x00a\\\\甲]{1,8}".prop_map(|words| Step::Reject { words }),
    ]
}

fn act(ledger: &Ledger, step: &Step) -> Option<Act> {
    let entry = |of: usize| Some(ledger.entries.get(of.checked_rem(ledger.entries.len())?)?.entry);
    Some(match step {
        Step::Deposit {
            account,
            content,
            open,
            linked,
        } => Act::Deposit {
            account: *account,
            content: *content,
            kind: if *open {
                CommitmentKind::Open
            } else {
                CommitmentKind::Sealed
            },
            links: entry(0).filter(|_| *linked).into_iter().collect(),
            capture: *open,
        },
        Step::Batch { account, content } => Act::Batch {
            account: *account,
            content: *content,
        },
        Step::Challenge { account, of } => Act::Challenge {
            account: *account,
            entry: entry(*of)?,
        },
        Step::Resolve { of } => {
            let (_, challenge) = ledger.challenges.get(of.checked_rem(ledger.challenges.len())?)?;
            Act::Resolve {
                account: 3,
                challenge: challenge.challenge,
            }
        }
        Step::Reject { words } => Act::Rejected {
            account: 0,
            operation: words.clone(),
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn rebuilding_gives_the_rows_that_grew(
        blocks in prop::collection::vec((prop::collection::vec(step(), 0..5), any::<bool>(), any::<bool>()), 1..20),
    ) {
        let mut ledger = Ledger::new(Suite::Intl);
        let (grown, file) = (Place::memory(), Place::file());
        let index = Index::open(&grown.location, &ledger.genesis).unwrap();
        index.apply(&ledger.blocks[0].block()).unwrap();
        for (steps, certified, late) in &blocks {
            let acts: Vec<Act> = steps.iter().filter_map(|step| act(&ledger, step)).collect();
            let mut made = ledger.make(&acts, *certified).clone();
            // Certificates come with the block or later.
            let certificate = if *late { made.certificate.take() } else { None };
            index.apply(&made.block()).unwrap();
            if let Some(certificate) = certificate {
                index.add_certificate(made.header.height, &certificate).unwrap();
            }
        }
        let rebuilt = Index::open(&file.location, &ledger.genesis).unwrap();
        ledger.fill(&rebuilt);
        prop_assert_eq!(contents(&rebuilt), contents(&index));
        for made in &ledger.blocks {
            prop_assert_eq!(index.compare_block(&made.block()).unwrap(), vec![]);
        }
        prop_assert_eq!(index.compare_rest().unwrap(), vec![]);
    }
}
