//! Forms: read strictly, and values held against them.

use serde_json::{Value, json};
use yinxin_approval::documents::forms::{Form, Part};
use yinxin_types::Rejection;

use crate::support::with;

fn label(zh: &str, en: &str) -> Value {
    json!({ "en": en, "zh": zh })
}

fn good() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "additionalProperties": false,
        "properties": {
            "agreed": { "type": "boolean", "x-label": label("已阅读须知", "I have read the notice") },
            "applicant": { "maxLength": 60, "minLength": 2, "type": "string", "x-help": label("与证件一致", "As in the document"), "x-label": label("姓名", "Name") },
            "area": { "maximum": 100_000, "minimum": 1, "type": "integer", "x-label": label("面积(平方米)", "Area in square metres"), "x-public": true },
            "budget": { "maximum": 100_000_000_000_i64, "minimum": 0, "type": "integer", "x-label": label("预算", "Budget"), "x-public": true, "x-unit": "fen" },
            "kind": {
                "enum": ["repair", "rebuild"], "type": "string", "x-label": label("类别", "Kind"),
                "x-options": { "rebuild": label("改建", "Rebuild"), "repair": label("修缮", "Repair") }, "x-public": true,
            },
            "plan": {
                "format": "x-file", "type": "string", "x-label": label("图纸", "Plan"), "x-material": "plan", "x-max-bytes": 1_000_000,
                "x-media": ["application/pdf", "image/png"],
            },
            "reason": { "maxLength": 500, "type": "string", "x-label": label("理由", "Reason"), "x-lines": 4 },
            "start": { "format": "date", "type": "string", "x-label": label("开工日期", "Start of works") },
            "unit": { "maxLength": 28, "pattern": "^\\d{12}[GJZ][A-Z]\\d{5}[FLQW]\\d{8}$", "type": "string", "x-label": label("不动产单元号", "Unit code") },
        },
        "required": ["agreed", "area", "kind", "applicant"],
        "type": "object",
        "x-sections": [
            { "fields": ["applicant", "agreed"], "x-title": label("申请人", "Applicant") },
            { "fields": ["kind", "area", "unit", "budget", "start", "plan", "reason"], "x-help": label("据实填写", "As it is"), "x-title": label("工程", "Works") },
        ],
        "x-title": label("旧城改造申请表", "Application to renovate"),
    })
}

fn read(form: &Value) -> Result<Form, Rejection> {
    Form::read(&form.to_string()).map_err(Rejection::from)
}

#[test]
fn a_form_with_every_kind_of_field_is_read() {
    let form = read(&good()).unwrap();
    assert_eq!(form.sections[0].fields, ["applicant", "agreed"]);
    assert_eq!(form.fields.len(), 9);
    let public: Vec<&str> = form
        .fields
        .iter()
        .filter(|field| field.public)
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(public, ["area", "budget", "kind"]);
    assert!(form.field("area").unwrap().required && !form.field("unit").unwrap().required);
}

#[test]
fn what_forms_do_not_have_is_refused_by_its_path() {
    let long = "长".repeat(81);
    for (pointer, value, path) in [
        (
            "/$schema",
            json!("https://json-schema.org/draft-07/schema"),
            "/$schema",
        ),
        ("/$id", json!("x"), "/$id"),
        ("/type", json!("array"), "/type"),
        ("/additionalProperties", json!(true), "/additionalProperties"),
        ("/properties", json!({}), "/properties"),
        ("/required", json!(["nobody"]), "/required"),
        ("/required", json!(["area", "area"]), "/required/1"),
        ("/required", json!([]), "/required"),
        ("/x-title", json!("申请表"), "/x-title"),
        ("/x-title/fr", json!("x"), "/x-title"),
        ("/x-title/en", json!(""), "/x-title"),
        ("/x-sections", json!([]), "/x-sections"),
        ("/x-sections/0/fields", json!(["applicant"]), "/x-sections"),
        (
            "/x-sections/0/fields",
            json!(["applicant", "agreed", "kind"]),
            "/x-sections/1",
        ),
        (
            "/x-sections/0/fields",
            json!(["applicant", "agreed", "other"]),
            "/x-sections/0",
        ),
        ("/x-sections/0/colour", json!("red"), "/x-sections/0/colour"),
        ("/properties/Name", json!({}), "/properties"),
        (
            "/properties/agreed/default",
            json!(true),
            "/properties/agreed/default",
        ),
        (
            "/properties/agreed/type",
            json!("null"),
            "/properties/agreed/type",
        ),
        ("/properties/agreed/x-label", Value::Null, "/properties/agreed"),
        (
            "/properties/agreed/x-label/zh",
            json!(long),
            "/properties/agreed/x-label",
        ),
        (
            "/properties/agreed/x-public",
            json!("yes"),
            "/properties/agreed/x-public",
        ),
        (
            "/properties/applicant/maxLength",
            Value::Null,
            "/properties/applicant",
        ),
        (
            "/properties/applicant/maxLength",
            json!(2001),
            "/properties/applicant/maxLength",
        ),
        (
            "/properties/applicant/minLength",
            json!(61),
            "/properties/applicant/minLength",
        ),
        ("/properties/area/minimum", Value::Null, "/properties/area"),
        ("/properties/area/minimum", json!(100_001), "/properties/area"),
        (
            "/properties/budget/x-unit",
            json!("yuan"),
            "/properties/budget/x-unit",
        ),
        (
            "/properties/kind/enum",
            json!(["repair", "Rebuild"]),
            "/properties/kind/enum",
        ),
        (
            "/properties/kind/enum",
            json!(["repair", "rebuild", "other"]),
            "/properties/kind/x-options",
        ),
        (
            "/properties/kind/enum",
            json!(["repair"]),
            "/properties/kind/x-options",
        ),
        (
            "/properties/start/format",
            json!("date-time"),
            "/properties/start/format",
        ),
        ("/properties/plan/x-material", Value::Null, "/properties/plan"),
        (
            "/properties/plan/x-media",
            json!(["pdf"]),
            "/properties/plan/x-media",
        ),
        (
            "/properties/plan/x-max-bytes",
            json!(0),
            "/properties/plan/x-max-bytes",
        ),
        ("/properties/plan/$ref", json!("#/x"), "/properties/plan/$ref"),
    ] {
        let refused = read(&with(good(), pointer, value)).unwrap_err();
        assert_eq!(refused.code.name, "FORM_MALFORMED", "{pointer}");
        assert!(
            refused.detail.starts_with(&format!("`{path}`:")),
            "{pointer}: {}",
            refused.detail
        );
    }
    for text in ["", "[]", "{\"a\":1,\"a\":2}", "{\"type\":1.5}", "null"] {
        assert_eq!(
            Rejection::from(Form::read(text).unwrap_err()).code.name,
            "FORM_MALFORMED",
            "{text}"
        );
    }
    let long = format!("{{\"x\":\"{}\"}}", "y".repeat(128 << 10));
    assert!(Form::read(&long).is_err());
}

