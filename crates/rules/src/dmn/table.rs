//! Decision tables (DMN 1.5 §8), as they stand in XML.

use std::sync::Arc;

use super::elements::Element;
use super::read::Reader;
use crate::code::Code;
use crate::feel::{Node, Policy, Rule, Scope, Table, TableInput, TableOutput, Tests, Type};
use crate::limits;

fn policy(element: &Element) -> Option<Policy> {
    let aggregation = element.plain("aggregation");
    Some(
        match (element.plain("hitPolicy").unwrap_or("UNIQUE"), aggregation) {
            ("COLLECT", None) => Policy::Collect,
            ("COLLECT", Some("SUM")) => Policy::Sum,
            ("COLLECT", Some("MIN")) => Policy::Minimum,
            ("COLLECT", Some("MAX")) => Policy::Maximum,
            ("COLLECT", Some("COUNT")) => Policy::Count,
            (_, Some(_)) => return None,
            ("UNIQUE", None) => Policy::Unique,
            ("ANY", None) => Policy::Any,
            ("PRIORITY", None) => Policy::Priority,
            ("FIRST", None) => Policy::First,
            ("RULE ORDER", None) => Policy::RuleOrder,
            ("OUTPUT ORDER", None) => Policy::OutputOrder,
            _ => return None,
        },
    )
}

/// What a finding in an element of a table names: the element's own identifier, else that of what is around it.
fn place<'a>(element: &'a Element, around: &'a str) -> &'a str {
    element
        .plain("id")
        .filter(|id| !id.is_empty() && id.len() <= limits::ID_BYTES)
        .unwrap_or(around)
}

