//! What the ledger knows of the items of a file: which documents are enacted, what can be shared, which versions are in force.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_approval::documents::forms::Form;
use yinxin_approval::items::content::{Content, Enacted, Source};
use yinxin_approval::licences::accredited_type;
use yinxin_client::http::{Client, Problem};
use yinxin_client::session::Session;

use super::columns;
use super::rows::{Row, Sheet, Wrong, sentence};
use crate::cli::failure::Failure;
use crate::cli::language::words;

/// What the ledger says of a department that may not issue a type.
const NOT_ACCREDITED: &str = "AUTH_ISSUER_NOT_ACCREDITED";

/// How many questions are asked at once: as many as a node answers, and no more bytes than it takes.
const AT_ONCE: usize = 50;

/// One item to be published, and the version it becomes.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub row: Row,
    pub version: u32,
}

/// A node that is asked, openly or in the name of the officer.
pub(crate) struct Ledger<'a> {
    client: &'a Client,
    session: Option<&'a Session>,
}

#[derive(Deserialize)]
struct Answers {
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    answer: Value,
    problem: Option<Problem>,
}

impl<'a> Ledger<'a> {
    pub fn new(client: &'a Client, session: Option<&'a Session>) -> Self {
        Self { client, session }
    }

    /// The answers to questions, in their order.
    fn ask(&self, questions: &[(&str, Value)]) -> Result<Vec<Answer>, Failure> {
        let mut answers = Vec::with_capacity(questions.len());
        for part in questions.chunks(AT_ONCE) {
            let list: Vec<Value> = part
                .iter()
                .map(|(question, about)| json!({ "about": about, "question": question }))
                .collect();
            let document = json!({ "questions": list });
            let found: Answers = match self.session {
                Some(session) => session.post("ask", &document)?,
                None => self.client.ask(&document)?,
            };
            if found.answers.len() != part.len() {
                return Err(Failure::answer("not every question was answered"));
            }
            answers.extend(found.answers);
        }
        Ok(answers)
    }

    /// Takes the rows out of a sheet whose documents are not enacted, or whose sources do not offer what they name. Sources are asked about in
    /// the name of an officer only: they are nobody else's business.
    pub fn check(&self, sheet: &mut Sheet) -> Result<(), Failure> {
        let mut questions: BTreeSet<(&str, String)> = BTreeSet::new();
        for row in &sheet.rows {
            questions.extend(
                self.needs(&row.content)
                    .into_iter()
                    .map(|need| (need.question, need.about.to_string())),
            );
        }
        let asked: Vec<(&str, Value)> = questions
            .iter()
            .map(|(question, about)| (*question, serde_json::from_str(about).unwrap_or_default()))
            .collect();
        let answers = self.ask(&asked)?;
        let missing: BTreeMap<(&str, String), String> = questions
            .into_iter()
            .zip(answers)
            .filter_map(|(question, answer)| Some((question, lacking(answer)?)))
            .collect();
        let forms = self.forms(&sheet.rows)?;
        let mut good = Vec::with_capacity(sheet.rows.len());
        for row in std::mem::take(&mut sheet.rows) {
            let before = sheet.wrong.len();
            for need in self.needs(&row.content) {
                if let Some(reason) = missing.get(&(need.question, need.about.to_string())) {
                    sheet.wrong.push(Wrong {
                        row: row.row,
                        column: need.column,
                        code: need.code.to_owned(),
                        words: sentence(need.code),
                        detail: format!("{}: {reason}", need.about),
                    });
                }
            }
            let form = forms.get(&row.content.form);
            if let Some(fault) = form.and_then(|form| row.content.sealed_answers(form)) {
                sheet.wrong.push(Wrong {
                    row: row.row,
                    column: columns::MATERIALS,
                    code: fault.code.name.to_owned(),
                    words: sentence(fault.code.name),
                    detail: fault.reason,
                });
            }
            if sheet.wrong.len() == before {
                good.push(row);
            }
        }
        sheet.rows = good;
        sheet.wrong.sort_by_key(|wrong| wrong.row);
        Ok(())
    }

