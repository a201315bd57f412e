//! A process from anywhere: it is read or refused; what is read is exported as it came, checked, and a case of it takes events within its
//! budget, each either refused without a trace or written and read back.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use yinxin_workflow::{
    Budget, Document, Evaluation, Event, Expression, Instance, Language, Variables, Waiting, check, step,
};

/// A language in which every text is a yes, so that conditions are reached whatever they say.
struct Yes;

#[derive(Debug)]
struct True;

impl Language for Yes {
    fn parse(&self, _: &str) -> Result<Box<dyn Expression>, String> {
        Ok(Box::new(True))
    }
}

impl Expression for True {
    fn evaluate(&self, _: &Variables, _: &mut Budget) -> Result<Value, Evaluation> {
        Ok(Value::Bool(true))
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(document) = Document::read(data, 1, &Yes) else {
        return;
    };
    assert_eq!(document.export(), data, "the export is not what was read");
    for model in document.models() {
        let _ = check(model);
        let mut instance = Instance::new(model);
        let mut event = Event::Started {
            message: None,
            variables: BTreeMap::new(),
        };
        for now_ms in 0..20 {
            let before = instance.clone();
            if step(model, &mut instance, event, now_ms, &mut Budget::new(2_000)).is_err() {
                assert_eq!(instance, before, "a refused event left a trace");
            }
            let bytes = serde_json::to_vec(&instance).expect("a case is JSON");
            assert_eq!(
                serde_json::from_slice::<Instance>(&bytes).expect("it is read back"),
                instance
            );
            let timer = instance.waiting().find_map(|waiting| match waiting {
                Waiting::Timer(timer, _, _) => Some(timer),
                _ => None,
            });
            let answer = instance.waiting().find_map(|waiting| match waiting {
                Waiting::Answer(work, _) => Some(work),
                _ => None,
            });
            let open = instance.open_steps(model).next().map(|step| step.work);
            event = match (open, timer, answer) {
                (Some(work), _, _) if now_ms % 3 != 2 => Event::Completed {
                    work,
                    actors: vec![format!("a{now_ms}"), format!("b{now_ms}")],
                    outcome: None,
                    variables: BTreeMap::new(),
                },
                (_, Some(timer), _) => Event::TimerFired { timer },
                (_, _, Some(work)) => Event::Error {
                    work,
                    code: "lost".to_owned(),
                },
                _ => return,
            };
        }
    }
});
