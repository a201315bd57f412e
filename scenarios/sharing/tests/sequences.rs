//! Random sequences: no lease gives more looks than it grants, and the events of every source are gapless.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::*;
use yinxin_crypto::Digest;
use yinxin_execution::access::event_digest;
use yinxin_types::{Receipt, Suite};

#[derive(Clone, Debug)]
enum Step {
    Lease {
        uses: u32,
        days: u64,
    },
    Look {
        lease: usize,
        by: u8,
        field: &'static str,
        purpose: &'static str,
    },
    End {
        lease: usize,
    },
    View {
        by: u8,
    },
    Change {
        operation: &'static str,
    },
    Erase,
    Confirm {
        by: u8,
    },
    Wait {
        days: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let field = prop_oneof![4 => Just("bal"), 1 => Just("addr")];
    let purpose = prop_oneof![6 => Just("loan"), 1 => Just("marketing"), 1 => Just("")];
    let looker =
        prop_oneof![6 => Just(B1), 1 => Just(A1), 1 => Just(WANG), 1 => Just(SEAL_B), 1 => Just(STRANGER)];
    let viewer = prop_oneof![Just(WANG), Just(LI), Just(STRANGER)];
    let change = prop_oneof![
        3 => Just("sharing.suspend"),
        3 => Just("sharing.resume"),
        1 => Just("sharing.revoke")
    ];
    let step = prop_oneof![
        3 => (1..4_u32, 1..20_u64).prop_map(|(uses, days)| Step::Lease { uses, days }),
        8 => (0..4_usize, looker, field, purpose)
            .prop_map(|(lease, by, field, purpose)| Step::Look { lease, by, field, purpose }),
        1 => (0..4_usize).prop_map(|lease| Step::End { lease }),
        1 => viewer.prop_map(|by| Step::View { by }),
        1 => change.prop_map(|operation| Step::Change { operation }),
        1 => Just(Step::Erase),
        1 => prop_oneof![Just(SEAL_A), Just(SEAL_B), Just(SEAL_BANK)].prop_map(|by| Step::Confirm { by }),
        1 => (1..10_u64).prop_map(|days| Step::Wait { days }),
    ];
    prop::collection::vec(step, 1..40)
}

/// A lease that was granted, and what was done with it.
struct Granted {
    id: Digest,
    uses: u32,
    until: u64,
    allowed: u32,
    ended: Option<u64>,
}

struct Told {
    world: World,
    certificate: Digest,
    leases: Vec<Granted>,
    receipts: Vec<Receipt>,
    erased: Option<u64>,
}

impl Told {
    fn new(suite: Suite) -> Self {
        let mut world = World::with_suite(suite);
        let certificate = world.certificate(7);
        Self {
            world,
            certificate,
            leases: Vec::new(),
            receipts: Vec::new(),
            erased: None,
        }
    }

    fn lease(&self, number: usize) -> Digest {
        self.leases
            .get(number)
            .map_or_else(|| digest("none"), |granted| granted.id)
    }

    fn run(&mut self, step: &Step) {
        let certificate = self.certificate;
        let of_certificate = json!({ "certificate": certificate });
        let (by, operation, arguments): (&[u8], &str, Value) = match *step {
            Step::Lease { uses, days } => {
                let until = self.world.time + days * DAY;
                let arguments = with(self.world.lease_arguments(&certificate), "uses", json!(uses));
                (&[WANG], "sharing.lease", with(arguments, "until", json!(until)))
            }
            Step::Look {
                lease,
                ref by,
                field,
                purpose,
            } => {
                let arguments = with(look(&self.lease(lease)), "fields", json!([field]));
                (
                    std::slice::from_ref(by),
                    "sharing.disclose",
                    with(arguments, "purpose", json!(purpose)),
                )
            }
            Step::End { lease } => (
                &[WANG],
                "sharing.end_lease",
                json!({ "lease": self.lease(lease) }),
            ),
            Step::View { ref by } => (std::slice::from_ref(by), "sharing.view", own_view(&certificate)),
            Step::Change { operation } => (
                &[A1, SEAL_A],
                operation,
                with(of_certificate, "reason", json!("x")),
            ),
            Step::Erase => (&[WANG], "sharing.erase", of_certificate),
            Step::Confirm { ref by } => (
                std::slice::from_ref(by),
                "sharing.confirm_erasure",
                of_certificate,
            ),
            Step::Wait { days } => {
                let time = self.world.time + days * DAY;
                self.world.at(time);
                return;
            }
        };
        let receipt = self.world.receipt(by, operation, arguments.clone());
        self.note(step, &receipt, &arguments);
        self.receipts.push(receipt);
    }

