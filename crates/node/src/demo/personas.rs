//! The people of the demonstration: invented persons with keys, parties, posts and the departments they work for, so that a newcomer can sign
//! in as any of them. Their keys lie in one file, which the nodes of the demonstration show and no other node has.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm, keyfile, random_bytes};
use yinxin_identity::edge;

use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::language::words;
use crate::config::{DESK_KEY_FILE, PASSPHRASE_FILE, PERSONAS_FILE, Passphrase};
use crate::core::commitment_secret;
use crate::demo::folders::{Department, Folders};
use crate::demo::founding::Seals;
use crate::demo::processes::Network;
use crate::demo::services;
use crate::demo::{cases, filing};

/// A text in both languages.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Words {
    en: String,
    zh: String,
}

fn both(zh: &str, en: &str) -> Words {
    Words {
        en: en.to_owned(),
        zh: zh.to_owned(),
    }
}

/// Somebody of the demonstration, as the file and the portal have him.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Persona {
    account: String,
    /// Code of the department he works for.
    body: Option<String>,
    /// What he is called in the program.
    pub id: String,
    name: Words,
    party: String,
    role: Words,
    /// The Ed25519 seed of his key in hexadecimal digits. Only invented people have theirs in a file.
    pub seed: String,
    /// Where he works: the address of his department's node.
    url: String,
}

