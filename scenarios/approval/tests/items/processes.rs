//! Processes as documents of governance.

use yinxin_approval::documents::processes::read;
use yinxin_approval::scenario;
use yinxin_types::Rejection;

const SAMPLE: &str = include_str!("../../../../crates/workflow/tests/processes/renovation.bpmn");

fn check(name: &str, text: &str) -> Result<(), Rejection> {
    let scenario = scenario();
    let class = scenario
        .documents()
        .iter()
        .find(|class| name.starts_with(class.prefix))
        .unwrap();
    (class.check)(name, 1, text)
}

fn refused(name: &str, text: &str) -> (&'static str, String) {
    let rejection = check(name, text).unwrap_err();
    (rejection.code.name, rejection.detail)
}

#[test]
fn the_sample_is_taken_with_its_drawing_and_keeps_the_version_of_its_document() {
    assert_eq!(
        check("process/renovation", SAMPLE).map_err(|error| error.detail),
        Ok(())
    );
    let document = read("renovation", 7, SAMPLE).unwrap();
    assert_eq!(document.model("renovation").unwrap().version, 7);
    assert_eq!(document.export(), SAMPLE.as_bytes());
}

#[test]
fn what_cannot_be_executed_is_named_with_element_identifier_and_finding() {
    let script = SAMPLE
        .replace("<bpmn:sendTask id=\"remind\"", "<bpmn:scriptTask id=\"remind\"")
        .replace("</bpmn:sendTask>", "</bpmn:scriptTask>");
    let (code, detail) = refused("process/renovation", &script);
    assert_eq!(code, "PROC_MALFORMED");
    assert!(
        detail.contains("ELEMENT_UNSUPPORTED <scriptTask> remind"),
        "{detail}"
    );
    let condition = SAMPLE.replace("acceptance = \"decline\"", "acceptance matches \"d.*\"");
    let (code, detail) = refused("process/renovation", &condition);
    assert_eq!(code, "PROC_MALFORMED");
    assert!(
        detail.contains("CONDITION_SYNTAX") && detail.contains("flow-declined"),
        "{detail}"
    );
    assert_eq!(refused("process/renovation", "<a/>").0, "PROC_MALFORMED");
}

#[test]
fn a_process_in_which_a_case_could_stand_still_is_refused() {
    let unanswered = SAMPLE.replacen(" yx:deadline=\"5 days\" yx:atExpiry=\"deem-accepted\"", "", 1);
    let (code, detail) = refused("process/renovation", &unanswered);
    assert_eq!(code, "PROC_UNSOUND");
    assert!(detail.contains("DEADLINE_MISSING <userTask> accept"), "{detail}");
}

#[test]
fn a_document_has_the_one_process_it_is_named_after() {
    assert_eq!(refused("process/permit", SAMPLE).0, "PROC_NAME");
    assert_eq!(refused("process/", SAMPLE).0, "PROC_NAME");
    assert_eq!(
        check("process/renovation", SAMPLE).map_err(|error| error.code.name),
        Ok(())
    );
    let scenario = scenario();
    let class = scenario
        .documents()
        .iter()
        .find(|class| class.prefix == "process/")
        .unwrap();
    let late = (class.check)("process/renovation", 1 << 32, SAMPLE).unwrap_err();
    assert_eq!(late.code.name, "PROC_NAME");
}

proptest::proptest! {
    #[test]
    fn any_text_is_a_process_or_refused(text in "\\PC{0,200}") {
        let _ = check("process/renovation", &text);
    }
}
