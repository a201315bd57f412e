//! DCQL: the published queries, its rules, paths, and which held credentials answer.

use serde_json::{Value, json};
use yinxin_credential::dcql::{CredentialQuery, Query};
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{Binding, Credential, Error, Held, SdJwt, Signer as _, Verified};

use crate::support::{
    ISSUER, NONCE, NOW_S, VCT, VERIFIER, credential, holder, issuer, name, object, path, policy, read, salts,
    stranger, vectors,
};

const OTHER_VCT: &str = "https://othercredentials.example/pid";

fn held(vct: &str, claims: Value, bound: bool) -> Held {
    let claims = object(claims);
    let credential = Credential {
        vct: vct.to_owned(),
        issuer: ISSUER.to_owned(),
        issued_s: NOW_S,
        not_before_s: None,
        expires_s: None,
        holder: bound.then(|| holder().key()),
        status: None,
        content: Claims {
            disclosable: claims.keys().map(|name| path(json!([name]))).collect(),
            claims,
            decoys: 0,
        },
    };
    let text = credential.issue(None, &issuer(), salts(1)).unwrap().to_string();
    Held::accept(&text, &policy()).unwrap()
}

fn person() -> Value {
    json!({
        "given_name": "John", "family_name": "Doe", "postal_code": "90210", "age": 36, "of_age": true,
        "address": {"street_address": "42 Market Street", "locality": "Milliways"},
        "nationalities": ["British", "Betelgeusian"],
        "degrees": [{"type": "Bachelor", "year": 1}, {"type": "Master"}],
    })
}

fn query(value: Value) -> Query {
    Query::parse(&value).unwrap()
}

/// A query for one credential with these members beside the usual ones.
fn one(members: Value) -> Value {
    let mut query = json!({"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}});
    for (name, value) in object(members) {
        query[name] = value;
    }
    json!({"credentials": [query]})
}

/// What a verifier sees of `held` after a query.
fn answer(value: Value, held: &[Held]) -> Result<Vec<(String, Value)>, Error> {
    let query = query(value);
    let answers = query.select(held, false)?;
    let token = query.present(&answers, held, &[&stranger(), &holder()], VERIFIER, NONCE, NOW_S)?;
    let verified = query.verify(&token, &policy(), &binding())?;
    let seen = |(id, list): (String, Vec<Verified>)| {
        let claims = |one: Verified| (id.clone(), Value::Object(one.claims));
        list.into_iter().map(claims).collect::<Vec<_>>()
    };
    Ok(verified.into_iter().flat_map(seen).collect())
}

fn binding() -> Binding<'static> {
    Binding {
        audience: VERIFIER,
        nonce: NONCE,
        max_age_s: 300,
    }
}

#[test]
fn the_published_queries_are_read_and_written_back() {
    let Some(folder) = vectors("openid4vp") else {
        return;
    };
    let files = ["query_lang", "request"].map(|name| folder.join(name));
    let mut read_files = 0;
    for folder in files {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            if file.starts_with("request_") {
                continue;
            }
            let printed: Value = serde_json::from_str(&read(&folder, &file)).unwrap();
            let query = query(printed.clone());
            let written = query.to_value();
            if !file.contains("mdoc") && !file.ends_with("_vc.json") && file != "multi_credentials.json" {
                assert_eq!(written, printed, "{file}");
            }
            assert_eq!(Query::parse(&written).unwrap(), query, "{file}");
            read_files += 1;
        }
    }
    assert_eq!(read_files, 9);
}

#[test]
fn the_simple_query_is_answered_with_what_it_asks_for_and_no_more() {
    let seen = answer(
        one(
            json!({"claims": [{"path": ["family_name"]}, {"path": ["given_name"]}, {"path": ["address", "street_address"]}]}),
        ),
        &[held(OTHER_VCT, person(), true), held(VCT, person(), true)],
    );
    // The address is hidden as a whole here, so it is shown as a whole.
    let shown = json!({"given_name": "John", "family_name": "Doe", "address": person()["address"]});
    assert_eq!(seen, Ok(vec![("pid".to_owned(), shown)]));
}

