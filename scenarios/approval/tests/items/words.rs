//! Codes and words: own numbers, and both languages for each.

use yinxin_approval::documents::forms::Problem;
use yinxin_approval::items::content::LifeEvent;
use yinxin_approval::scenario;

#[test]
fn items_are_numbered_from_2551_processes_from_2571_forms_from_2581() {
    // Below them are those of cases, among them the frozen version of a process.
    for code in scenario().codes().iter().filter(|code| code.number > 2550) {
        let range = match code.name.split('_').next().unwrap() {
            "ITEM" => 2551..2571,
            "PROC" => 2571..2581,
            "FORM" => 2581..2600,
            _ => continue,
        };
        assert!(range.contains(&code.number), "{}", code.name);
        assert!(!code.source.is_empty());
    }
}

#[test]
fn every_problem_and_every_word_of_an_item_has_both_languages() {
    let words = [
        (
            "type",
            &[
                "permit",
                "confirmation",
                "payment",
                "reward",
                "ruling",
                "levy",
                "other",
                "service",
            ][..],
        ),
        ("served", &["person", "organisation"]),
        (
            "level",
            &["national", "province", "city", "county", "town", "village"],
        ),
        ("special", &["auction", "expert", "hearing", "inspection"]),
    ];
    let words = words
        .iter()
        .flat_map(|(group, words)| words.iter().map(move |word| format!("{group}.{word}")))
        .chain(
            LifeEvent::ALL
                .iter()
                .map(|event| format!("event.{}", event.as_str())),
        )
        .chain(Problem::ALL.iter().map(|problem| problem.name().to_owned()));
    let scenario = scenario();
    for word in words {
        assert!(
            scenario.zh().get(&word).is_some() && scenario.en().get(&word).is_some(),
            "{word}"
        );
    }
    for event in LifeEvent::ALL {
        assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
    }
}