#[test]
fn a_pattern_outside_the_safe_subset_is_refused() {
    for (pattern, length) in [("^(a+)+$", 28), ("\\d{12}", 28), ("^\\d{12}$", 257)] {
        let form = with(good(), "/properties/unit/pattern", json!(pattern));
        let refused = read(&with(form, "/properties/unit/maxLength", json!(length))).unwrap_err();
        assert_eq!(refused.code.name, "FORM_PATTERN", "{pattern}");
    }
}

#[test]
fn a_public_field_cannot_hold_personal_data() {
    for (pointer, value) in [
        ("/properties/applicant/x-public", json!(true)),
        ("/properties/plan/x-public", json!(true)),
        ("/properties/area/maximum", json!(13_900_000_000_i64)),
        ("/properties/area/x-label", label("联系电话", "Contact")),
        ("/properties/area/x-label", label("面积", "Age of the owner")),
        ("/properties/kind/x-label", label("民族", "Group")),
    ] {
        assert_eq!(
            read(&with(good(), pointer, value)).unwrap_err().code.name,
            "FORM_PERSONAL",
            "{pointer}"
        );
    }
    let dated = with(good(), "/properties/start/x-public", json!(true));
    assert!(read(&dated).is_ok());
    let born = with(dated, "/properties/start/x-label", label("出生日期", "Day"));
    assert_eq!(read(&born).unwrap_err().code.name, "FORM_PERSONAL");
}

#[test]
fn values_fit_their_fields_and_stand_in_their_part() {
    let form = read(&good()).unwrap();
    let of = |part, values: Value| -> Vec<String> {
        let problems = form.problems(part, values.as_object().unwrap());
        problems
            .iter()
            .map(|wrong| format!("{} {}", wrong.field, wrong.problem.name()))
            .collect()
    };
    let none: [&str; 0] = [];
    let public = || json!({ "area": 80, "kind": "repair" });
    assert_eq!(of(Part::Public, public()), none);
    for (field, value, problem) in [
        ("area", json!(0), "area value.range"),
        ("area", json!("80"), "area value.type"),
        ("area", json!(80.5), "area value.type"),
        ("kind", json!("other"), "kind value.option"),
        ("budget", json!(-1), "budget value.range"),
        ("reason", json!("x"), "reason value.unknown"),
        ("nothing", json!("x"), "nothing value.unknown"),
    ] {
        assert_eq!(
            of(Part::Public, with(public(), &format!("/{field}"), value)),
            [problem]
        );
    }
    assert_eq!(
        of(Part::Public, json!({})),
        ["area value.missing", "kind value.missing"]
    );

    let digest = format!("sha256:{}", "ab".repeat(32));
    let sealed = || json!({ "agreed": true, "applicant": "王小示", "plan": digest, "start": "2028-02-29", "unit": "990101001001GB00001F00010001" });
    assert_eq!(of(Part::Sealed, sealed()), none);
    for (field, value, problem) in [
        ("agreed", json!("true"), "agreed value.type"),
        ("applicant", json!("王"), "applicant value.length"),
        ("applicant", json!("王\n小"), "applicant value.type"),
        ("reason", json!("一\n二"), ""),
        ("start", json!("2027-02-29"), "start value.date"),
        ("start", json!("2027-2-9"), "start value.date"),
        ("plan", json!("plan.pdf"), "plan value.type"),
        (
            "unit",
            json!("990101001001XB00001F00010001"),
            "unit value.pattern",
        ),
        ("area", json!(80), "area value.unknown"),
    ] {
        let found = of(Part::Sealed, with(sealed(), &format!("/{field}"), value));
        assert_eq!(found.concat(), problem);
    }
    let refused = form
        .check(Part::Public, json!({}).as_object().unwrap())
        .unwrap_err();
    assert_eq!(
        (refused.code.name, refused.detail.as_str()),
        ("FORM_VALUE", "area: value.missing, kind: value.missing")
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_form_or_refused(text in "\\PC{0,300}") {
        let _ = Form::read(&text);
    }

    #[test]
    fn a_form_with_any_character_changed_is_a_form_or_refused(place in 0_usize..2_500, other in proptest::char::any()) {
        let text: String = good().to_string().chars().enumerate().map(|(at, one)| if at == place { other } else { one }).collect();
        let _ = Form::read(&text);
    }
}