#[test]
fn without_claims_nothing_that_can_be_hidden_is_shown() {
    let seen = answer(one(json!({})), &[held(VCT, person(), true)]);
    assert_eq!(seen, Ok(vec![("pid".to_owned(), json!({}))]));
}

#[test]
fn paths_lead_where_the_specification_says() {
    let wallet = [held(VCT, person(), true)];
    let shown = |path: Value| answer(one(json!({"claims": [{"path": path}]})), &wallet);
    let degrees = person()["degrees"].clone();
    assert_eq!(
        shown(json!(["degrees", null, "type"])),
        Ok(vec![("pid".to_owned(), json!({"degrees": degrees}))])
    );
    for good in [
        json!(["degrees", null, "year"]),
        json!(["nationalities", 1]),
        json!(["address"]),
        json!(["degrees", 0]),
    ] {
        assert!(shown(good.clone()).is_ok(), "{good}");
    }
    for bad in [
        json!(["degrees", "type"]),
        json!(["name", 0]),
        json!(["given_name", "x"]),
        json!(["address", null]),
        json!(["nationalities", 2]),
        json!(["degrees", null, "grade"]),
        json!(["degrees", null, 0]),
        json!(["nothing"]),
    ] {
        assert_eq!(name(shown(bad.clone())), "CRED_NO_MATCH", "{bad}");
    }
}

#[test]
fn a_value_to_match_must_be_the_same_in_type_and_value() {
    let wallet = [held(VCT, person(), true)];
    let shown = |path: Value, values: Value| {
        answer(
            one(json!({"claims": [{"path": path, "values": values}]})),
            &wallet,
        )
    };
    for (path, values) in [
        (json!(["postal_code"]), json!(["90210", "90211"])),
        (json!(["age"]), json!([36])),
        (json!(["of_age"]), json!([true])),
        (json!(["nationalities", null]), json!(["British"])),
    ] {
        assert!(shown(path.clone(), values).is_ok(), "{path}");
    }
    for (path, values) in [
        (json!(["postal_code"]), json!([90210])),
        (json!(["postal_code"]), json!(["90211"])),
        (json!(["age"]), json!(["36", true, 1])),
        (json!(["of_age"]), json!([1, "true", false])),
        (json!(["nationalities"]), json!(["British"])),
    ] {
        assert_eq!(name(shown(path.clone(), values)), "CRED_NO_MATCH", "{path}");
    }
}

#[test]
fn of_alternative_claims_the_first_that_can_be_met_is_shown() {
    let claims = json!([
        {"id": "a", "path": ["family_name"]}, {"id": "b", "path": ["postal_code"]}, {"id": "c", "path": ["region"]}, {"id": "d", "path": ["age"]},
    ]);
    let ask = |sets: Value| {
        answer(
            one(json!({"claims": claims, "claim_sets": sets})),
            &[held(VCT, person(), true)],
        )
    };
    let shown = |value: Value| Ok(vec![("pid".to_owned(), value)]);
    assert_eq!(
        ask(json!([["a", "c"], ["a", "b"], ["d"]])),
        shown(json!({"family_name": "Doe", "postal_code": "90210"}))
    );
    assert_eq!(ask(json!([["d"], ["a", "b"]])), shown(json!({"age": 36})));
    assert_eq!(name(ask(json!([["a", "c"], ["c"]]))), "CRED_NO_MATCH");
}