    fn note(&mut self, step: &Step, receipt: &Receipt, arguments: &Value) {
        let ok = receipt.code == 0;
        match *step {
            Step::Lease { uses, .. } if ok => self.leases.push(Granted {
                id: id(receipt, "lease"),
                uses,
                until: arguments["until"].as_u64().unwrap(),
                allowed: 0,
                ended: None,
            }),
            Step::Look { lease, .. } if ok => {
                let erased = self.erased;
                let granted = &mut self.leases[lease];
                granted.allowed += 1;
                assert!(granted.allowed <= granted.uses, "more looks than granted");
                assert!(receipt.time.0 < granted.until, "a look after the term");
                assert!(granted.ended.is_none_or(|ended| receipt.time.0 < ended));
                assert!(erased.is_none_or(|erased| receipt.time.0 < erased));
                assert_eq!(arguments["purpose"], "loan");
                assert_eq!(arguments["fields"], json!(["bal"]));
            }
            Step::End { lease } if ok => self.leases[lease].ended = Some(receipt.time.0),
            Step::Erase if ok => self.erased = Some(receipt.time.0),
            _ => {}
        }
    }

    /// Numbers from 1 without a gap, each event naming the one before of its source, and every use accounted for.
    fn check(&mut self) {
        let mut last: BTreeMap<String, (u64, Option<Digest>)> = BTreeMap::new();
        for receipt in &self.receipts {
            let Some(event) = receipt.outcome.get("access") else {
                continue;
            };
            assert_eq!(event["code"], json!(receipt.code));
            assert_eq!(event["allowed"], json!(receipt.code == 0));
            let head = last
                .entry(event["source"].as_str().unwrap().to_owned())
                .or_default();
            assert_eq!(event["sequence"], json!(head.0 + 1));
            assert_eq!(event["previous"], json!(head.1));
            *head = (head.0 + 1, event_digest(self.world.hash(), event));
        }
        let granted: Vec<_> = self
            .leases
            .iter()
            .map(|lease| (lease.id, lease.uses - lease.allowed))
            .collect();
        for (lease, left) in granted {
            let answer = self.world.answer("sharing.lease", json!({ "lease": lease }));
            assert_eq!(answer["left"], json!(left));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_lease_gives_more_looks_than_granted_and_events_are_gapless(steps in steps(), gm: bool) {
        let mut told = Told::new(if gm { Suite::Gm } else { Suite::Intl });
        for step in &steps {
            told.run(step);
        }
        told.check();
    }

    #[test]
    fn an_argument_of_any_form_is_executed_or_refused_and_never_stops_the_chain(
        text in "\\PC{0,12}|[a-z0-9:-]{0,80}", number in -(1_i64 << 53) + 1..1_i64 << 53, which in 0..15_usize, name in 0..8_usize
    ) {
        let mut world = World::new();
        let certificate = world.certificate(7);
        let lease = world.lease(&certificate, 3);
        let request = world.request();
        let (by, operation, whole) = every_operation(&world, &request, &certificate, &lease).swap_remove(which);
        let names: Vec<String> = whole.as_object().unwrap().keys().cloned().collect();
        let name = &names[name % names.len()];
        let place = json!({ "index": number, "list": 0 });
        for value in [json!(text), json!(number), json!([text]), place, Value::Null] {
            let arguments = with(whole.clone(), name, value);
            let receipt = world.receipt(by, operation, arguments);
            prop_assert!(receipt.code == 0 || world.registry.code(receipt.code).is_some());
        }
        prop_assert_eq!(world.try_by(by, operation, with(whole, "more", json!(text))), "TX_ARGUMENTS");
    }
}

/// Every operation with arguments that are good in themselves.
fn every_operation(
    world: &World,
    request: &Digest,
    certificate: &Digest,
    lease: &Digest,
) -> Vec<(&'static [u8], &'static str, Value)> {
    let change = json!({ "certificate": certificate, "reason": "x" });
    let decide = json!({ "case": "x", "for": B, "outcome": "refuse", "reason": "x", "remedy": "x" });
    let view = with(with(own_view(certificate), "for", json!(A)), "case", json!("x"));
    vec![
        (&[LI], "sharing.request", ask_for()),
        (&[WANG], "sharing.cancel", json!({ "request": request })),
        (
            &[A1, SEAL_A],
            "sharing.decline",
            json!({ "reason": "x", "remedy": "x", "request": request }),
        ),
        (&[A1, SEAL_A], "sharing.issue", world.issue_arguments(request, 8)),
        (&[A1, SEAL_A], "sharing.suspend", change.clone()),
        (&[A1, SEAL_A], "sharing.resume", change.clone()),
        (&[A1, SEAL_A], "sharing.revoke", change),
        (&[WANG], "sharing.lease", world.lease_arguments(certificate)),
        (&[WANG], "sharing.end_lease", json!({ "lease": lease })),
        (&[B1], "sharing.disclose", look(lease)),
        (&[A1], "sharing.view", view),
        (
            &[B1, SEAL_B],
            "sharing.accept_loan",
            json!({ "applicant": party(WANG), "case": "x", "for": B, "lease": lease }),
        ),
        (&[B2, SEAL_B], "sharing.decide_loan", decide),
        (&[WANG], "sharing.erase", json!({ "certificate": certificate })),
        (
            &[SEAL_A],
            "sharing.confirm_erasure",
            json!({ "certificate": certificate }),
        ),
    ]
}
