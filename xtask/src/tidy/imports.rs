//! The import table of ARCHITECTURE.md against what the manifests say.

use super::{Finding, table};
use crate::project::SourceFile;
use cargo_metadata::Metadata;
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADER: &[&str] = &["crate", "what it does", "may import", "alone may use"];
/// The table's name for "each crate under `scenarios/`", also within "may import".
const SCENARIOS: &str = "scenarios/*";
/// The table's name for "every crate in the rows above".
const ALL_ABOVE: &str = "all above";

/// A package of the workspace with its direct dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Member {
    /// The name in the table: the folder's name, or `scenarios/NAME`.
    name: String,
    /// The manifest, from the root.
    manifest: String,
    /// Members it depends on, by their table names, for whatever purpose (also tests).
    imports: BTreeSet<String>,
    /// Other packages it depends on.
    foreign: BTreeSet<String>,
}

/// What the table grants one crate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Grant {
    imports: BTreeSet<String>,
    /// Names of foreign packages; one that ends in `*` stands for all that begin so.
    foreign: BTreeSet<String>,
}

/// Findings for every dependency that the table does not grant, and for rows and crates without counterpart.
pub fn check(files: &[SourceFile], metadata: &Metadata) -> Vec<Finding> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Finding::new(DOCUMENT, "is missing; it holds the import table")];
    };
    match grants(&document.text) {
        Some(grants) => compare(&grants, &members(metadata)),
        None => vec![Finding::new(
            DOCUMENT,
            format!("has no table with the columns {}", HEADER.join(", ")),
        )],
    }
}

fn grants(document: &str) -> Option<BTreeMap<String, Grant>> {
    let mut grants: BTreeMap<String, Grant> = BTreeMap::new();
    for row in table::rows(document, HEADER)? {
        let [name, _, imports, foreign, ..] = row.as_slice() else {
            return None;
        };
        let name = table::quoted(name).next()?.to_owned();
        let mut grant = Grant {
            imports: table::quoted(imports).map(str::to_owned).collect(),
            foreign: table::quoted(foreign).map(str::to_owned).collect(),
        };
        if imports.contains(ALL_ABOVE) {
            grant.imports.extend(grants.keys().cloned());
        }
        grants.insert(name, grant);
    }
    Some(grants)
}

fn members(metadata: &Metadata) -> Vec<Member> {
    let packages = metadata.workspace_packages();
    let names: BTreeMap<&str, String> = packages
        .iter()
        .filter_map(|package| {
            let folder = package
                .manifest_path
                .parent()?
                .strip_prefix(&metadata.workspace_root)
                .ok()?
                .as_str();
            let name = folder.strip_prefix("crates/").unwrap_or(folder);
            Some((package.name.as_str(), name.to_owned()))
        })
        .collect();
    packages
        .iter()
        .filter_map(|package| {
            let name = names.get(package.name.as_str())?.clone();
            let manifest = package
                .manifest_path
                .strip_prefix(&metadata.workspace_root)
                .ok()?
                .to_string();
            let mut member = Member {
                name,
                manifest,
                imports: BTreeSet::new(),
                foreign: BTreeSet::new(),
            };
            for dependency in &package.dependencies {
                match names.get(dependency.name.as_str()) {
                    Some(ours) => member.imports.insert(ours.clone()),
                    None => member.foreign.insert(dependency.name.clone()),
                };
            }
            Some(member)
        })
        .collect()
}

fn compare(grants: &BTreeMap<String, Grant>, members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let reserved: BTreeSet<&String> = grants.values().flat_map(|grant| &grant.foreign).collect();
    for member in members {
        let Some(grant) = grants.get(row_of(&member.name)) else {
            findings.push(Finding::new(
                &member.manifest,
                format!(
                    "`{}` has no row in the import table of {DOCUMENT}; add one that says what it does",
                    member.name
                ),
            ));
            continue;
        };
        for import in member
            .imports
            .iter()
            .filter(|import| !grant.imports.contains(row_of(import)))
        {
            findings.push(Finding::new(
                &member.manifest,
                format!(
                    "`{}` may not import `{import}`; move the code to the crate that may, or change the table in \
                     {DOCUMENT} if the arrow stays one-way",
                    member.name
                ),
            ));
        }
        for foreign in &member.foreign {
            let is_reserved = reserved.iter().any(|pattern| covers(pattern, foreign));
            if is_reserved && !grant.foreign.iter().any(|pattern| covers(pattern, foreign)) {
                findings.push(Finding::new(
                    &member.manifest,
                    format!(
                        "`{}` may not use `{foreign}`; only {} may: ask it through its own types",
                        member.name,
                        holders(grants, foreign).join(", ")
                    ),
                ));
            }
        }
    }
    for row in grants.keys() {
        if !members.iter().any(|member| row_of(&member.name) == row) {
            findings.push(Finding::new(
                DOCUMENT,
                format!("the import table names `{row}`, which does not exist; remove it"),
            ));
        }
    }
    findings
}