#[test]
fn of_alternative_credentials_the_first_that_can_be_met_is_shown() {
    let of = |id: &str, vct: &str| json!({"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}});
    let credentials = json!([
        of("pid", VCT),
        of("other", OTHER_VCT),
        of("nice", "https://company.example/rewards")
    ]);
    let sets = json!([
        {"options": [["pid"], ["other"]]},
        {"required": false, "options": [["nice"], ["other"]]},
    ]);
    let asked = query(json!({"credentials": credentials, "credential_sets": sets}));
    let ids = |held: &[Held], with_optional| {
        asked
            .select(held, with_optional)
            .map(|answers| answers.into_iter().map(|answer| answer.id).collect::<Vec<_>>())
    };
    let (pid, other) = (held(VCT, person(), true), held(OTHER_VCT, person(), true));
    let both = [pid.clone(), other.clone()];
    assert_eq!(ids(&both, false), Ok(vec!["pid".to_owned()]));
    assert_eq!(ids(&both, true), Ok(vec!["pid".to_owned(), "other".to_owned()]));
    assert_eq!(ids(std::slice::from_ref(&pid), true), Ok(vec!["pid".to_owned()]));
    assert_eq!(ids(&[other], false), Ok(vec!["other".to_owned()]));
    assert_eq!(name(ids(&[], true)), "CRED_NO_MATCH");
    // Without sets every credential is wanted.
    let all = query(json!({"credentials": credentials}));
    assert_eq!(name(all.select(&both, true)), "CRED_NO_MATCH");
}

#[test]
fn several_credentials_answer_only_where_several_are_asked_for() {
    let wallet = [held(VCT, person(), true), held(VCT, person(), true)];
    assert_eq!(answer(one(json!({})), &wallet).unwrap().len(), 1);
    assert_eq!(answer(one(json!({"multiple": true})), &wallet).unwrap().len(), 2);
    assert_eq!(query(one(json!({}))).candidates(&wallet)["pid"].len(), 2);
}

#[test]
fn other_formats_unknown_authorities_and_credentials_without_a_holder_are_no_match() {
    let wallet = [held(VCT, person(), true)];
    assert!(answer(one(json!({"extension": {"x": 1}})), &wallet).is_ok());
    for members in [
        json!({"format": "mso_mdoc", "meta": {"doctype_value": "x"}}),
        json!({"meta": {"vct_values": [OTHER_VCT]}}),
        json!({"trusted_authorities": [{"type": "aki", "values": ["s9tIpPmhxdiuNkHMEWNpYim8S8Y"]}]}),
    ] {
        assert_eq!(
            name(answer(one(members.clone()), &wallet)),
            "CRED_NO_MATCH",
            "{members}"
        );
    }
    let unbound = [held(VCT, person(), false)];
    assert_eq!(name(answer(one(json!({})), &unbound)), "CRED_NO_MATCH");
    assert!(
        answer(
            one(json!({"require_cryptographic_holder_binding": false})),
            &unbound
        )
        .is_ok()
    );
}

#[test]
fn a_presentation_is_made_with_the_key_that_the_credential_names() {
    let wallet = [held(VCT, person(), true)];
    let asked = query(one(json!({})));
    let answers = asked.select(&wallet, false).unwrap();
    let present = |wallet: &[Held]| asked.present(&answers, wallet, &[&stranger()], VERIFIER, NONCE, NOW_S);
    assert_eq!(name(present(&wallet)), "CRED_BINDING");
    assert_eq!(name(present(&[])), "CRED_REQUEST");
}

#[test]
fn queries_that_break_a_rule_are_refused() {
    let set = |value: Value| {
        let mut query = one(json!({}));
        query["credential_sets"] = value;
        query
    };
    let twice = json!({"credentials": [one(json!({}))["credentials"][0], one(json!({}))["credentials"][0]]});
    for bad in [
        json!([]),
        json!({}),
        json!({"credentials": []}),
        json!({"credentials": {}}),
        json!({"credentials": ["pid"]}),
        twice,
        one(json!({"id": ""})),
        one(json!({"id": "a b"})),
        one(json!({"id": "印"})),
        one(json!({"id": 1})),
        one(json!({"format": null})),
        one(json!({"meta": null})),
        one(json!({"meta": {}})),
        one(json!({"meta": {"vct_values": []}})),
        one(json!({"meta": {"vct_values": [1]}})),
        one(json!({"multiple": "yes"})),
        one(json!({"require_cryptographic_holder_binding": 1})),
        one(json!({"claims": []})),
        one(json!({"claims": [{"path": []}]})),
        one(json!({"claims": [{"path": [-1]}]})),
        one(json!({"claims": [{"path": [1.5]}]})),
        one(json!({"claims": [{"path": [true]}]})),
        one(json!({"claims": [{"path": "a"}]})),
        one(json!({"claims": [{}]})),
        one(json!({"claims": [{"path": ["a"], "values": []}]})),
        one(json!({"claims": [{"path": ["a"], "values": [null]}]})),
        one(json!({"claims": [{"path": ["a"], "values": [{}]}]})),
        one(json!({"claims": [{"path": ["a"], "values": [1.5]}]})),
        one(json!({"claims": [{"id": "x", "path": ["a"]}, {"id": "x", "path": ["b"]}]})),
        one(json!({"claims": [{"path": ["a"]}], "claim_sets": [["x"]]})),
        one(json!({"claims": [{"id": "x", "path": ["a"]}], "claim_sets": [["y"]]})),
        one(json!({"claims": [{"id": "x", "path": ["a"]}], "claim_sets": [[]]})),
        one(json!({"claims": [{"id": "x", "path": ["a"]}], "claim_sets": []})),
        one(json!({"claim_sets": [["x"]]})),
        one(json!({"trusted_authorities": []})),
        set(json!([])),
        set(json!([{}])),
        set(json!([{"options": []}])),
        set(json!([{"options": [[]]}])),
        set(json!([{"options": [["other"]]}])),
        set(json!([{"options": [["pid"]], "required": 1}])),
    ] {
        assert_eq!(name(Query::parse(&bad)), "CRED_QUERY", "{bad}");
    }
    let many: Vec<Value> = (0..65).map(|n| json!({"path": [n.to_string()]})).collect();
    assert_eq!(
        name(Query::parse(&one(json!({"claims": many})))),
        "CRED_TOO_LARGE"
    );
}

#[test]
fn a_response_is_checked_against_the_query() {
    let wallet = [held(VCT, person(), true), held(OTHER_VCT, person(), true)];
    let asked = query(one(
        json!({"claims": [{"path": ["given_name"], "values": ["John"]}]}),
    ));
    let token = |held: &Held, paths: &[Value]| {
        let paths: Vec<_> = paths.iter().cloned().map(path).collect();
        let shown: SdJwt = held.sd_jwt().reveal(&paths).unwrap();
        Value::from(
            shown
                .prove(&holder(), VERIFIER, NONCE, NOW_S)
                .unwrap()
                .to_string(),
        )
    };
    let good = token(&wallet[0], &[json!(["given_name"])]);
    let verify = |value: Value| asked.verify(&value, &policy(), &binding());
    assert!(verify(json!({"pid": [good]})).is_ok());
    for (response, code) in [
        (json!([]), "CRED_MALFORMED"),
        (json!({"pid": good}), "CRED_MALFORMED"),
        (json!({"pid": []}), "CRED_MALFORMED"),
        (json!({"pid": [{}]}), "CRED_MALFORMED"),
        (json!({"pid": [good, good]}), "CRED_REQUEST"),
        (json!({"pid": [good], "more": [good]}), "CRED_REQUEST"),
        (json!({}), "CRED_NO_MATCH"),
        (json!({"pid": [token(&wallet[0], &[])]}), "CRED_NO_MATCH"),
        (
            json!({"pid": [token(&wallet[1], &[json!(["given_name"])])]}),
            "CRED_NO_MATCH",
        ),
        (json!({"pid": [wallet[0].sd_jwt().to_string()]}), "CRED_BINDING"),
    ] {
        assert_eq!(name(verify(response.clone())), code, "{response}");
    }
    let elsewhere = Binding {
        nonce: "another",
        ..binding()
    };
    assert_eq!(
        name(asked.verify(&json!({"pid": [good]}), &policy(), &elsewhere)),
        "CRED_NONCE"
    );
}

#[test]
fn a_query_is_also_made_without_json() {
    let made = Query {
        credentials: vec![CredentialQuery::new(
            "pid",
            VCT,
            vec![path(json!(["age_over_18"]))],
        )],
        sets: Vec::new(),
    };
    assert_eq!(Query::parse(&made.to_value()), Ok(made.clone()));
    let text = credential()
        .with_age("birth_date")
        .unwrap()
        .issue(None, &issuer(), salts(1))
        .unwrap()
        .to_string();
    let wallet = [Held::accept(&text, &policy()).unwrap()];
    let seen = answer(made.to_value(), &wallet).unwrap();
    assert_eq!(seen[0].1["age_over_18"], true);
    assert_eq!(seen[0].1.get("birth_date"), None);
}
