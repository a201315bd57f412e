//! Events: what triggers or throws.

use super::attributes::boolean;
use super::document::Reader;
use super::xml::{Element, Ours, Space};
use super::{Catches, End, Throw, Trigger};
use crate::finding::Code;
use crate::period::Period;

impl Reader<'_> {
    /// The one event definition of an event; `Ok(None)` where it has none.
    fn definition<'e>(&mut self, event: &'e Element, id: &str) -> Result<Option<&'e Element>, ()> {
        let mut definitions = event
            .children
            .iter()
            .filter(|child| child.space == Space::Bpmn && child.local.ends_with("EventDefinition"));
        let first = definitions.next();
        if let Some(second) = definitions.next() {
            self.findings
                .add(Code::EventDefinition, &event.local, id, second.local.clone());
            return Err(());
        }
        if event.named("eventDefinitionRef").next().is_some() {
            self.findings
                .add(Code::EventDefinition, &event.local, id, "eventDefinitionRef");
            return Err(());
        }
        let Some(definition) = first else {
            return Ok(None);
        };
        let known = [
            "messageEventDefinition",
            "timerEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
            "terminateEventDefinition",
        ];
        if !known.contains(&definition.local.as_str()) {
            let own = definition.plain("id").unwrap_or(id);
            self.findings
                .add(Code::ElementUnsupported, &definition.local, own, "");
            return Err(());
        }
        self.attributes(definition, id);
        self.foreign_children(definition, id);
        for child in definition
            .children
            .iter()
            .filter(|child| child.space == Space::Bpmn)
        {
            let own = child.plain("id").unwrap_or(id);
            match (definition.local.as_str(), child.local.as_str()) {
                (_, "documentation" | "extensionElements") | ("timerEventDefinition", "timeDuration") => {}
                ("timerEventDefinition", "timeDate" | "timeCycle") => {
                    self.findings
                        .add(Code::Timer, &event.local, id, child.local.clone());
                }
                _ => self.findings.add(Code::ElementUnsupported, &child.local, own, ""),
            }
        }
        Ok(Some(definition))
    }

    fn wrong(&mut self, event: &Element, id: &str, definition: Option<&Element>) {
        let told = definition.map_or("–", |definition| definition.local.as_str());
        self.findings.add(Code::EventDefinition, &event.local, id, told);
    }

    /// The message that starts a process; `None` where nothing does, `Err` where it cannot be executed.
    pub(super) fn start(&mut self, event: &Element, id: &str) -> Result<Option<String>, ()> {
        match self.definition(event, id)? {
            None => Ok(None),
            Some(definition) if definition.local == "messageEventDefinition" => {
                self.message(definition, event, id).map(Some).ok_or(())
            }
            other => {
                self.wrong(event, id, other);
                Err(())
            }
        }
    }

    pub(super) fn end(&mut self, event: &Element, id: &str) -> Result<End, ()> {
        let Some(definition) = self.definition(event, id)? else {
            return Ok(End::Plain);
        };
        match definition.local.as_str() {
            "terminateEventDefinition" => Ok(End::Terminate),
            "errorEventDefinition" => {
                let code = self.code(definition, event, id, "errorRef")?;
                code.map(End::Error)
                    .ok_or_else(|| self.wrong(event, id, Some(definition)))
            }
            _ => self.throws(event, id, definition).map(End::Throw),
        }
    }

    pub(super) fn throw(&mut self, event: &Element, id: &str) -> Result<Option<Throw>, ()> {
        match self.definition(event, id)? {
            None => Ok(None),
            Some(definition) => self.throws(event, id, definition).map(Some),
        }
    }

    fn throws(&mut self, event: &Element, id: &str, definition: &Element) -> Result<Throw, ()> {
        match definition.local.as_str() {
            "messageEventDefinition" => self.message(definition, event, id).map(Throw::Message).ok_or(()),
            "escalationEventDefinition" => {
                let code = self.code(definition, event, id, "escalationRef")?;
                code.map(Throw::Escalation)
                    .ok_or_else(|| self.wrong(event, id, Some(definition)))
            }
            _ => {
                self.wrong(event, id, Some(definition));
                Err(())
            }
        }
    }

    pub(super) fn catch(&mut self, event: &Element, id: &str) -> Result<Trigger, ()> {
        match self.definition(event, id)? {
            Some(definition) => self.trigger(event, id, definition),
            None => {
                self.wrong(event, id, None);
                Err(())
            }
        }
    }

    fn trigger(&mut self, event: &Element, id: &str, definition: &Element) -> Result<Trigger, ()> {
        match definition.local.as_str() {
            "messageEventDefinition" => self
                .message(definition, event, id)
                .map(Trigger::Message)
                .ok_or(()),
            "timerEventDefinition" => self.timer(event, id, definition).map(Trigger::Timer),
            _ => {
                self.wrong(event, id, Some(definition));
                Err(())
            }
        }
    }

    /// What a boundary event catches, and whether it interrupts.
    pub(super) fn boundary(&mut self, event: &Element, id: &str) -> Result<(Catches, bool), ()> {
        let interrupting = boolean(event.plain("cancelActivity"), true).ok_or_else(|| {
            self.value(
                event,
                id,
                "cancelActivity",
                event.plain("cancelActivity").unwrap_or_default(),
            );
        })?;
        let Some(definition) = self.definition(event, id)? else {
            self.wrong(event, id, None);
            return Err(());
        };
        let catches = match definition.local.as_str() {
            "errorEventDefinition" if interrupting => {
                Catches::Error(self.code(definition, event, id, "errorRef")?)
            }
            "escalationEventDefinition" => {
                Catches::Escalation(self.code(definition, event, id, "escalationRef")?)
            }
            _ => Catches::Trigger(self.trigger(event, id, definition)?),
        };
        Ok((catches, interrupting))
    }

    /// The name of the message that an event definition or a task refers to.
    pub(super) fn message(&mut self, holder: &Element, element: &Element, id: &str) -> Option<String> {
        let name = holder
            .plain("messageRef")
            .and_then(|reference| self.messages.get(local(reference)).cloned());
        if name.is_none() {
            self.findings.add(Code::MessageMissing, &element.local, id, "");
        }
        name
    }

    /// The code that an event definition refers to; `None` where it refers to nothing.
    fn code(
        &mut self,
        definition: &Element,
        event: &Element,
        id: &str,
        attribute: &str,
    ) -> Result<Option<String>, ()> {
        let Some(reference) = definition.plain(attribute) else {
            return Ok(None);
        };
        let codes = match attribute {
            "errorRef" => &self.errors,
            _ => &self.escalations,
        };
        let code = codes.get(local(reference)).cloned();
        if code.is_none() {
            let told = format!("{attribute}=\"{reference}\"");
            self.findings.add(Code::Reference, &event.local, id, told);
            return Err(());
        }
        Ok(code)
    }

    fn timer(&mut self, event: &Element, id: &str, definition: &Element) -> Result<Period, ()> {
        let working = match definition.ours("days") {
            None | Some("calendar") => false,
            Some("working") => true,
            Some(other) => {
                self.value(event, id, "yx:days", other);
                return Err(());
            }
        };
        let mut durations = definition.named("timeDuration");
        let (first, second) = (durations.next(), durations.next());
        let text = first.map_or("", |duration| duration.text.trim());
        if let Some(duration) = first {
            self.attributes(duration, id);
            self.foreign_children(duration, id);
        }
        match Period::from_iso(text, working) {
            Some(period) if second.is_none() => Ok(period),
            _ => {
                let other = definition.named("timeDate").chain(definition.named("timeCycle"));
                if other.count() == 0 || first.is_some() {
                    self.findings.add(Code::Timer, &event.local, id, text);
                }
                Err(())
            }
        }
    }
}

/// A reference without the prefix that some modellers write.
pub(super) fn local(reference: &str) -> &str {
    let reference = reference.trim();
    reference.rsplit_once(':').map_or(reference, |(_, local)| local)
}
