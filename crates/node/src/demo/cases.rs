//! The cases of the demonstration: a few applications at every stage, so that queues and the board of supervision have something to show. What
//! is handed in lies at the desks as it does for everybody.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use yinxin_client::session::Session;
use yinxin_crypto::{Digest, EncryptionKey, PrivateKey, envelope};

use crate::cli::failure::Failure;
use crate::demo::founding::Seals;
use crate::demo::personas::{DATA, JIA};

/// What a sealed material is bound to beside the account that hands it in.
const MATERIAL_INFO: &[u8] = b"yinxin/material/1";

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// It waits to be accepted.
    Submitted,
    Withdrawn,
    /// Something is missing.
    Correction,
    /// It waits for its first step.
    Accepted,
    Reviewed,
    /// It waits for the decision.
    Proposed,
    Refused,
    /// Decided, and not handed over.
    Approved,
    Delivered,
}

/// A case: the public answers as JSON, its item, class and name of the second material beside the form, how far it is.
struct Sample {
    answers: &'static str,
    item: &'static str,
    second: Option<(&'static str, &'static str)>,
    stage: Stage,
}

const fn sample(item: &'static str, second: &'static str, stage: Stage) -> Sample {
    Sample {
        answers: r#"{"kind":"first","term":12}"#,
        item,
        second: Some(("plan", second)),
        stage,
    }
}

const SAMPLES: [Sample; 10] = [
    sample(
        "1199010000000209X42990117001002",
        "招牌效果图.txt",
        Stage::Accepted,
    ),
    sample(
        "1199010000000209X42990117001003",
        "从业人员名册.txt",
        Stage::Correction,
    ),
    sample(
        "1199010000000209X42990117001004",
        "卫生检测报告.txt",
        Stage::Reviewed,
    ),
    sample(
        "1199010000000209X42990117001006",
        "占道平面图.txt",
        Stage::Delivered,
    ),
    sample(
        "1199010000000209X42990117001006",
        "占道平面图二.txt",
        Stage::Approved,
    ),
    sample(
        "1199010000000209X42990117001007",
        "施工图审查合格书.txt",
        Stage::Withdrawn,
    ),
    Sample {
        second: None,
        ..sample("1199010000000209X42990117001008", "", Stage::Submitted)
    },
    sample(
        "1199010000000209X42990117001009",
        "车辆检测报告.txt",
        Stage::Refused,
    ),
    sample(
        "1199010000000209X42990117001009",
        "车辆检测报告二.txt",
        Stage::Proposed,
    ),
    Sample {
        answers: "{}",
        item: "12990100000001011T2990717001003",
        second: Some(("proof", "退休证明.txt")),
        stage: Stage::Accepted,
    },
];

/// A case on its way.
struct Running {
    department: &'static str,
    number: String,
    stage: Stage,
}

/// Who does what.
pub(super) struct Hands<'a> {
    pub applicant: PrivateKey,
    pub officer: &'a dyn Fn(&str) -> Result<PrivateKey, Failure>,
    pub seals: &'a Seals<'a>,
}

impl Hands<'_> {
    fn session(&self, key: &PrivateKey) -> Result<Session, Failure> {
        Ok(Session::open(&self.seals.connection.client, key)?)
    }

    /// An officer acts beside the seal of the department; does not wait.
    fn acts(
        &self,
        (department, officer): (&str, &str),
        second: Option<&PrivateKey>,
        (operation, arguments): (&str, &Value),
    ) -> Result<Digest, Failure> {
        let seal = self.seals.seal(department)?;
        let cosigners: Vec<&PrivateKey> = second.into_iter().chain([&seal]).collect();
        self.seals
            .submit(&(self.officer)(officer)?, &cosigners, operation, arguments)
    }

    /// Does the same for each of some cases, and waits for all of it.
    fn each<'c>(
        &self,
        cases: impl Iterator<Item = &'c Running>,
        act: impl Fn(&Running) -> Result<Digest, Failure>,
    ) -> Result<(), Failure> {
        let acts = cases.map(act).collect::<Result<Vec<_>, _>>()?;
        for id in acts {
            self.seals.outcome(&id)?;
        }
        Ok(())
    }
}