/// A post: the department's code, grade and scope.
type Post = (&'static str, u8, &'static [&'static str]);

struct Cast {
    id: &'static str,
    /// Citizen number, invented (fictional divisions 99xxxx).
    number: &'static str,
    name: (&'static str, &'static str),
    role: (&'static str, &'static str),
    post: Option<Post>,
    /// The department whose portal he uses where he has no post.
    home: &'static str,
}

/// Code of the fund centre of city 甲.
pub(crate) const JIA: &str = "12990100000001011T";
/// Code of the fund centre of city 乙.
pub(crate) const YI: &str = "1299020000000102XP";
/// Code of the data bureau, which enrols people.
pub(crate) const DATA: &str = "1199010000000209X4";
const AUDIT: &str = "11990100000002081C";

/// What a window clerk of approval may do.
macro_rules! window {
    ($($more:literal),*) => {
        &["approval.accept", "approval.correct", "approval.deliver", "approval.look", "approval.not_competent", "approval.not_needed",
          "approval.licence_issue", "approval.licence_resume", "approval.licence_revoke", "approval.licence_suspend", "approval.recuse",
          "approval.resume", "approval.supply", "approval.suspend", $($more),*]
    };
}

/// What whoever takes steps of a role may do.
macro_rules! steps {
    ($role:literal $(, $more:literal)*) => {
        &["approval.act", $role, "approval.delegate", "approval.look", "approval.recuse", $($more),*]
    };
}

const CAST: [Cast; 15] = [
    Cast {
        id: "wang",
        number: "990101199003150015",
        name: ("王小示", "Wang Xiaoshi"),
        role: (
            "市民,在甲市缴存公积金,在乙市买房",
            "citizen, pays in city 甲 and buys a home in city 乙",
        ),
        post: None,
        home: JIA,
    },
    Cast {
        id: "li",
        number: "990101198808220020",
        name: ("李示例", "Li Shili"),
        role: ("市民", "citizen"),
        post: None,
        home: JIA,
    },
    Cast {
        id: "clerk-jia",
        number: "990101199205052018",
        name: ("窗口员甲", "Clerk of 甲"),
        role: ("甲市公积金中心窗口经办", "window clerk of the fund centre of 甲"),
        post: Some((JIA, 2, &["approval.", "sharing."])),
        home: JIA,
    },
    Cast {
        id: "reviewer-jia",
        number: "990101198906062038",
        name: ("审核员乙", "Reviewer of 甲"),
        role: ("甲市公积金中心审核", "reviewer of the fund centre of 甲"),
        post: Some((JIA, 3, &["approval.", "governance.", "sharing."])),
        home: JIA,
    },
    Cast {
        id: "loan-yi",
        number: "990201199512010139",
        name: ("赵测试", "Zhao Ceshi"),
        role: ("乙市公积金中心贷款审核", "loan reviewer of the fund centre of 乙"),
        post: Some((YI, 2, &["sharing."])),
        home: YI,
    },
    Cast {
        id: "chief-yi",
        number: "990201197911090245",
        name: ("陈样本", "Chen Yangben"),
        role: ("乙市公积金中心贷款审批", "loan approver of the fund centre of 乙"),
        post: Some((YI, 3, &["governance.", "sharing."])),
        home: YI,
    },
    Cast {
        id: "steward",
        number: "990101197507072058",
        name: ("数据管理员丙", "Steward of the bureau"),
        role: (
            "数据局身份登记与目录管理",
            "enrolment and catalogue at the data bureau",
        ),
        post: Some((
            DATA,
            3,
            &[
                "approval.item_publish",
                "approval.item_withdraw",
                "filing.",
                "governance.",
                "identity.",
                "sharing.",
            ],
        )),
        home: DATA,
    },
    Cast {
        id: "auditor",
        number: "990201198501011019",
        name: ("审计员丁", "Auditor"),
        role: (
            "审计局审计员,效能监督",
            "auditor of the audit office, supervises approvals",
        ),
        post: Some((
            AUDIT,
            3,
            steps!(
                "approval.as_reviewer",
                "approval.board",
                "evidence.",
                "governance."
            ),
        )),
        home: AUDIT,
    },
    Cast {
        id: "clerk-two-jia",
        number: "990201198501021022",
        name: ("窗口员戊", "Second clerk of 甲"),
        role: (
            "甲市公积金中心窗口复核",
            "second window clerk of the fund centre of 甲",
        ),
        post: Some((
            JIA,
            2,
            &["approval.", "sharing.", "identity.recover", "identity.revoke"],
        )),
        home: JIA,
    },
    Cast {
        id: "zhang",
        number: "990201198501031036",
        name: ("张试验", "Zhang Shiyan"),
        role: ("市民", "citizen"),
        post: None,
        home: YI,
    },
    Cast {
        id: "window-data",
        number: "990101199104121010",
        name: ("窗口员己", "Window clerk of the bureau"),
        role: (
            "政务服务局综合窗口,受理申请",
            "one-stop window of the bureau, accepts applications",
        ),
        post: Some((DATA, 2, window!())),
        home: DATA,
    },
    Cast {
        id: "reviewer-data",
        number: "990101198709231023",
        name: ("审查员庚", "Reviewer of the bureau"),
        role: ("政务服务局审批审查", "reviews applications at the bureau"),
        post: Some((DATA, 2, steps!("approval.as_reviewer"))),
        home: DATA,
    },
    Cast {
        id: "reviewer-two-data",
        number: "99010119840130103X",
        name: ("审查员辛", "Second reviewer of the bureau"),
        role: (
            "政务服务局审批审查(双人)",
            "reviews applications at the bureau beside a colleague",
        ),
        post: Some((DATA, 2, steps!("approval.as_reviewer"))),
        home: DATA,
    },
    Cast {
        id: "section-data",
        number: "990101198011061042",
        name: ("科长壬", "Section head of the bureau"),
        role: ("政务服务局审批科拟办", "proposes decisions at the bureau"),
        post: Some((DATA, 2, steps!("approval.as_section_head"))),
        home: DATA,
    },
    Cast {
        id: "approver-data",
        number: "990101197405191056",
        name: ("负责人癸", "Approver of the bureau"),
        role: ("政务服务局审批决定", "decides at the bureau"),
        post: Some((DATA, 3, &["approval."])),
        home: DATA,
    },
];

/// The figures of 王小示's certificate, as the centre of 甲 would find them in its books.
pub(crate) fn sample_certificate() -> Value {
    json!({
        "accname": "王小示", "accnum": "9901000001", "addr": "甲市东区示例路1号", "amt": "0.00", "bal": "4408.76",
        "basenum": "6000.00", "beginmonth": "2021-03", "center_id": "00057400", "certinum": "990101199003150015",
        "endmonth": "2026-10", "flag": "0", "indiaccstate": "0", "indipaysum": "960.00", "indiprop": "8.000",
        "linkman": "窗口员甲", "linkphone": "0990-1234567", "loancontrnum": "", "opnaccdate": "2021-03-15",
        "projectname": "乙市住房公积金管理中心", "transdate": "2026-11-25", "unitaccname": "示例建工集团有限公司", "unitprop": "8.000",
    })
}

/// Makes the people, unless they were made before or a department they need is missing; tells how many there are.
///
/// # Errors
/// Any refusal of the ledger.
pub(super) fn make(console: &Console, folders: &Folders, network: &Network) -> Result<usize, Failure> {
    let path = folders.root.join(PERSONAS_FILE);
    let there: Option<Vec<Persona>> = read(&path)?;
    let personas = match there {
        Some(personas) => personas,
        None if complete(folders) => {
            let wait = console.spinner(&words!(
                "登记演示人物,颁布流程与表单,发布事项,办理示例办件",
                "enrolling the people of the demonstration, enacting processes and forms, publishing items, handling sample cases"
            ));
            let url = network.nodes().first().map(|node| node.url.as_str());
            let connection = Connection::direct(url.unwrap_or_default())?;
            let personas = found(&folders.departments, &connection)?;
            wait.finish_and_clear();
            personas
        }
        None => return Ok(0),
    };
    let count = personas.len();
    write(&path, folders, network, personas)?;
    Ok(count)
}

fn complete(folders: &Folders) -> bool {
    let there = |code: &str| folders.departments.iter().any(|one| one.code == code);
    [JIA, YI, DATA, AUDIT].into_iter().all(there)
}

fn read(path: &Path) -> Result<Option<Vec<Persona>>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read(path).map_err(|error| Failure::unreadable(path, &error))?;
    let value: Value =
        serde_json::from_slice(&text).map_err(|error| Failure::unreadable(path, &error.into()))?;
    let personas = value.get("personas").cloned().unwrap_or_default();
    if personas.as_array().is_none_or(Vec::is_empty) {
        return Ok(None);
    }
    serde_json::from_value(personas)
        .map(Some)
        .map_err(|error| Failure::unreadable(path, &error.into()))
}

/// Addresses may be others than at the last start, so the file is written each time.
fn write(path: &Path, folders: &Folders, network: &Network, personas: Vec<Persona>) -> Result<(), Failure> {
    let url_of = |code: &str| {
        let found = folders.departments.iter().zip(network.nodes());
        let mut found = found.filter(|(department, _)| department.code == code);
        found.next().map(|(_, node)| node.url.clone()).unwrap_or_default()
    };
    let personas: Vec<Persona> = personas
        .into_iter()
        .map(|persona| {
            let home = CAST.iter().find(|cast| cast.id == persona.id);
            let url = home.map(|cast| url_of(cast.home)).unwrap_or_default();
            Persona { url, ..persona }
        })
        .collect();
    let departments: Vec<Value> = folders
        .departments
        .iter()
        .zip(network.nodes())
        .map(
            |(department, node)| json!({ "code": department.code, "name": department.name, "url": node.url }),
        )
        .collect();
    let document = json!({
        "departments": departments, "personas": personas, "samples": { "certificate": sample_certificate() },
    });
    let text = format!("{document:#}\n");
    crate::init::replace_private(path, text.as_bytes())?;
    Ok(())
}

/// Enrols everybody and appoints the officers, in a network where none of them is known.
///
/// # Errors
/// Any refusal of the ledger.
pub(crate) fn establish(
    departments: &[Department],
    connection: &Connection,
) -> Result<Vec<Persona>, Failure> {
    let seals = Seals {
        connection,
        departments,
    };
    cast(&seals, &accredit(&seals)?)
}

/// Enrols everybody, and enacts and publishes what the departments offer.
fn found(departments: &[Department], connection: &Connection) -> Result<Vec<Persona>, Failure> {
    let seals = Seals {
        connection,
        departments,
    };
    // None of these rests on another, so they are on their way at the same time.
    let mut first = accredit(&seals)?;
    let proposals = services::propose(&seals)?;
    first.extend(&proposals);
    let personas = cast(&seals, &first)?;
    let key = |id: &str| {
        let persona = personas.iter().find(|persona| persona.id == id);
        let persona = persona.ok_or_else(|| Failure::answer("somebody of the demonstration is missing"))?;
        let mut seed = [0; 32];
        hex::decode_to_slice(&persona.seed, &mut seed).map_err(|error| Failure::internal(&error))?;
        key_of(&seed)
    };
    let filed = filing::submit(&seals, &key("steward")?)?;
    services::enact(&seals, &proposals)?;
    services::publish(&seals, |department| {
        key(match department {
            DATA => "steward",
            _ => "reviewer-jia",
        })
    })?;
    for id in &filed {
        seals.outcome(id)?;
    }
    cases::make(&cases::Hands {
        applicant: key("li")?,
        officer: &key,
        seals: &seals,
    })?;
    Ok(personas)
}

/// The centres may issue the certificate of their funds, and the bureau its licences; does not wait.
fn accredit(seals: &Seals<'_>) -> Result<Vec<Digest>, Failure> {
    let bureau = seals.seal(DATA)?;
    let accredited = [JIA, YI].map(|centre| {
        let arguments = json!({ "department": centre, "types": ["hpf-certificate"] });
        seals.submit(&bureau, &[], "identity.accredit", &arguments)
    });
    let licences = [
        "agency",
        "hygiene",
        "school-bus",
        "sign-permit",
        "small-restaurant",
    ];
    let types = licences.map(|kind| format!("licence-{kind}"));
    let arguments = json!({ "department": DATA, "types": types });
    let bureau = seals.submit(&bureau, &[], "identity.accredit", &arguments);
    accredited.into_iter().chain([bureau]).collect()
}

/// Enrols everybody and appoints the officers, after what is on its way already.
fn cast(seals: &Seals<'_>, before: &[Digest]) -> Result<Vec<Persona>, Failure> {
    let bureau = seals.seal(DATA)?;
    let secret = secret_of(seals.department(DATA)?)?;
    let mut enrolled = Vec::with_capacity(CAST.len());
    for cast in &CAST {
        enrolled.push(enrol(seals, &bureau, &secret, cast)?);
    }
    for id in before {
        seals.outcome(id)?;
    }
    let mut personas = Vec::with_capacity(CAST.len());
    let mut posts = Vec::new();
    for (cast, (seed, id)) in CAST.iter().zip(enrolled) {
        let party = digest(&seals.outcome(&id)?, "party")?;
        if let Some(post) = cast.post {
            posts.push(appoint(seals, &party, post)?);
        }
        personas.push(Persona {
            account: key_of(&seed)?.public_key().to_string(),
            body: cast.post.map(|(body, _, _)| body.to_owned()),
            id: cast.id.to_owned(),
            name: both(cast.name.0, cast.name.1),
            party: party.to_string(),
            role: both(cast.role.0, cast.role.1),
            seed: hex::encode(seed),
            url: String::new(),
        });
    }
    for id in &posts {
        seals.outcome(id)?;
    }
    Ok(personas)
}

fn key_of(seed: &[u8; 32]) -> Result<PrivateKey, Failure> {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, seed).map_err(|error| Failure::internal(&error))
}

