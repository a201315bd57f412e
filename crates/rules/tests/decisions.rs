//! Decisions in DMN: a sample from facts to an answer with reasons, hit policies, what is refused, and budgets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a helper that fails has failed its test, and a test says that it is skipped"
)]

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use yinxin_rules::{Budget, Code, Decided, Document, decide};

const SAMPLE: &str = include_str!("decisions/acceptance.dmn");

fn sample(decision: &str, facts: Json) -> Decided {
    asked(SAMPLE, decision, facts)
}

fn asked(text: &str, decision: &str, facts: Json) -> Decided {
    let document = match Document::read(text.as_bytes()) {
        Ok(document) => document,
        Err(refusal) => panic!("{:#?}", refusal.findings),
    };
    let variables: BTreeMap<String, Json> = serde_json::from_value(facts).unwrap();
    let decision = document.decision(decision).unwrap();
    decide(&decision, &variables, &mut Budget::default()).unwrap()
}

fn hits(decided: &Decided) -> Vec<&str> {
    decided.hits.iter().map(|hit| hit.id.as_str()).collect()
}

/// The codes with which a document is refused, each with the identifier that is named.
fn refused(text: &str) -> Vec<(Code, String)> {
    let refusal = Document::read(text.as_bytes()).unwrap_err();
    let mut found: Vec<(Code, String)> = refusal
        .findings
        .into_iter()
        .filter(|finding| !finding.code.is_note())
        .map(|finding| (finding.code, finding.id))
        .collect();
    found.dedup();
    found
}

fn one(code: Code, id: &str) -> Vec<(Code, String)> {
    vec![(code, id.to_owned())]
}

/// A document with one table over `x`.
fn table(attributes: &str, columns: &str, rules: &[(&str, &[&str])]) -> String {
    let mut text = String::new();
    for (place, (test, outputs)) in rules.iter().enumerate() {
        let test = test.replace('<', "&lt;");
        text.push_str(&format!(
            "<rule id=\"r{place}\"><inputEntry><text>{test}</text></inputEntry>"
        ));
        for output in *outputs {
            text.push_str(&format!("<outputEntry><text>{output}</text></outputEntry>"));
        }
        text.push_str("</rule>");
    }
    document(&format!(
        "<decisionTable {attributes}><input><inputExpression><text>x</text></inputExpression></input>{columns}{text}</decisionTable>"
    ))
}

/// A document with an input `x` and a decision `d` of one expression.
fn document(expression: &str) -> String {
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="t" namespace="urn:t">
<inputData id="x" name="x"><variable name="x"/></inputData>
<decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#x"/></informationRequirement>{expression}</decision>
</definitions>"##
    )
}

fn literal(text: &str) -> String {
    document(&format!(
        "<literalExpression><text>{text}</text></literalExpression>"
    ))
}

#[test]
fn an_application_is_accepted_with_a_date_and_the_rules_that_matched_say_why() {
    let decided = sample(
        "acceptance",
        json!({ "kind": "rebuild", "floor area": "120.5", "submitted": "2026-01-31", "missing": [] }),
    );
    assert_eq!(
        decided.answer,
        json!({ "result": "accept", "days": 20, "until": "2026-02-28" })
    );
    assert_eq!(hits(&decided), ["large", "high"]);
    let last = decided.hits.last().unwrap();
    assert_eq!((last.table.as_str(), last.rule), ("acceptance-table", 2));
    assert_eq!(last.notes.as_ref(), ["行政许可法 §42"]);
    assert!(decided.nulls.is_empty());
}

#[test]
fn missing_materials_come_before_every_other_rule() {
    let decided = sample(
        "acceptance",
        json!({ "kind": "repaint", "floor area": 10, "submitted": "2026-03-02", "missing": ["plan"] }),
    );
    assert_eq!(decided.answer["result"], "supplement");
    assert_eq!(decided.answer["until"], "2026-03-07");
    assert_eq!(
        decided.hits.last().unwrap().notes.as_ref(),
        ["行政许可法 §32", "材料不齐 Materials are missing"]
    );
}

#[test]
fn a_fact_that_is_not_among_the_allowed_values_is_null_with_its_reason_and_decides_nothing() {
    let decided = sample("risk", json!({ "kind": "demolish", "floor area": 10 }));
    assert_eq!(decided.answer, Json::Null);
    assert!(decided.hits.is_empty());
    assert_eq!(decided.nulls[0].code, Code::NullAllowed);
    let decided = sample("risk", json!({ "kind": "repair", "floor area": "much" }));
    assert_eq!(decided.answer, Json::Null);
}

#[test]
fn a_decision_names_its_inputs_and_those_of_what_it_requires() {
    let document = Document::read(SAMPLE.as_bytes()).unwrap();
    let mut names: Vec<&str> = document.decision("acceptance").unwrap().input_names().collect();
    names.sort_unstable();
    assert_eq!(names, ["floor area", "kind", "missing", "submitted"]);
    assert!(document.decision("other").is_none());
}

