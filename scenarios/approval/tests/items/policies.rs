//! The default policies alone, without the checks of the operations.

use yinxin_execution::policy::{Context, PolicySet, Principal, Request, Resource, Schema};

#[test]
fn an_officer_of_grade_two_publishes_what_is_his_departments_beside_the_seal_and_nobody_else_does() {
    let scenario = yinxin_approval::scenario();
    let operations = scenario.operations().iter().map(|operation| operation.id);
    let operations = operations.chain(scenario.decided_questions().iter().copied());
    let policies = PolicySet::parse(&Schema::new(operations).unwrap(), scenario.policies()).unwrap();
    let good = || Context {
        grade: Some(2),
        own: true,
        sealed: true,
        ..Context::default()
    };
    let allowed = |operation, principal, context| {
        let resource = Resource::Record("1199010000000202293990117002011");
        let request = Request {
            context,
            operation,
            principal,
            resource,
        };
        policies.decide(&request).allowed
    };
    for operation in ["approval.item_publish", "approval.item_withdraw"] {
        assert!(allowed(operation, Principal::Officer("officer"), good()));
        for principal in [
            Principal::Person("p"),
            Principal::Department("d"),
            Principal::Anyone,
        ] {
            assert!(!allowed(operation, principal, good()));
        }
        for context in [
            Context {
                grade: Some(1),
                ..good()
            },
            Context {
                grade: None,
                ..good()
            },
            Context { own: false, ..good() },
            Context {
                sealed: false,
                ..good()
            },
        ] {
            assert!(!allowed(operation, Principal::Officer("officer"), context));
        }
    }
}