/// The row of the table that speaks of a member.
fn row_of(member: &str) -> &str {
    if member.starts_with("scenarios/") {
        SCENARIOS
    } else {
        member
    }
}

fn covers(pattern: &str, package: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => package.starts_with(prefix),
        None => package == pattern,
    }
}

fn holders(grants: &BTreeMap<String, Grant>, foreign: &str) -> Vec<String> {
    let holds = |grant: &Grant| grant.foreign.iter().any(|pattern| covers(pattern, foreign));
    grants
        .iter()
        .filter(|(_, grant)| holds(grant))
        .map(|(name, _)| format!("`{name}`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT_TEXT: &str = "\
| crate | what it does | may import | alone may use | must not know |
|---|---|---|---|---|
| `crypto` | signs | – | – | us |
| `types` | names | `crypto` | – | disk |
| `order` | orders | `types` | `engine-*` | SQL |
| `scenarios/*` | govern | `types` | – | each other |
| `node` | wires | all above | – | – |
";

    fn member(name: &str, imports: &[&str], foreign: &[&str]) -> Member {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Member {
            name: name.to_owned(),
            manifest: format!("crates/{name}/Cargo.toml"),
            imports: set(imports),
            foreign: set(foreign),
        }
    }

    fn kept() -> Vec<Member> {
        vec![
            member("crypto", &[], &["serde"]),
            member("types", &["crypto"], &[]),
            member("order", &["types"], &["engine-core", "serde"]),
            member("scenarios/evidence", &["types"], &[]),
            member("node", &["crypto", "order", "scenarios/evidence"], &[]),
        ]
    }

    fn findings_with(changed: Member) -> Vec<String> {
        let grants = grants(DOCUMENT_TEXT).unwrap();
        let mut members = kept();
        members.retain(|member| member.name != changed.name);
        members.push(changed);
        compare(&grants, &members)
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn a_workspace_that_follows_the_table_is_clean() {
        assert_eq!(compare(&grants(DOCUMENT_TEXT).unwrap(), &kept()), []);
    }

    #[test]
    fn an_arrow_that_the_table_does_not_draw_is_found() {
        let findings = findings_with(member("crypto", &["types"], &[]));
        assert!(
            findings
                .iter()
                .any(|text| text.contains("`crypto` may not import `types`")),
            "{findings:?}"
        );
    }

    #[test]
    fn a_scenario_that_imports_another_is_found() {
        let findings = findings_with(member("scenarios/evidence", &["scenarios/identity"], &[]));
        assert!(
            findings
                .iter()
                .any(|text| text.contains("may not import `scenarios/identity`")),
            "{findings:?}"
        );
    }

    #[test]
    fn the_engine_named_outside_its_crate_is_found_and_its_holder_is_told() {
        let findings = findings_with(member("types", &["crypto"], &["engine-net"]));
        assert_eq!(
            findings,
            ["`types` may not use `engine-net`; only `order` may: ask it through its own types"]
        );
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_are_found() {
        let findings = findings_with(member("vault", &[], &[]));
        assert!(
            findings.iter().any(|text| text.contains("`vault` has no row")),
            "{findings:?}"
        );
        let grants = grants(DOCUMENT_TEXT).unwrap();
        let rest: Vec<Member> = kept()
            .into_iter()
            .filter(|member| member.name != "order")
            .collect();
        let findings = compare(&grants, &rest);
        assert!(
            findings
                .iter()
                .any(|finding| finding.message.contains("names `order`")),
            "{findings:?}"
        );
    }
}
