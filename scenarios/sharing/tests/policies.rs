//! The default policies alone, without the checks of the operations: each says what its sentence says.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use std::sync::LazyLock;

use yinxin_execution::policy::{Context, PolicySet, Principal, Request, Resource, Schema};

static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| {
    let scenario = yinxin_sharing::scenario();
    let operations = scenario.operations().iter().map(|operation| operation.id);
    PolicySet::parse(&Schema::new(operations).unwrap(), scenario.policies()).unwrap()
});

const OFFICER: Principal<'_> = Principal::Officer("officer");
const SEAL: Principal<'_> = Principal::Department("12990100000001011T");
const BANK: Principal<'_> = Principal::Organisation("bank");
const PERSON: Principal<'_> = Principal::Person("person");
const DEVICE: Principal<'_> = Principal::Device("device");
const EVERYBODY: [Principal<'_>; 6] = [OFFICER, SEAL, BANK, PERSON, DEVICE, Principal::Anyone];
const RECORD: Resource<'_> = Resource::Record("record");
const CASE: Resource<'_> = Resource::Case("LX-2026-0001");

/// What every officer has: the lowest grade.
fn officer() -> Context<'static> {
    Context {
        grade: Some(1),
        mandate: Some("post"),
        ..Context::default()
    }
}

fn sealed() -> Context<'static> {
    Context {
        own: true,
        sealed: true,
        ..officer()
    }
}

/// A person about its own.
fn own() -> Context<'static> {
    Context {
        own: true,
        ..Context::default()
    }
}

fn look() -> Context<'static> {
    Context {
        case: Some("LX-2026-0001"),
        lease: Some("sha256:2b"),
        purpose: Some("loan"),
        ..officer()
    }
}

fn allowed(verb: &str, principal: Principal<'_>, resource: Resource<'_>, context: Context<'_>) -> bool {
    let operation = format!("sharing.{verb}");
    let request = Request {
        context,
        operation: &operation,
        principal,
        resource,
    };
    POLICIES.decide(&request).allowed
}

#[test]
fn every_operation_is_permitted_to_somebody_and_each_policy_says_what_it_is() {
    for operation in yinxin_sharing::scenario().operations() {
        let permitted = POLICIES
            .policies()
            .any(|(_, forbids, operations)| !forbids && operations.contains(operation.id));
        assert!(permitted, "{}", operation.id);
    }
    for (_, text) in yinxin_sharing::scenario().policies() {
        let count = |word: &str| text.matches(word).count();
        let all = count("@id(");
        assert_eq!((count("@law("), count("@zh("), count("@en(")), (all, all, all));
    }
}

#[test]
fn a_person_disposes_of_its_own_and_nobody_else_of_it() {
    for verb in ["request", "cancel", "lease", "end_lease", "erase", "view"] {
        assert!(allowed(verb, PERSON, RECORD, own()), "{verb}");
        assert!(!allowed(verb, PERSON, RECORD, Context::default()), "{verb}");
        for other in [OFFICER, SEAL, BANK, DEVICE, Principal::Anyone] {
            assert!(!allowed(verb, other, RECORD, own()), "{verb}");
        }
    }
}

#[test]
fn guardians_and_agents_act_for_a_person_and_holders_of_other_mandates_do_not() {
    for verb in ["request", "cancel", "lease", "end_lease", "erase", "view"] {
        for (mandate, may) in [
            ("guardian", true),
            ("agent", true),
            ("post", false),
            ("representative", false),
        ] {
            let context = Context {
                grade: Some(1),
                mandate: Some(mandate),
                ..own()
            };
            assert_eq!(allowed(verb, PERSON, RECORD, context), may, "{verb} {mandate}");
            assert_eq!(allowed(verb, BANK, RECORD, context), may, "{verb} {mandate}");
            for other in [OFFICER, SEAL, DEVICE, Principal::Anyone] {
                assert!(!allowed(verb, other, RECORD, context), "{verb} {mandate}");
            }
            let not_his = Context {
                own: false,
                ..context
            };
            assert!(!allowed(verb, PERSON, RECORD, not_his), "{verb} {mandate}");
        }
    }
}

