//! Boxed expressions (DMN 1.5 §7.3 and §10.2), as trees of FEEL.

use std::sync::Arc;

use super::elements::{EXPRESSIONS, Element, Space};
use super::read::Reader;
use crate::code::Code;
use crate::feel::{Arguments, Callee, Definition, Iterator, Kind, Node, Scope, Type};

impl Reader {
    /// The only expression in an element.
    pub(super) fn only_expression(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let mut found = element
            .children
            .iter()
            .filter(|child| child.space == Space::Dmn && EXPRESSIONS.contains(&child.local.as_str()));
        match (found.next(), found.next()) {
            (Some(child), None) => self.boxed(child, owner, scope),
            _ => {
                self.findings
                    .add(Code::Missing, &element.local, owner, "expression");
                None
            }
        }
    }

    fn boxed(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let node = match element.local.as_str() {
            "literalExpression" => {
                let text = self.text(element, owner)?;
                self.parse(&text, "literalExpression", owner, scope)
            }
            "decisionTable" => {
                let table = self.table(element, owner, scope)?;
                self.kept(element, owner, Kind::Table(Arc::new(table)))
            }
            "context" => self.context(element, owner, scope),
            "invocation" => self.invocation(element, owner, scope),
            "functionDefinition" => {
                let definition = self.definition(element, owner, scope)?;
                self.kept(element, owner, Kind::Function(Arc::new(definition)))
            }
            "list" => {
                let items = self.expressions(element, owner, scope)?;
                self.kept(element, owner, Kind::List(items))
            }
            "relation" => self.relation(element, owner, scope),
            "conditional" => {
                let mut part = |local: &str| {
                    let part = self.one(element, local, owner)?;
                    self.only_expression(part, owner, scope).map(Box::new)
                };
                let kind = Kind::If(part("if")?, part("then")?, part("else")?);
                self.kept(element, owner, kind)
            }
            "filter" => {
                let list = self.one(element, "in", owner)?;
                let list = self.only_expression(list, owner, scope)?;
                let mut inner = scope.clone();
                inner.add("item");
                let test = self.one(element, "match", owner)?;
                let test = self.only_expression(test, owner, &inner)?;
                self.kept(element, owner, Kind::Filter(Box::new(list), Box::new(test)))
            }
            _ => self.iteration(element, owner, scope),
        }?;
        match element.plain("typeRef") {
            Some(name) => {
                let of = self.type_named(name, &element.local, owner)?;
                self.typed(node, of, element, owner)
            }
            None => Some(node),
        }
    }

    fn expressions(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Vec<Node>> {
        let items: Vec<Option<Node>> = element
            .children
            .iter()
            .filter(|child| child.space == Space::Dmn && EXPRESSIONS.contains(&child.local.as_str()))
            .map(|child| self.boxed(child, owner, scope))
            .collect();
        items.into_iter().collect()
    }

    fn context(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let mut scope = scope.clone();
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        let mut last = None;
        for entry in element.named("contextEntry") {
            if last.is_some() {
                self.findings
                    .add(Code::Missing, "contextEntry", owner, "variable");
                return None;
            }
            let node = self.only_expression(entry, owner, &scope)?;
            let Some(variable) = entry.named("variable").next() else {
                last = Some(Box::new(node));
                continue;
            };
            let name = self.name("variable", owner, variable.plain("name").unwrap_or_default())?;
            let of = match variable.plain("typeRef") {
                Some(name) => self.type_named(name, "variable", owner)?,
                None => Type::Any,
            };
            if entries.iter().any(|(other, _)| *other == name) {
                self.findings.add(Code::Name, "contextEntry", owner, &*name);
                return None;
            }
            let node = self.typed(node, of, entry, owner)?;
            scope.add(&name);
            entries.push((name, node));
        }
        self.kept(element, owner, Kind::Context(entries, last))
    }

    fn invocation(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let callee = self.only_expression(element, owner, scope)?;
        let mut arguments = Vec::new();
        for binding in element.named("binding") {
            let parameter = self.one(binding, "parameter", owner)?;
            let name = self.name("parameter", owner, parameter.plain("name").unwrap_or_default())?;
            let value = self.only_expression(binding, owner, scope)?;
            arguments.push((name, value));
        }
        let kind = Kind::Call(Callee::Value(Box::new(callee)), Arguments::Named(arguments));
        self.kept(element, owner, kind)
    }

    /// A function with its parameters and its body.
    pub(super) fn definition(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Definition> {
        if let Some(kind) = element.plain("kind")
            && kind != "FEEL"
        {
            let told = format!("kind=\"{kind}\"");
            self.findings
                .add(Code::AttributeUnsupported, &element.local, owner, told);
            return None;
        }
        let mut scope = scope.clone();
        let mut parameters = Vec::new();
        for parameter in element.named("formalParameter") {
            let name = self.name(
                "formalParameter",
                owner,
                parameter.plain("name").unwrap_or_default(),
            )?;
            let of = match parameter.plain("typeRef") {
                Some(name) => self.type_named(name, "formalParameter", owner)?,
                None => Type::Any,
            };
            scope.add(&name);
            parameters.push((name, of));
        }
        let body = self.only_expression(element, owner, &scope)?;
        Some(Definition {
            parameters,
            result: Type::Any,
            body,
        })
    }

    fn relation(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let mut columns = Vec::new();
        for column in element.named("column") {
            columns.push(self.name("column", owner, column.plain("name").unwrap_or_default())?);
        }
        let mut rows = Vec::new();
        for row in element.named("row") {
            let cells = self.expressions(row, owner, scope)?;
            if cells.len() != columns.len() {
                self.findings.add(Code::Missing, "row", owner, "expression");
                return None;
            }
            let entries = columns.iter().cloned().zip(cells).collect();
            rows.push(self.kept(row, owner, Kind::Context(entries, None))?);
        }
        self.kept(element, owner, Kind::List(rows))
    }

    /// `for`, `every`, `some`.
    fn iteration(&mut self, element: &Element, owner: &str, scope: &Scope) -> Option<Node> {
        let variable = element.plain("iteratorVariable").unwrap_or_default();
        let name = self.name(&element.local, owner, variable)?;
        let from = self.one(element, "in", owner)?;
        let from = self.only_expression(from, owner, scope)?;
        let mut inner = scope.clone();
        inner.add(&name);
        inner.add("partial");
        let body = if element.local == "for" {
            "return"
        } else {
            "satisfies"
        };
        let body = self.one(element, body, owner)?;
        let body = Box::new(self.only_expression(body, owner, &inner)?);
        let iterators = vec![Iterator { name, from, to: None }];
        let kind = if element.local == "for" {
            Kind::for_each(iterators, body)
        } else {
            Kind::Quantified(element.local == "every", iterators, body)
        };
        self.kept(element, owner, kind)
    }
}