#[test]
fn the_export_is_the_document_that_was_read() {
    let document = Document::read(SAMPLE.as_bytes()).unwrap();
    assert_eq!(document.export(), SAMPLE.as_bytes());
    assert!(SAMPLE.contains("DMNShape"));
}

#[test]
fn each_hit_policy_decides_among_the_rules_that_match() {
    let alone =
        "<output typeRef=\"string\"><outputValues><text>\"c\", \"b\", \"a\"</text></outputValues></output>";
    let rules: &[(&str, &[&str])] = &[
        ("&gt; 1", &["\"a\""]),
        ("&gt; 2", &["\"b\""]),
        ("&gt; 3", &["\"c\""]),
    ];
    for (policy, x, answer) in [
        ("UNIQUE", 2, json!("a")),
        ("UNIQUE", 3, Json::Null),
        ("ANY", 3, Json::Null),
        ("FIRST", 4, json!("a")),
        ("PRIORITY", 4, json!("c")),
        ("RULE ORDER", 4, json!(["a", "b", "c"])),
        ("OUTPUT ORDER", 3, json!(["b", "a"])),
        ("COLLECT", 3, json!(["a", "b"])),
        ("COLLECT", 0, Json::Null),
    ] {
        let text = table(&format!("hitPolicy=\"{policy}\""), alone, rules);
        assert_eq!(
            asked(&text, "d", json!({ "x": x })).answer,
            answer,
            "{policy} {x}"
        );
    }
    let same: &[(&str, &[&str])] = &[("&gt; 1", &["\"a\""]), ("&gt; 2", &["\"a\""])];
    let text = table("hitPolicy=\"ANY\"", alone, same);
    assert_eq!(asked(&text, "d", json!({ "x": 9 })).answer, json!("a"));
    let text = table("hitPolicy=\"UNIQUE\"", alone, same);
    let decided = asked(&text, "d", json!({ "x": 9 }));
    assert_eq!(decided.nulls[0].code, Code::NullHits);
    assert_eq!(hits(&decided), ["r0", "r1"]);
}

#[test]
fn what_is_collected_can_be_counted_summed_and_compared() {
    let rules: &[(&str, &[&str])] = &[("&gt; 1", &["10"]), ("&gt; 2", &["0.5"]), ("&gt; 3", &["30"])];
    for (aggregation, answer) in [
        ("SUM", json!("40.5")),
        ("MIN", json!("0.5")),
        ("MAX", json!(30)),
        ("COUNT", json!(3)),
    ] {
        let text = table(
            &format!("hitPolicy=\"COLLECT\" aggregation=\"{aggregation}\""),
            "<output/>",
            rules,
        );
        assert_eq!(
            asked(&text, "d", json!({ "x": 9 })).answer,
            answer,
            "{aggregation}"
        );
    }
}

#[test]
fn a_default_holds_where_no_rule_matches() {
    let column = "<output><defaultOutputEntry><text>\"none\"</text></defaultOutputEntry></output>";
    let text = table("", column, &[("1", &["\"one\""])]);
    assert_eq!(asked(&text, "d", json!({ "x": 1 })).answer, json!("one"));
    assert_eq!(asked(&text, "d", json!({ "x": 2 })).answer, json!("none"));
}

#[test]
fn what_is_not_executed_is_refused_with_what_it_stands_in() {
    for (from, to, found) in [
        (
            "<decisionTable ",
            "<decisionTable foo=\"1\" ",
            one(Code::AttributeUnsupported, "d"),
        ),
        ("<rule ", "<colour/><rule ", one(Code::ElementUnsupported, "d")),
        (
            "<rule ",
            "<o:more xmlns:o=\"urn:other\"/><rule ",
            one(Code::Extension, "d"),
        ),
        (
            "</text></inputEntry>",
            "(</text></inputEntry>",
            one(Code::Expression, "r0"),
        ),
        ("\"#x\"", "\"#y\"", one(Code::Reference, "d")),
        (
            "name=\"t\"",
            "name=\"t\" expressionLanguage=\"urn:cel\"",
            one(Code::Language, "d"),
        ),
        (
            "<output/>",
            "<output typeRef=\"Money\"/>",
            one(Code::TypeUnknown, "d"),
        ),
        ("<output/>", "", one(Code::Missing, "d")),
        (
            "hitPolicy=\"ANY\"",
            "hitPolicy=\"BEST\"",
            one(Code::AttributeUnsupported, "d"),
        ),
        (
            "hitPolicy=\"ANY\"",
            "hitPolicy=\"PRIORITY\"",
            one(Code::Missing, "d"),
        ),
        (
            "<decision id=\"d\"",
            "<import/><decision id=\"d\"",
            one(Code::ElementUnsupported, ""),
        ),
        ("20230324/MODEL", "20990101/MODEL", one(Code::NotDmn, "")),
        (
            "href=\"#x\"/>",
            "href=\"#x\"/></informationRequirement><informationRequirement><requiredDecision href=\"#d\"/>",
            one(Code::Cycle, "d"),
        ),
    ] {
        let text = table("hitPolicy=\"ANY\"", "<output/>", &[("1", &["1"])]);
        assert!(text.contains(from), "{from}");
        assert_eq!(refused(&text.replacen(from, to, 1)), found, "{to}");
    }
    for wrong in [
        "now()",
        "f(x)",
        "x +",
        "x instance of Money",
        "function() external {}",
        "time(\"10:00:00@Asia/Shanghai\")",
    ] {
        assert_eq!(refused(&literal(wrong)), one(Code::Expression, "d"), "{wrong}");
    }
}