/// Puts every case where it is to stand.
///
/// # Errors
/// Any refusal of the ledger or of a desk.
pub(super) fn make(hands: &Hands<'_>) -> Result<(), Failure> {
    let cases = submit(hands)?;
    let of = |stages: &'static [Stage]| cases.iter().filter(move |case| stages.contains(&case.stage));
    let reach = |stage: Stage| cases.iter().filter(move |case| case.stage >= stage);
    let clerk = |case: &Running| match case.department {
        JIA => "clerk-jia",
        _ => "window-data",
    };
    hands.each(of(&[Stage::Withdrawn]), |case| {
        let about = json!({ "case": case.number });
        hands
            .seals
            .submit(&hands.applicant, &[], "approval.withdraw", &about)
    })?;
    hands.each(of(&[Stage::Correction]), |case| {
        let points = json!([{
            "en": "The list lacks the identity of the manager", "material": "plan", "zh": "名册缺少负责人的资格信息",
        }]);
        let arguments = json!({ "case": case.number, "points": points });
        hands.acts((case.department, clerk(case)), None, ("approval.correct", &arguments))
    })?;
    hands.each(reach(Stage::Accepted), |case| {
        let about = json!({ "case": case.number });
        hands.acts((case.department, clerk(case)), None, ("approval.accept", &about))
    })?;
    let second = (hands.officer)("reviewer-two-data")?;
    hands.each(reach(Stage::Reviewed), |case| {
        let arguments = step(hands, case, ("agree", Some(&second)))?;
        hands.acts(
            (case.department, "reviewer-data"),
            Some(&second),
            ("approval.act", &arguments),
        )
    })?;
    hands.each(reach(Stage::Proposed), |case| {
        let outcome = if case.stage == Stage::Refused {
            "refuse"
        } else {
            "approve"
        };
        let arguments = step(hands, case, (outcome, None))?;
        hands.acts(
            (case.department, "section-data"),
            None,
            ("approval.act", &arguments),
        )
    })?;
    hands.each(reach(Stage::Refused), |case| {
        let seen = seen(&told(hands, case)?, None);
        let arguments = match case.stage {
            Stage::Refused => json!({
                "case": case.number, "outcome": "refuse", "reason": "车辆检测结论不合格,不符合道路运输条例的要求",
                "remedy": "可在六十日内向甲市人民政府申请行政复议", "seen": seen,
            }),
            _ => json!({ "case": case.number, "outcome": "approve", "seen": seen }),
        };
        hands.acts(
            (case.department, "approver-data"),
            None,
            ("approval.decide", &arguments),
        )
    })?;
    hands.each(of(&[Stage::Delivered]), |case| {
        let arguments = json!({ "case": case.number, "how": "electronic" });
        hands.acts(
            (case.department, clerk(case)),
            None,
            ("approval.deliver", &arguments),
        )
    })
}

