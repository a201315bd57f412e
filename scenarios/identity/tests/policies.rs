//! The default policies alone, without the checks of the operations: each says what its sentence says.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use yinxin_execution::policy::{Context, PolicySet, Principal, Request, Resource, Schema};

fn policies() -> PolicySet {
    let scenario = yinxin_identity::scenario();
    let operations = scenario.operations().iter().map(|operation| operation.id);
    PolicySet::parse(&Schema::new(operations).unwrap(), scenario.policies()).unwrap()
}

const OFFICER: Principal<'_> = Principal::Officer("officer");
const SEAL: Principal<'_> = Principal::Department("119901000000020304");
const PERSON: Principal<'_> = Principal::Person("person");
const PARTY: Resource<'_> = Resource::Record("party");
const DEPARTMENT: Resource<'_> = Resource::Department("119901000000020304");

/// Nothing but the grade of an officer's mandate.
fn plain(principal: Principal<'_>) -> Context<'static> {
    let grade = matches!(principal, Principal::Officer(_)).then_some(1);
    Context {
        grade,
        ..Context::default()
    }
}

fn sealed(principal: Principal<'_>) -> Context<'static> {
    Context {
        sealed: true,
        ..plain(principal)
    }
}

fn own(context: Context<'_>) -> Context<'_> {
    Context { own: true, ..context }
}

fn allowed(verb: &str, principal: Principal<'_>, resource: Resource<'_>, context: Context<'_>) -> bool {
    let operation = format!("identity.{verb}");
    let request = Request {
        context,
        operation: &operation,
        principal,
        resource,
    };
    policies().decide(&request).allowed
}

#[test]
fn every_operation_is_permitted_to_somebody_and_each_policy_says_what_it_is() {
    let policies = policies();
    for operation in yinxin_identity::scenario().operations() {
        let permitted = policies
            .policies()
            .any(|(_, forbids, operations)| !forbids && operations.contains(operation.id));
        assert!(permitted, "{}", operation.id);
    }
    for (_, text) in yinxin_identity::scenario().policies() {
        let count = |word: &str| text.matches(word).count();
        let all = count("@id(");
        assert_eq!((count("@law("), count("@zh("), count("@en(")), (all, all, all));
    }
}

#[test]
fn departments_enrol_by_seal_and_officers_beside_it() {
    assert!(allowed("enrol", SEAL, DEPARTMENT, own(sealed(SEAL))));
    assert!(allowed("enrol", OFFICER, DEPARTMENT, own(sealed(OFFICER))));
    assert!(!allowed("enrol", OFFICER, DEPARTMENT, own(plain(OFFICER))));
    assert!(
        !allowed("enrol", OFFICER, DEPARTMENT, sealed(OFFICER)),
        "another department"
    );
    assert!(!allowed(
        "enrol",
        OFFICER,
        DEPARTMENT,
        Context {
            grade: None,
            ..own(sealed(OFFICER))
        }
    ));
    assert!(!allowed("enrol", PERSON, DEPARTMENT, own(plain(PERSON))));
}

#[test]
fn keys_are_those_of_their_party_and_nobody_touches_them() {
    for verb in ["bind", "publish", "rotate", "revoke"] {
        assert!(allowed(verb, PERSON, PARTY, own(plain(PERSON))), "{verb}");
        assert!(!allowed(verb, PERSON, PARTY, plain(PERSON)), "{verb}");
        assert!(
            !allowed(verb, Principal::Anyone, PARTY, own(sealed(PERSON))),
            "{verb}"
        );
    }
    assert!(allowed("revoke", SEAL, PARTY, sealed(SEAL)));
    assert!(!allowed(
        "revoke",
        Principal::Device("device"),
        PARTY,
        sealed(PERSON)
    ));
    assert!(
        allowed("revoke", OFFICER, PARTY, plain(OFFICER)),
        "two clerks at a window need no seal"
    );
}

#[test]
fn clerks_recover_the_party_objects_and_anybody_completes() {
    assert!(allowed("recover", OFFICER, PARTY, plain(OFFICER)));
    assert!(
        !allowed("recover", PERSON, PARTY, own(plain(PERSON)))
            && !allowed("recover", SEAL, PARTY, sealed(SEAL))
    );
    assert!(allowed("object", PERSON, PARTY, own(plain(PERSON))));
    assert!(!allowed("object", PERSON, PARTY, plain(PERSON)));
    assert!(allowed("complete", Principal::Anyone, PARTY, plain(PERSON)));
}

#[test]
fn mandates_are_granted_by_whom_they_bind_or_by_the_department_that_knows() {
    for verb in ["grant", "end"] {
        let of_kind = |context, kind| Context {
            kind: Some(kind),
            ..context
        };
        assert!(allowed(verb, PERSON, PARTY, own(of_kind(plain(PERSON), "agent"))));
        assert!(!allowed(verb, PERSON, PARTY, of_kind(plain(PERSON), "agent")));
        assert!(allowed(verb, SEAL, PARTY, of_kind(sealed(SEAL), "guardian")));
        assert!(!allowed(verb, SEAL, PARTY, of_kind(sealed(SEAL), "agent")));
        assert!(allowed(
            verb,
            OFFICER,
            PARTY,
            own(of_kind(sealed(OFFICER), "post"))
        ));
        assert!(
            !allowed(verb, OFFICER, PARTY, own(of_kind(plain(OFFICER), "post"))),
            "without the seal"
        );
        assert!(!allowed(verb, Principal::Anyone, PARTY, own(plain(PERSON))));
    }
}

#[test]
fn only_the_registry_accredits_and_sets_the_silence_period() {
    let (registry, tax) = (["registry".to_owned()], ["tax".to_owned()]);
    for verb in ["accredit", "withdraw", "set_silence"] {
        for principal in [SEAL, OFFICER] {
            let context = Context {
                roles: &registry,
                ..sealed(principal)
            };
            assert!(allowed(verb, principal, DEPARTMENT, context));
            assert!(!allowed(
                verb,
                principal,
                DEPARTMENT,
                Context {
                    roles: &tax,
                    ..context
                }
            ));
            assert!(!allowed(
                verb,
                principal,
                DEPARTMENT,
                Context {
                    sealed: false,
                    ..context
                }
            ));
        }
    }
}