#[test]
fn officers_act_with_the_seal_and_a_grade_on_what_is_their_departments() {
    let of_records = [
        "issue",
        "decline",
        "suspend",
        "resume",
        "revoke",
        "listing_propose",
        "listing_notify",
        "listing_decide",
        "listing_answer",
        "listing_remove",
        "listing_annul",
        "resource_publish",
        "resource_refresh",
        "resource_withdraw",
        "resource_answer",
        "resource_supplement",
        "resource_complain",
        "resource_complaint_answer",
    ];
    let cases = Context {
        case: Some("LX-2026-0001"),
        ..sealed()
    };
    let all = of_records
        .map(|verb| (verb, RECORD, sealed()))
        .into_iter()
        .chain([("accept_loan", CASE, cases), ("decide_loan", CASE, cases)]);
    for (verb, resource, whole) in all {
        assert!(allowed(verb, OFFICER, resource, whole), "{verb}");
        for (lacking, context) in [
            (
                "the seal",
                Context {
                    sealed: false,
                    ..whole
                },
            ),
            ("a grade", Context { grade: None, ..whole }),
            (
                "grade 1",
                Context {
                    grade: Some(0),
                    ..whole
                },
            ),
            ("own", Context { own: false, ..whole }),
        ] {
            assert!(
                !allowed(verb, OFFICER, resource, context),
                "{verb} without {lacking}"
            );
        }
        for other in [SEAL, BANK, PERSON, DEVICE, Principal::Anyone] {
            assert!(!allowed(verb, other, resource, whole), "{verb}");
        }
    }
    for verb in ["accept_loan", "decide_loan"] {
        assert!(!allowed(verb, OFFICER, RECORD, cases), "{verb} is about a case");
        assert!(!allowed(verb, OFFICER, CASE, sealed()), "{verb} names its case");
    }
}

#[test]
fn a_look_needs_its_lease_its_purpose_its_case_and_an_officer() {
    for (verb, lease) in [("disclose", true), ("listing_query", false)] {
        assert!(allowed(verb, OFFICER, RECORD, look()), "{verb}");
        let without = [
            Context {
                purpose: None,
                ..look()
            },
            Context { case: None, ..look() },
            Context {
                grade: None,
                ..look()
            },
        ];
        for context in without {
            assert!(!allowed(verb, OFFICER, RECORD, context), "{verb}");
        }
        let unleased = Context {
            lease: None,
            ..look()
        };
        assert_eq!(allowed(verb, OFFICER, RECORD, unleased), !lease);
        for other in EVERYBODY.into_iter().filter(|one| *one != OFFICER) {
            assert!(!allowed(verb, other, RECORD, look()), "{verb}");
        }
    }
    let duty = Context { own: true, ..look() };
    assert!(allowed("view", OFFICER, RECORD, duty));
    for context in [
        Context { own: false, ..duty },
        Context {
            purpose: None,
            ..duty
        },
        Context { grade: None, ..duty },
    ] {
        assert!(!allowed("view", OFFICER, RECORD, context));
    }
}

#[test]
fn no_permit_of_governance_lets_an_account_of_nobody_look() {
    let scenario = yinxin_sharing::scenario();
    let operations = scenario.operations().iter().map(|operation| operation.id);
    let all = "@id(\"all\") permit (principal, action in Action::\"sharing\", resource);";
    let mut sources = scenario.policies().to_vec();
    sources.push(("policy/sharing", all));
    let set = PolicySet::parse(&Schema::new(operations).unwrap(), &sources).unwrap();
    for verb in ["disclose", "view", "listing_query"] {
        let operation = format!("sharing.{verb}");
        let decide = |principal| {
            let request = Request {
                context: look(),
                operation: &operation,
                principal,
                resource: RECORD,
            };
            set.decide(&request)
        };
        let denied = decide(Principal::Anyone);
        assert!(!denied.allowed);
        assert_eq!(
            denied.determining[0].as_str(),
            "sharing/looks.cedar:no-look-by-nobody"
        );
        assert!(
            decide(DEVICE).allowed,
            "what else is permitted, governance permits"
        );
    }
}