    /// The items whose licence their department could not issue today: it would be found out after the approval, with the applicant waiting.
    /// They are published all the same, because the accreditation may follow.
    pub fn unaccredited(&self, rows: &[Row]) -> Result<Vec<Wrong>, Failure> {
        let licensed: Vec<(&Row, String)> = rows
            .iter()
            .filter_map(|row| {
                let licence = row.content.decision.licence.as_ref()?;
                Some((row, accredited_type(&licence.kind)))
            })
            .collect();
        let asked: Vec<(&str, Value)> = licensed
            .iter()
            .map(|(row, of)| {
                (
                    "identity.issuer",
                    json!({ "department": row.code.issuer(), "type": of }),
                )
            })
            .collect();
        let mut found = Vec::new();
        for ((row, of), answer) in licensed.into_iter().zip(self.ask(&asked)?) {
            let lacking = answer
                .problem
                .is_some_and(|problem| problem.code == NOT_ACCREDITED);
            if lacking {
                found.push(Wrong {
                    row: row.row,
                    column: columns::LICENCE,
                    code: NOT_ACCREDITED.to_owned(),
                    words: words!(
                        "本部门尚未获得签发“{of}”的认可:可以审批,但颁发不了证照。请先由可信签发机构登记部门认可(identity.accredit)。",
                        "The department is not accredited for `{of}`: it can approve, but not issue the licence. Have the registry of trusted issuers accredit it first (identity.accredit)."
                    ),
                    detail: String::new(),
                });
            }
        }
        Ok(found)
    }

    /// The forms that the items name, as far as they are enacted. Each is asked for by itself: many in one answer could be longer than an
    /// answer may be.
    fn forms(&self, rows: &[Row]) -> Result<BTreeMap<Enacted, Form>, Failure> {
        let named: BTreeSet<&Enacted> = rows.iter().map(|row| &row.content.form).collect();
        let mut forms = BTreeMap::new();
        for enacted in named {
            let about = json!({ "name": format!("form/{}", enacted.key), "version": enacted.version });
            for answer in self.ask(&[("governance.document", about)])? {
                let text = answer.answer.get("content").and_then(Value::as_str);
                if let Some(form) = text.and_then(|text| Form::read(text).ok()) {
                    forms.insert(enacted.clone(), form);
                }
            }
        }
        Ok(forms)
    }

    fn needs(&self, content: &Content) -> Vec<Need> {
        let mut needs: Vec<Need> = [
            ("process/", &content.process, columns::PROCESS, "ITEM_PROCESS"),
            ("form/", &content.form, columns::FORM, "ITEM_FORM"),
        ]
        .into_iter()
        .map(|(prefix, enacted, column, code)| Need {
            question: "governance.document",
            about: json!({ "content": false, "name": format!("{prefix}{}", enacted.key), "version": enacted.version }),
            column,
            code,
        })
        .collect();
        let shared = content.materials.iter().filter(|_| self.session.is_some());
        needs.extend(shared.filter_map(|material| {
            let (question, about) = match &material.source {
                Source::Submitted {} => return None,
                Source::Certificate { holder, of } => {
                    ("identity.issuer", json!({ "department": holder, "type": of }))
                }
                Source::Resource { resource } => ("sharing.resource", json!({ "resource": resource })),
            };
            Some(Need {
                question,
                about,
                column: columns::MATERIALS,
                code: "ITEM_SOURCE",
            })
        }));
        needs
    }

    /// What there is to publish: the items that are new, or say something else than the version in force, or were withdrawn.
    pub fn steps(&self, rows: &[Row]) -> Result<Vec<Step>, Failure> {
        let asked: Vec<(&str, Value)> = rows
            .iter()
            .map(|row| ("approval.item", json!({ "code": row.code })))
            .collect();
        let mut steps = Vec::new();
        for (row, answer) in rows.iter().zip(self.ask(&asked)?) {
            let in_force = match answer.problem {
                None => Some(answer.answer),
                Some(problem) if problem.code == "ITEM_UNKNOWN" => None,
                Some(problem) => {
                    return Err(Failure::answer(&format!("{}: {}", problem.code, problem.detail)));
                }
            };
            let version = match &in_force {
                None => 0,
                Some(known) => known
                    .get("version")
                    .and_then(Value::as_u64)
                    .and_then(|version| u32::try_from(version).ok())
                    .ok_or_else(|| Failure::answer("an item without a version"))?,
            };
            let offered = in_force
                .as_ref()
                .is_some_and(|known| known.get("state").is_some_and(|state| state == "published"));
            let content: Option<Content> = in_force
                .and_then(|mut known| known.get_mut("content").map(Value::take))
                .and_then(|content| serde_json::from_value(content).ok());
            if !offered || content.as_ref() != Some(&row.content) {
                steps.push(Step {
                    row: row.clone(),
                    version: version.saturating_add(1),
                });
            }
        }
        Ok(steps)
    }
}

/// Something that must be there.
struct Need {
    question: &'static str,
    about: Value,
    column: &'static columns::Column,
    code: &'static str,
}

/// Why what was asked for is not there; `None` where it is.
fn lacking(answer: Answer) -> Option<String> {
    match answer {
        Answer {
            problem: Some(problem),
            ..
        } => Some(problem.code),
        Answer { answer, .. } if answer.is_null() => Some("not enacted".to_owned()),
        Answer { answer, .. } if answer.get("state").is_some_and(|state| state == "withdrawn") => {
            Some("withdrawn".to_owned())
        }
        Answer { .. } => None,
    }
}