/// The secret with which the department makes commitments.
fn secret_of(department: &Department) -> Result<[u8; edge::SECRET_BYTES], Failure> {
    let passphrase = Passphrase::read(&department.folder.join(PASSPHRASE_FILE))?;
    let path = department.folder.join(DESK_KEY_FILE);
    let text = fs::read_to_string(&path).map_err(|error| Failure::unreadable(&path, &error))?;
    Ok(commitment_secret(&keyfile::open(&text, passphrase.as_str())?))
}

/// Makes a key for somebody and has it enrolled; the seed, and the transaction for which nobody has waited.
fn enrol(
    seals: &Seals<'_>,
    bureau: &PrivateKey,
    secret: &[u8; edge::SECRET_BYTES],
    cast: &Cast,
) -> Result<([u8; 32], Digest), Failure> {
    let seed = random_bytes::<32>()?;
    let key = key_of(&seed)?;
    let number = edge::citizen_number(cast.number).map_err(|error| Failure::internal(&error))?;
    let commitment = edge::keyed_commitment(seals.connection.chain.algorithm(), secret, &number);
    let arguments =
        json!({ "authority": DATA, "commitment": commitment, "key": key.public_key(), "kind": "person" });
    let id = seals.submit(bureau, &[&key], "identity.enrol", &arguments)?;
    Ok((seed, id))
}

/// Gives somebody a post; does not wait.
fn appoint(seals: &Seals<'_>, party: &Digest, (body, grade, scope): Post) -> Result<Digest, Failure> {
    let chain = seals.connection.chain;
    let parts = [chain.bytes().as_slice(), body.as_bytes()];
    // How founding departments are named as parties, see the scenario identity.
    let principal = chain.algorithm().hash_tagged("yinxin/identity/founder/1", &parts);
    let arguments = json!({
        "grade": grade, "holder": party, "kind": "post", "principal": principal, "scope": scope,
    });
    seals.submit(&seals.seal(body)?, &[], "identity.grant", &arguments)
}

fn digest(value: &Value, name: &str) -> Result<Digest, Failure> {
    value
        .get(name)
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::answer("an answer lacks an identifier"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_is_invented_with_a_number_that_is_well_formed_and_stands_once() {
        let numbers: BTreeSet<&str> = CAST
            .iter()
            .map(|cast| {
                assert!(cast.number.starts_with("99"), "{} could be somebody's", cast.id);
                assert!(edge::citizen_number(cast.number).is_ok(), "{}", cast.id);
                cast.number
            })
            .collect();
        assert_eq!(numbers.len(), CAST.len());
    }
}
