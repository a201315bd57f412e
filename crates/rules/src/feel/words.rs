//! Names, calls and types in an expression: where words are more than themselves.

use std::sync::Arc;

use super::ast::{Arguments, Callee, Kind, Node};
use super::lex::Sign;
use super::parse::{Parsed, Parser};
use super::types::Type;
use crate::builtin;
use crate::code::Code;
use crate::error::RuleError;

/// Words that end a name unless a known name has them in it.
const KEYWORDS: [&str; 19] = [
    "and",
    "or",
    "in",
    "between",
    "then",
    "else",
    "return",
    "satisfies",
    "if",
    "for",
    "some",
    "every",
    "true",
    "false",
    "null",
    "function",
    "external",
    "not",
    "instance",
];

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Parsed<Type> {
        self.deeper(Self::any_type)
    }

    fn any_type(&mut self) -> Parsed<Type> {
        let position = self.position();
        for words in [
            "date and time",
            "days and time duration",
            "years and months duration",
        ] {
            let matches = words
                .split(' ')
                .enumerate()
                .all(|(place, word)| self.word_at(place, word));
            if matches {
                self.at = self.at.saturating_add(words.split(' ').count());
                return Type::built_in(words).ok_or_else(|| self.wrong("a type is missing"));
            }
        }
        let takes_parameters = matches!(self.after(1), Sign::Mark("<"));
        let word = match self.sign() {
            Sign::Word(word) if takes_parameters => word.to_string(),
            _ => String::new(),
        };
        match word.as_str() {
            "list" | "range" => {
                self.advance();
                self.expect("<")?;
                let of = Arc::new(self.type_name()?);
                self.expect(">")?;
                return Ok(if word == "list" {
                    Type::List(of)
                } else {
                    Type::Range(of)
                });
            }
            "context" => {
                self.advance();
                self.expect("<")?;
                let mut members = std::collections::BTreeMap::new();
                loop {
                    let name = self.name()?;
                    self.expect(":")?;
                    members.insert(name, self.type_name()?);
                    if !self.take(",") {
                        break;
                    }
                }
                self.expect(">")?;
                return Ok(Type::Context(Arc::new(members)));
            }
            "function" => {
                self.advance();
                self.expect("<")?;
                let mut parameters = Vec::new();
                while !self.take(">") {
                    parameters.push(self.type_name()?);
                    if !self.take(",") && !matches!(self.sign(), Sign::Mark(">")) {
                        return Err(self.wrong("`>` is missing"));
                    }
                }
                self.expect("->")?;
                let result = self.type_name()?;
                return Ok(Type::Function(Arc::new((parameters, result))));
            }
            _ => {}
        }
        let name = if self.is_word("function") {
            self.advance();
            "function".into()
        } else {
            self.name()?
        };
        self.scope
            .type_of(&name)
            .cloned()
            .or_else(|| Type::built_in(&name))
            .ok_or_else(|| RuleError::new(Code::Type, position, format!("`{name}` is no type")))
    }

    /// The name of an entry: a text, or everything up to the colon.
    pub(super) fn key(&mut self) -> Parsed<Arc<str>> {
        if let Sign::Text(text) = self.sign().clone() {
            self.advance();
            return Ok(text);
        }
        let mut name = String::new();
        let mut before = None;
        while !matches!(
            self.sign(),
            Sign::Mark(":" | "{" | "}" | "(" | ")" | "[" | "]" | ",") | Sign::End
        ) {
            let Some(token) = self.token(0) else { break };
            let ends = token.position.saturating_add(token.raw.len());
            if before.is_some_and(|before| before < token.position) {
                name.push(' ');
            }
            name.push_str(&token.raw);
            before = Some(ends);
            self.advance();
        }
        if name.is_empty() {
            return Err(self.wrong("a name is missing"));
        }
        Ok(name.into())
    }

    pub(super) fn known(&self) -> Option<(usize, Arc<str>)> {
        let rest = self.tokens.get(self.at..)?;
        [self.scope.longest(rest), self.own.longest(rest)]
            .into_iter()
            .flatten()
            .max_by_key(|(length, _)| *length)
    }

    /// A known name, or words side by side up to one that has a meaning of its own, whichever is longer.
    pub(super) fn name(&mut self) -> Parsed<Arc<str>> {
        let words = self
            .tokens
            .get(self.at..)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .take_while(|(place, token)| match &token.sign {
                Sign::Word(word) => !KEYWORDS.contains(&&**word) || (*place == 0 && &**word == "not"),
                Sign::Number(_) => *place > 0 && token.raw.bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            })
            .count();
        if let Some((length, name)) = self.known()
            && length >= words
        {
            self.at = self.at.saturating_add(length);
            return Ok(name);
        }
        if words == 0 {
            return Err(self.wrong("a name is missing"));
        }
        let mut parts = Vec::new();
        for _ in 0..words {
            parts.extend(self.token(0).map(|token| token.raw.to_string()));
            self.advance();
        }
        Ok(parts.join(" ").into())
    }

    pub(super) fn name_or_call(&mut self, position: usize) -> Parsed {
        if let Some((length, builtin)) = self.builtin() {
            self.at = self.at.saturating_add(length).saturating_add(1);
            let arguments = self.arguments()?;
            // A null in its place could be taken for an answer: two of them are equal.
            if matches!(builtin.name, "time" | "date and time") && arguments.has_zone() {
                return Err(self.unsupported("time zones by name"));
            }
            if matches!(builtin.name, "matches" | "replace" | "split") && arguments.has_unsupported_pattern()
            {
                return Err(self.unsupported("references back and blocks of characters in patterns"));
            }
            return Node::new(position, Kind::Call(Callee::Builtin(builtin), arguments));
        }
        let name = self.name()?;
        if !matches!(self.sign(), Sign::Mark("(")) {
            return Node::new(position, Kind::Name(name));
        }
        if builtin::needs_clock(&name) {
            return Err(RuleError::new(
                Code::Unsupported,
                position,
                format!("`{name}` needs a clock: pass the time as a fact"),
            ));
        }
        if !self.scope.knows(&name) && !self.own.knows(&name) {
            return Err(RuleError::new(
                Code::Function,
                position,
                format!("the function `{name}` is not known"),
            ));
        }
        Node::new(position, Kind::Name(name))
    }

    /// The built-in function that is called here, with how many words its name has; a known name goes before.
    fn builtin(&self) -> Option<(usize, &'static builtin::Builtin)> {
        let rest = self.tokens.get(self.at..)?;
        let open = rest
            .iter()
            .take_while(|token| matches!(token.sign, Sign::Word(_)))
            .count();
        if !matches!(self.after(open), Sign::Mark("("))
            || self.known().is_some_and(|(length, _)| length >= open)
        {
            return None;
        }
        let name: Vec<&str> = rest.iter().take(open).map(|token| &*token.raw).collect();
        builtin::find(&name.join(" ")).map(|builtin| (open, builtin))
    }

    /// After the opening bracket: nothing, expressions, or expressions with names.
    pub(super) fn arguments(&mut self) -> Parsed<Arguments> {
        if self.take(")") {
            return Ok(Arguments::Positional(Vec::new()));
        }
        if self.is_named_argument() {
            let mut arguments: Vec<(Arc<str>, Node)> = Vec::new();
            loop {
                let name = self.key()?;
                self.expect(":")?;
                if arguments.iter().any(|(other, _)| *other == name) {
                    return Err(self.wrong("an argument stands twice"));
                }
                arguments.push((name, self.expression()?));
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
            return Ok(Arguments::Named(arguments));
        }
        let mut arguments = vec![self.test()?];
        while self.take(",") {
            arguments.push(self.test()?);
        }
        self.expect(")")?;
        Ok(Arguments::Positional(arguments))
    }

    fn is_named_argument(&self) -> bool {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let words = rest
            .iter()
            .take_while(|token| {
                matches!(
                    token.sign,
                    Sign::Word(_) | Sign::Number(_) | Sign::Mark("-" | "'" | "/")
                )
            })
            .count();
        words > 0
            && matches!(rest.first().map(|token| &token.sign), Some(Sign::Word(_)))
            && matches!(self.after(words), Sign::Mark(":"))
    }
}