/// Hands in and submits all of them.
fn submit(hands: &Hands<'_>) -> Result<Vec<Running>, Failure> {
    let session = hands.session(&hands.applicant)?;
    let mut submitted = Vec::new();
    for sample in &SAMPLES {
        let department = if sample.item.starts_with(JIA) { JIA } else { DATA };
        let form = json!({
            "applicant": "李示例", "contact": "0990-7654321", "fund_account": "9901000003", "statement": "演示申请",
            "truthful": true,
        });
        let mut files = vec![("application", "application.json", form.to_string())];
        files.extend(
            sample
                .second
                .map(|(class, name)| (class, name, format!("演示材料:{name}\n"))),
        );
        let mut materials = Vec::new();
        for (class, name, content) in files {
            let commitment = hand_in(hands, &session, department, (name, &content))?;
            materials.push(json!({ "class": class, "commitment": commitment, "origin": "submitted" }));
        }
        let answers: Value = serde_json::from_str(sample.answers).unwrap_or_default();
        let arguments =
            json!({ "answers": answers, "item": sample.item, "materials": materials, "version": 1 });
        let id = hands
            .seals
            .submit(&hands.applicant, &[], "approval.submit", &arguments)?;
        submitted.push((id, department, sample.stage));
    }
    let running = submitted.into_iter().map(|(id, department, stage)| {
        let outcome = hands.seals.outcome(&id)?;
        let number = outcome.get("case").and_then(Value::as_str);
        let number = number.ok_or_else(|| Failure::answer("a case has no number"))?;
        Ok(Running {
            department,
            number: number.to_owned(),
            stage,
        })
    });
    running.collect()
}

/// Seals a file to the key of the department's desk and hands it in; what a case names it by.
fn hand_in(
    hands: &Hands<'_>,
    session: &Session,
    department: &str,
    (name, content): (&str, &str),
) -> Result<Value, Failure> {
    let about = json!({ "code": department, "purpose": "encryption" });
    let published = session.ask("identity.published", &about)?;
    let key = published.pointer("/keys/0/key").and_then(Value::as_str);
    let key: Option<EncryptionKey> = key.and_then(|text| text.parse().ok());
    let key = key.ok_or_else(|| Failure::answer("a department publishes no key for its desk"))?;
    let media_type = match name.ends_with(".json") {
        true => "application/json",
        false => "text/plain",
    };
    let header = json!({ "form": "yinxin-material/1", "media_type": media_type, "name": name });
    let plain = format!("{header}\n{content}");
    let account = hands.applicant.public_key().to_string();
    let sealed = envelope::seal(&key, MATERIAL_INFO, account.as_bytes(), plain.as_bytes())
        .map_err(|error| Failure::internal(&error))?;
    let order = json!({ "department": department, "sealed": URL_SAFE_NO_PAD.encode(sealed) });
    let handed: Value = session.post("desk/materials", &order)?;
    let material = handed.get("material").cloned();
    material.ok_or_else(|| Failure::answer("a desk does not say what it keeps"))
}

/// A case as an officer of its department is told it.
fn told(hands: &Hands<'_>, case: &Running) -> Result<Value, Failure> {
    let officer = hands.session(&(hands.officer)("reviewer-data")?)?;
    Ok(officer.ask("approval.case", &json!({ "case": case.number }))?)
}

/// The materials of these classes, of all where none are named, as they stand.
fn seen(told: &Value, classes: Option<&Vec<Value>>) -> Value {
    let materials = told.get("materials").and_then(Value::as_object);
    let wanted = |class: &str| classes.is_none_or(|classes| classes.iter().any(|one| one == class));
    let seen = materials.into_iter().flatten().filter(|(class, _)| wanted(class));
    seen.map(|(class, material)| {
        (
            class.clone(),
            material.get("commitment").cloned().unwrap_or_default(),
        )
    })
    .collect::<serde_json::Map<_, _>>()
    .into()
}

/// What officers sign to take the one open step of a case.
fn step(
    hands: &Hands<'_>,
    case: &Running,
    (outcome, second): (&str, Option<&PrivateKey>),
) -> Result<Value, Failure> {
    let told = told(hands, case)?;
    let open = told.pointer("/steps/0").cloned().unwrap_or_default();
    let classes = open.get("materials").and_then(Value::as_array);
    let mut arguments = json!({
        "case": case.number, "for": case.department, "opinion": { "text": "材料与申请一致" }, "outcome": outcome,
        "seen": seen(&told, classes), "step": open.get("step"), "work": open.get("work"),
    });
    if let (Some(second), Value::Object(members)) = (second, &mut arguments) {
        members.insert("second".to_owned(), json!(second.public_key()));
    }
    Ok(arguments)
}
