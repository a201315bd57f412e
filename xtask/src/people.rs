//! `cargo xtask people`: invented people on a network of processes, and the search for everything about them.

use crate::failure::Failure;
use crate::portal;
use crate::prerequisites;
use crate::process;
use crate::project;
use std::process::Command;

/// How to call it.
const USAGE: &str = "Usage: cargo xtask people (--portal N [--clicks N] [--at-once N] | --api N)";

/// The process tests' own name for each option, and the test that reads it.
const OPTIONS: &[(&str, &str)] = &[
    ("--portal", "YINXIN_PORTAL_PEOPLE"),
    ("--clicks", "YINXIN_PORTAL_CLICKS"),
    ("--at-once", "YINXIN_PORTAL_AT_ONCE"),
    ("--api", "YINXIN_PEOPLE"),
];

/// The test that puts people through the portal.
const BY_PORTAL: &str = "portal::nothing_personal_leaves_its_holder_by_the_portal_or_stays_in_a_browser";
/// The test that puts people through the interface.
const BY_API: &str = "personal::nothing_personal_leaves_its_holder";

/// What was asked on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Campaign {
    test: &'static str,
    variables: Vec<(&'static str, String)>,
}

/// Builds what the campaign needs and becomes its process test, which says what it measured.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let campaign = parse(arguments)?;
    if campaign.test == BY_PORTAL {
        prerequisites::ensure(prerequisites::FOR_TEST)?;
        portal::build()?;
    }
    Err(process::become_program(&mut command(&campaign)))
}

fn command(campaign: &Campaign) -> Command {
    let mut command = project::cargo();
    command
        .args([
            "test",
            "--locked",
            "--package",
            "yinxin-node",
            "--test",
            "processes",
            "--",
        ])
        .args(["--exact", "--nocapture", campaign.test])
        .envs(campaign.variables.iter().map(|(name, value)| (name, value)));
    command
}

fn parse(arguments: &[String]) -> Result<Campaign, Failure> {
    let usage = |what: &str| Failure::usage(what, USAGE);
    let mut variables = Vec::new();
    for pair in arguments.chunks(2) {
        let [option, value] = pair else {
            return Err(usage("an option needs a number"));
        };
        let known = OPTIONS.iter().find(|(name, _)| name == option);
        let (_, variable) =
            known.ok_or_else(|| usage(&format!("`{option}` is not an option of `people`")))?;
        let number: u32 = value
            .parse()
            .map_err(|_| usage(&format!("`{value}` is not a number")))?;
        if number == 0 {
            return Err(usage("there must be at least one"));
        }
        variables.push((*variable, number.to_string()));
    }
    let named = |wanted: &str| variables.iter().any(|(name, _)| *name == wanted);
    let test = match (named("YINXIN_PORTAL_PEOPLE"), named("YINXIN_PEOPLE")) {
        (true, false) => BY_PORTAL,
        (false, true) if variables.len() == 1 => BY_API,
        _ => return Err(usage("either `--portal N` or `--api N` is needed")),
    };
    Ok(Campaign { test, variables })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(words: &[&str]) -> Result<Campaign, Failure> {
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn people_go_by_the_portal_or_by_the_interface() {
        let portal = campaign(&["--portal", "1000", "--clicks", "50"]).unwrap();
        assert_eq!(portal.test, BY_PORTAL);
        let given = [("YINXIN_PORTAL_PEOPLE", "1000"), ("YINXIN_PORTAL_CLICKS", "50")];
        assert_eq!(
            portal.variables,
            given.map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(campaign(&["--api", "20"]).unwrap().test, BY_API);
        let words = command(&portal);
        assert!(words.get_args().any(|word| word == BY_PORTAL));
    }

    #[test]
    fn a_campaign_without_people_or_of_both_ways_is_refused() {
        for wrong in [
            &[][..],
            &["--portal"],
            &["--portal", "0"],
            &["--portal", "many"],
            &["--clicks", "5"],
            &["--portal", "5", "--api", "5"],
            &["--api", "5", "--clicks", "1"],
            &["--doors", "5"],
        ] {
            assert!(campaign(wrong).is_err(), "{wrong:?}");
        }
    }
}