impl Reader {
    pub(super) fn table(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Table> {
        let Some(policy) = policy(element) else {
            let told = format!(
                "hitPolicy=\"{}\" aggregation=\"{}\"",
                element.plain("hitPolicy").unwrap_or_default(),
                element.plain("aggregation").unwrap_or_default()
            );
            self.findings
                .add(Code::AttributeUnsupported, "decisionTable", owner, told);
            return None;
        };
        let (columns, rules) = (
            element
                .named("input")
                .count()
                .saturating_add(element.named("output").count()),
            element.named("rule").count(),
        );
        if columns > limits::COLUMNS || rules > limits::RULES {
            self.findings.add(
                Code::TooManyElements,
                "decisionTable",
                owner,
                format!("{columns} × {rules}"),
            );
            return None;
        }
        let mut inputs = Vec::new();
        for input in element.named("input") {
            inputs.push(self.input(input, owner, scope)?);
        }
        let mut outputs = Vec::new();
        let alone = element.named("output").count() == 1;
        for output in element.named("output") {
            outputs.push(self.output(output, owner, scope, policy, alone)?);
        }
        let aggregates = matches!(policy, Policy::Sum | Policy::Minimum | Policy::Maximum);
        if outputs.is_empty() || (aggregates && !alone) {
            self.findings.add(Code::Missing, "decisionTable", owner, "output");
            return None;
        }
        let mut table = Table {
            id: element.plain("id").unwrap_or(owner).to_owned(),
            policy,
            inputs,
            outputs,
            rules: Vec::new(),
        };
        // Whoever draws is told of every rule that cannot be read, not of the first alone.
        let mut whole = true;
        for rule in element.named("rule") {
            match self.rule(rule, owner, scope, &table) {
                Some(rule) => table.rules.push(rule),
                None => whole = false,
            }
        }
        whole.then_some(table)
    }

    fn input(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<TableInput> {
        let owner = place(element, owner);
        let expression = self.one(element, "inputExpression", owner)?;
        let text = self.text(expression, owner)?;
        let node = self.parse(&text, "inputExpression", owner, scope)?;
        let node = match expression.plain("typeRef") {
            Some(name) => {
                let of = self.type_named(name, "inputExpression", owner)?;
                self.typed(node, of, expression, owner)?
            }
            None => node,
        };
        let allowed = match element.named("inputValues").next() {
            Some(values) => {
                let text = self.text(values, owner)?;
                if text.is_empty() {
                    None
                } else {
                    Some(self.tests(&text, "inputValues", owner, scope)?)
                }
            }
            None => None,
        };
        Some(TableInput {
            expression: node,
            allowed,
        })
    }

    fn output(
        &mut self,
        element: &Element,
        owner: &str,
        scope: &Scope,
        policy: Policy,
        alone: bool,
    ) -> Option<TableOutput> {
        let owner = place(element, owner);
        let name: Arc<str> = match element.plain("name") {
            Some(name) if !name.is_empty() => self.name("output", owner, name)?,
            _ if alone => "".into(),
            _ => {
                self.findings.add(Code::Name, "output", owner, "");
                return None;
            }
        };
        let reference = element.plain("typeRef");
        let mut of = match reference {
            Some(name) => self.type_named(name, "output", owner)?,
            None => Type::Any,
        };
        let own = match element.named("outputValues").next() {
            Some(values) => Some(self.text(values, owner)?).filter(|text| !text.is_empty()),
            None => None,
        };
        if let Some(text) = &own {
            let tests = self.tests(text, "outputValues", owner, scope)?;
            of = Type::Allowed(Arc::new((of, tests)));
        }
        let mut values = Vec::new();
        if matches!(policy, Policy::Priority | Policy::OutputOrder) {
            let text = own.or_else(|| self.types.allowed_text(reference?).map(str::to_owned));
            match text {
                Some(text) => values = self.several(&text, "outputValues", owner, scope)?,
                // With other columns the first ones decide.
                None if !alone => {}
                None => {
                    self.findings.add(Code::Missing, "output", owner, "outputValues");
                    return None;
                }
            }
        }
        let default = match element.named("defaultOutputEntry").next() {
            Some(entry) => {
                let text = self.text(entry, owner)?;
                Some(self.parse(&text, "defaultOutputEntry", owner, scope)?)
            }
            None => None,
        };
        Some(TableOutput {
            name,
            of,
            values,
            default,
        })
    }

    fn rule(&mut self, element: &Element, owner: &str, scope: &Scope, table: &Table) -> Option<Rule> {
        let owner = place(element, owner);
        let mut tests = Vec::new();
        for entry in element.named("inputEntry") {
            let owner = place(entry, owner);
            let text = self.text(entry, owner)?;
            tests.push(if text.is_empty() {
                // An empty cell is the dash: modellers leave it out.
                Tests {
                    negated: false,
                    tests: None,
                }
            } else {
                self.tests(&text, "inputEntry", owner, scope)?
            });
        }
        let mut outputs = Vec::new();
        for entry in element.named("outputEntry") {
            let owner = place(entry, owner);
            let text = self.text(entry, owner)?;
            outputs.push(if text.is_empty() {
                Node::null()
            } else {
                self.parse(&text, "outputEntry", owner, scope)?
            });
        }
        if tests.len() != table.inputs.len() || outputs.len() != table.outputs.len() {
            let told = format!(
                "inputEntry {}/{}, outputEntry {}/{}",
                tests.len(),
                table.inputs.len(),
                outputs.len(),
                table.outputs.len()
            );
            self.findings.add(Code::Missing, "rule", owner, told);
            return None;
        }
        let notes = element
            .named("annotationEntry")
            .filter_map(|entry| entry.named("text").next())
            .chain(element.named("description"))
            .map(|text| {
                text.text
                    .trim()
                    .chars()
                    .take(limits::NAME_BYTES)
                    .collect::<String>()
            })
            .filter(|text| !text.is_empty())
            .take(limits::RULE_NOTES)
            .collect();
        Some(Rule {
            id: element.plain("id").unwrap_or_default().to_owned(),
            notes,
            tests,
            outputs,
        })
    }
}