#[test]
fn a_decision_sees_only_what_it_requires() {
    let text = literal("x + 1").replace(
        "<informationRequirement><requiredInput href=\"#x\"/></informationRequirement>",
        "",
    );
    let decided = asked(&text, "d", json!({ "x": 1 }));
    assert_eq!(decided.answer, Json::Null);
    assert_eq!(decided.nulls[0].code, Code::NullName);
}

#[test]
fn knowledge_is_called_with_its_types_checked() {
    let text = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="t" namespace="urn:t">
<inputData id="x" name="x"><variable name="x"/></inputData>
<businessKnowledgeModel id="f" name="levy"><variable name="levy"/><encapsulatedLogic><formalParameter name="sum" typeRef="number"/><literalExpression><text>decimal(sum * 0.03, 2)</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision id="d" name="d"><variable name="d" typeRef="number"/><informationRequirement><requiredInput href="#x"/></informationRequirement><knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>
<invocation><literalExpression><text>levy</text></literalExpression><binding><parameter name="sum"/><literalExpression><text>x</text></literalExpression></binding></invocation></decision>
</definitions>"##;
    assert_eq!(asked(text, "d", json!({ "x": 1234 })).answer, json!("37.02"));
    assert_eq!(asked(text, "d", json!({ "x": "much" })).answer, Json::Null);
}

#[test]
fn a_decision_that_takes_too_much_ends_by_its_budget_and_always_at_the_same_step() {
    let text = literal("count(for a in 1..1000, b in 1..1000 return a * b)");
    let document = Document::read(text.as_bytes()).unwrap();
    let decision = document.decision("d").unwrap();
    let ask = |steps| {
        decide(&decision, &BTreeMap::new(), &mut Budget::new(steps))
            .unwrap_err()
            .code
    };
    assert_eq!(ask(5_000), Code::Steps);
    assert_eq!(ask(u64::MAX), Code::Size);
}

#[test]
fn a_number_with_a_fraction_in_json_is_refused() {
    let document = Document::read(literal("x").as_bytes()).unwrap();
    let decision = document.decision("d").unwrap();
    let facts = BTreeMap::from([("x".to_owned(), json!(1.5))]);
    let error = decide(&decision, &facts, &mut Budget::default()).unwrap_err();
    assert_eq!(error.code, Code::Value);
}

const RISK: &str = include_str!("../../../scenarios/approval/processes/licence-risk.dmn");

#[test]
fn what_cannot_be_read_in_a_table_is_named_by_its_cell_and_every_rule_is_told_of() {
    let broken = RISK
        .replace("[0..300)", "[0..")
        .replace("&gt; 3000", "&gt; &gt; 3000")
        .replace(r#"<text>"medium"</text>"#, "<text>medium +</text>");
    let named = ["i4", "i8", "o3"].map(|id| (Code::Expression, id.to_owned()));
    let mut found = refused(&broken);
    found.sort();
    assert_eq!(found, named);
    let column = RISK.replace("<text>crowded</text>", "<text>crowded and</text>");
    assert_eq!(refused(&column), one(Code::Expression, "crowded-column"));
}

#[test]
fn a_decision_names_the_types_of_its_inputs_and_which_facts_it_cannot_read() {
    let document = Document::read(RISK.as_bytes()).unwrap();
    let decision = document.decision("licence-risk").unwrap();
    let facts: Vec<_> = decision.facts().collect();
    assert_eq!(facts, [("floor_area", "number"), ("crowded", "boolean")]);
    let misread = |facts: Json| {
        let facts: BTreeMap<String, Json> = serde_json::from_value(facts).unwrap();
        decision.misread(&facts, &mut Budget::default()).unwrap()
    };
    assert!(misread(json!({ "floor_area": "12.5", "crowded": true })).is_empty());
    assert!(misread(json!({ "floor_area": null })).is_empty());
    assert_eq!(
        misread(json!({ "floor_area": "wide", "crowded": true })),
        ["floor_area"]
    );
    assert_eq!(
        misread(json!({ "floor_area": 1.5, "crowded": "yes" })),
        ["floor_area", "crowded"]
    );
}