#[test]
fn who_is_listed_speaks_itself_or_through_an_officer_beside_the_seal() {
    for verb in ["listing_statement", "listing_object", "listing_promise"] {
        for speaker in [PERSON, BANK, SEAL] {
            assert!(allowed(verb, speaker, RECORD, own()), "{verb}");
            assert!(!allowed(verb, speaker, RECORD, Context::default()), "{verb}");
        }
        assert!(allowed(verb, OFFICER, RECORD, sealed()), "{verb}");
        let unsealed = Context {
            sealed: false,
            ..sealed()
        };
        assert!(!allowed(verb, OFFICER, RECORD, unsealed), "{verb}");
        assert!(!allowed(verb, Principal::Anyone, RECORD, own()), "{verb}");
    }
}

#[test]
fn erasure_is_confirmed_by_seals_alone_or_beside_an_officer() {
    for confirming in [SEAL, BANK, OFFICER] {
        assert!(allowed("confirm_erasure", confirming, RECORD, sealed()));
        let unsealed = Context {
            sealed: false,
            ..sealed()
        };
        assert!(!allowed("confirm_erasure", confirming, RECORD, unsealed));
    }
    assert!(!allowed("confirm_erasure", PERSON, RECORD, sealed()));
}

#[test]
fn what_is_asked_of_the_catalogue_has_a_purpose_and_disputes_are_for_whoever_is_in_charge_of_data() {
    let ask = Context {
        own: false,
        purpose: Some("loan"),
        ..sealed()
    };
    assert!(allowed("resource_request", OFFICER, RECORD, ask));
    assert!(!allowed(
        "resource_request",
        OFFICER,
        RECORD,
        Context { purpose: None, ..ask }
    ));
    let (data, tax) = (["data".to_owned()], ["tax".to_owned()]);
    for (roles, may) in [(&data, true), (&tax, false)] {
        let context = Context {
            own: false,
            roles,
            ..sealed()
        };
        assert_eq!(
            allowed("resource_complaint_answer", OFFICER, RECORD, context),
            may
        );
    }
}

#[test]
fn a_person_carries_its_own_the_seals_record_and_an_officer_asks_for_a_purpose_in_a_case() {
    let named = |context: Context<'static>| Context {
        case: Some("CJ-2026-0001"),
        purpose: Some("age-check"),
        ..context
    };
    for verb in ["wallet_take", "wallet_end"] {
        assert!(allowed(verb, PERSON, RECORD, own()), "{verb}");
        assert!(!allowed(verb, PERSON, RECORD, Context::default()), "{verb}");
        let guardian = Context {
            mandate: Some("guardian"),
            ..own()
        };
        assert!(!allowed(verb, PERSON, RECORD, guardian), "{verb}");
        assert!(!allowed(verb, OFFICER, RECORD, sealed()), "{verb}");
    }
    let seal = Context {
        sealed: true,
        ..own()
    };
    assert!(allowed("wallet_bind", SEAL, RECORD, seal));
    assert!(!allowed("wallet_bind", SEAL, RECORD, own()));
    assert!(!allowed("wallet_bind", BANK, RECORD, seal));
    for who in [SEAL, BANK] {
        assert!(allowed("wallet_present", who, RECORD, named(seal)));
        assert!(!allowed("wallet_present", who, RECORD, seal));
        assert!(!allowed("wallet_present", who, RECORD, named(own())));
    }
    assert!(!allowed("wallet_present", OFFICER, RECORD, named(sealed())));
    let asks = named(Context {
        own: true,
        ..officer()
    });
    assert!(allowed("wallet_ask", OFFICER, CASE, asks));
    assert!(!allowed("wallet_ask", PERSON, CASE, asks));
    let without = |purpose, case, grade| Context {
        case,
        grade,
        purpose,
        ..asks
    };
    assert!(!allowed(
        "wallet_ask",
        OFFICER,
        CASE,
        without(None, asks.case, asks.grade)
    ));
    assert!(!allowed(
        "wallet_ask",
        OFFICER,
        CASE,
        without(asks.purpose, None, asks.grade)
    ));
    assert!(!allowed(
        "wallet_ask",
        OFFICER,
        CASE,
        without(asks.purpose, asks.case, None)
    ));
}
