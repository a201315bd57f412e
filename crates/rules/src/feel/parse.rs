//! From words and signs to a tree (DMN 1.5 §10.3.1.2), by recursive descent with bounded nesting.

use std::sync::Arc;

use super::ast::{Callee, Definition, Iterator, Kind, Node, Operator, RangeEnd, Tests};
use super::lex::{Sign, Token, tokens};
use super::names::Scope;
use super::types::Type;
use crate::builtin;
use crate::code::Code;
use crate::error::RuleError;
use crate::limits;
use crate::value::Value;

pub(super) type Parsed<T = Node> = Result<T, RuleError>;

/// Reads one text.
pub(crate) struct Parser<'a> {
    pub(super) tokens: Vec<Token>,
    pub(super) at: usize,
    nesting: u16,
    pub(super) scope: &'a Scope,
    /// Names that the text defines itself.
    pub(super) own: Scope,
}

impl<'a> Parser<'a> {
    pub fn new(text: &str, scope: &'a Scope) -> Parsed<Self> {
        Ok(Self {
            tokens: tokens(text)?,
            at: 0,
            nesting: 0,
            scope,
            own: Scope::default(),
        })
    }

    /// One expression, to the end of the text.
    pub fn whole(mut self) -> Parsed {
        let node = self.expression()?;
        self.end()?;
        Ok(node)
    }

    /// Expressions with commas between them, to the end of the text.
    pub fn several(mut self) -> Parsed<Vec<Node>> {
        let mut nodes = vec![self.expression()?];
        while self.take(",") {
            nodes.push(self.expression()?);
        }
        self.end()?;
        Ok(nodes)
    }

    /// Unary tests, to the end of the text.
    pub fn tests_to_end(mut self) -> Parsed<Tests> {
        if matches!(self.sign(), Sign::Mark("-")) && matches!(self.after(1), Sign::End) {
            return Ok(Tests {
                negated: false,
                tests: None,
            });
        }
        let negated = self.is_word("not") && matches!(self.after(1), Sign::Mark("(")) && self.closes_at_end();
        if negated {
            self.advance();
            self.advance();
        }
        let mut tests = vec![self.test()?];
        while self.take(",") {
            tests.push(self.test()?);
        }
        if negated {
            self.expect(")")?;
        }
        self.end()?;
        Ok(Tests {
            negated,
            tests: Some(tests),
        })
    }

    /// Whether the bracket after the next word is closed by the last sign of the text.
    fn closes_at_end(&self) -> bool {
        let mut open = 0_usize;
        let rest = self.tokens.get(self.at.saturating_add(1)..).unwrap_or_default();
        for (place, token) in rest.iter().enumerate() {
            match &token.sign {
                Sign::Mark("(") => open = open.saturating_add(1),
                Sign::Mark(")") => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                return place.saturating_add(2) == rest.len();
            }
        }
        false
    }

    fn end(&self) -> Parsed<()> {
        match self.sign() {
            Sign::End => Ok(()),
            _ => Err(self.wrong("something stands after the end")),
        }
    }

    pub(super) fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at.saturating_add(ahead))
    }

    pub(super) fn after(&self, ahead: usize) -> &Sign {
        self.token(ahead).map_or(&Sign::End, |token| &token.sign)
    }

    pub(super) fn sign(&self) -> &Sign {
        self.after(0)
    }

    pub(super) fn position(&self) -> usize {
        self.token(0)
            .or(self.tokens.last())
            .map_or(0, |token| token.position)
    }

    pub(super) fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    pub(super) fn wrong(&self, detail: &str) -> RuleError {
        RuleError::new(Code::Syntax, self.position(), detail)
    }

    pub(super) fn unsupported(&self, what: &str) -> RuleError {
        RuleError::new(
            Code::Unsupported,
            self.position(),
            format!("{what} are not executed"),
        )
    }

    pub(super) fn take(&mut self, mark: &str) -> bool {
        let found = matches!(self.sign(), Sign::Mark(found) if *found == mark);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.take(mark) {
            Ok(())
        } else {
            Err(self.wrong(&format!("`{mark}` is missing")))
        }
    }

    pub(super) fn word_at(&self, ahead: usize, word: &str) -> bool {
        matches!(self.after(ahead), Sign::Word(found) if **found == *word)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.word_at(0, word) && self.known().is_none_or(|(length, _)| length < 2)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word_at(0, word);
        if found {
            self.advance();
        }
        found
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) {
            Ok(())
        } else {
            Err(self.wrong(&format!("`{word}` is missing")))
        }
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.nesting = self.nesting.saturating_add(1);
        if self.nesting > limits::NESTING {
            return Err(RuleError::new(
                Code::TooLarge,
                self.position(),
                "brackets nest too deeply",
            ));
        }
        let read = read(self)?;
        self.nesting = self.nesting.saturating_sub(1);
        Ok(read)
    }

    pub(super) fn expression(&mut self) -> Parsed {
        self.deeper(Self::any_expression)
    }

    fn any_expression(&mut self) -> Parsed {
        let position = self.position();
        if self.is_word("if") {
            self.advance();
            let condition = self.expression()?;
            self.expect_word("then")?;
            let then = self.expression()?;
            self.expect_word("else")?;
            let other = self.expression()?;
            return Node::new(
                position,
                Kind::If(Box::new(condition), Box::new(then), Box::new(other)),
            );
        }
        if self.is_word("for") {
            self.advance();
            let iterators = self.iterators()?;
            self.expect_word("return")?;
            self.own.add("partial");
            let body = self.expression()?;
            return Node::new(position, Kind::for_each(iterators, Box::new(body)));
        }
        if self.is_word("some") || self.is_word("every") {
            let every = self.is_word("every");
            self.advance();
            let iterators = self.iterators()?;
            self.expect_word("satisfies")?;
            let body = self.expression()?;
            return Node::new(position, Kind::Quantified(every, iterators, Box::new(body)));
        }
        if self.is_word("function") && matches!(self.after(1), Sign::Mark("(")) {
            return self.function(position);
        }
        self.disjunction()
    }

    fn iterators(&mut self) -> Parsed<Vec<Iterator>> {
        let mut iterators = Vec::new();
        loop {
            let name = self.name()?;
            self.expect_word("in")?;
            let from = self.expression()?;
            let to = if self.take("..") {
                Some(self.expression()?)
            } else {
                None
            };
            self.own.add(&name);
            iterators.push(Iterator { name, from, to });
            if !self.take(",") {
                return Ok(iterators);
            }
        }
    }

    fn function(&mut self, position: usize) -> Parsed {
        self.advance();
        self.expect("(")?;
        let mut parameters: Vec<(Arc<str>, Type)> = Vec::new();
        if !self.take(")") {
            loop {
                let name = self.name()?;
                let of = if self.take(":") {
                    self.type_name()?
                } else {
                    Type::Any
                };
                if parameters.iter().any(|(other, _)| *other == name) {
                    return Err(self.wrong("two parameters have one name"));
                }
                self.own.add(&name);
                parameters.push((name, of));
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        if self.is_word("external") {
            return Err(self.unsupported("functions from outside"));
        }
        let body = self.expression()?;
        let definition = Definition {
            parameters,
            result: Type::Any,
            body,
        };
        Node::new(position, Kind::Function(Arc::new(definition)))
    }

    /// Operands with operators of one rank between them, from the left.
    fn chain(&mut self, operators: &[Operator], next: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        loop {
            let position = self.position();
            let found = operators.iter().copied().find(|operator| match self.sign() {
                Sign::Mark(mark) => *mark == operator.sign(),
                Sign::Word(word) => **word == *operator.sign(),
                _ => false,
            });
            let Some(operator) = found else { return Ok(left) };
            self.advance();
            let right = next(self)?;
            left = Node::new(position, Kind::Binary(operator, Box::new(left), Box::new(right)))?;
        }
    }

    fn disjunction(&mut self) -> Parsed {
        self.chain(&[Operator::Or], Self::conjunction)
    }

    fn conjunction(&mut self) -> Parsed {
        self.chain(&[Operator::And], Self::comparison)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.chain(
            &[
                Operator::LessOrEqual,
                Operator::GreaterOrEqual,
                Operator::Unequal,
                Operator::Less,
                Operator::Greater,
                Operator::Equal,
            ],
            Self::sum,
        )?;
        let position = self.position();
        if self.take_word("between") {
            let low = self.sum()?;
            self.expect_word("and")?;
            let high = self.sum()?;
            return Node::new(
                position,
                Kind::Between(Box::new(left), Box::new(low), Box::new(high)),
            );
        }
        if self.take_word("in") {
            let tests = self.tests()?;
            return Node::new(position, Kind::In(Box::new(left), tests));
        }
        Ok(left)
    }

    /// What stands after `in`: one test, or several in brackets.
    fn tests(&mut self) -> Parsed<Vec<Node>> {
        let position = self.position();
        if !self.take("(") {
            return Ok(vec![self.test_operand()?]);
        }
        let first = self.test()?;
        if self.take("..") {
            return Ok(vec![self.range_end(position, first, false)?]);
        }
        let mut tests = vec![first];
        while self.take(",") {
            tests.push(self.test()?);
        }
        self.expect(")")?;
        Ok(tests)
    }

    /// `< 5`, `>= x`, `= x`, or an expression.
    pub(super) fn test(&mut self) -> Parsed {
        match self.half_range()? {
            Some(node) => Ok(node),
            None => self.expression(),
        }
    }

    fn test_operand(&mut self) -> Parsed {
        match self.half_range()? {
            Some(node) => Ok(node),
            None => self.sum(),
        }
    }

    fn half_range(&mut self) -> Parsed<Option<Node>> {
        let position = self.position();
        let Sign::Mark(mark @ ("<=" | "<" | ">=" | ">" | "=" | "!=")) = *self.sign() else {
            return Ok(None);
        };
        self.advance();
        let end = Box::new(self.sum()?);
        let kind = match mark {
            "<=" => Kind::Range(None, Some((end, true))),
            "<" => Kind::Range(None, Some((end, false))),
            ">=" => Kind::Range(Some((end, true)), None),
            ">" => Kind::Range(Some((end, false)), None),
            _ => {
                let operator = if mark == "=" {
                    Operator::Equal
                } else {
                    Operator::Unequal
                };
                let tested = Box::new(Node::new(position, Kind::Name("?".into()))?);
                Kind::Binary(operator, tested, end)
            }
        };
        Node::new(position, kind).map(Some)
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&[Operator::Plus, Operator::Minus], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&[Operator::Times, Operator::Over], Self::power)
    }

    fn power(&mut self) -> Parsed {
        self.chain(&[Operator::Power], Self::negation)
    }

    fn negation(&mut self) -> Parsed {
        let position = self.position();
        let mut minus = 0_usize;
        while self.take("-") {
            minus = minus.saturating_add(1);
        }
        let mut node = self.typed()?;
        for _ in 0..minus {
            node = Node::new(position, Kind::Negate(Box::new(node)))?;
        }
        Ok(node)
    }

    fn typed(&mut self) -> Parsed {
        let mut node = self.postfix()?;
        while self.word_at(0, "instance") && self.word_at(1, "of") {
            let position = self.position();
            self.advance();
            self.advance();
            let of = self.type_name()?;
            node = Node::new(position, Kind::InstanceOf(Box::new(node), of))?;
        }
        Ok(node)
    }

    fn postfix(&mut self) -> Parsed {
        let mut node = self.primary()?;
        loop {
            let position = self.position();
            if self.take(".") {
                let name = self.name()?;
                node = Node::new(position, Kind::Path(Box::new(node), name))?;
            } else if *self.sign() == Sign::Mark("[") && self.begins_expression(1) {
                self.advance();
                self.own.add("item");
                let filter = self.expression()?;
                self.expect("]")?;
                node = Node::new(position, Kind::Filter(Box::new(node), Box::new(filter)))?;
            } else if *self.sign() == Sign::Mark("(") {
                self.advance();
                let arguments = self.arguments()?;
                node = Node::new(position, Kind::Call(Callee::Value(Box::new(node)), arguments))?;
            } else {
                return Ok(node);
            }
        }
    }

    /// `[1..5[` ends with an open bracket: what follows it begins no expression.
    fn begins_expression(&self, ahead: usize) -> bool {
        match self.after(ahead) {
            Sign::End => false,
            Sign::Number(_) | Sign::Text(_) => true,
            Sign::Mark(mark) => matches!(
                *mark,
                "(" | "[" | "{" | "-" | "?" | "@" | "]" | "<" | ">" | "<=" | ">="
            ),
            Sign::Word(word) => !matches!(
                &**word,
                "and" | "or" | "then" | "else" | "return" | "satisfies" | "between" | "in"
            ),
        }
    }

    fn primary(&mut self) -> Parsed {
        let position = self.position();
        match self.sign().clone() {
            Sign::Number(number) => {
                self.advance();
                Node::new(position, Kind::Literal(Value::Number(number)))
            }
            Sign::Text(text) => {
                self.advance();
                Node::new(position, Kind::Literal(Value::String(text)))
            }
            Sign::Word(word) => self.word(position, &word),
            Sign::Mark("?") => {
                self.advance();
                Node::new(position, Kind::Name("?".into()))
            }
            Sign::Mark("(") => {
                self.advance();
                if self.take("=") {
                    // A range of one value.
                    let end = Box::new(self.sum()?);
                    self.expect(")")?;
                    return Node::new(
                        position,
                        Kind::Range(Some((end.clone(), true)), Some((end, true))),
                    );
                }
                let inner = self.test()?;
                if self.take("..") {
                    return self.range_end(position, inner, false);
                }
                self.expect(")")?;
                Ok(inner)
            }
            Sign::Mark("]") => {
                self.advance();
                let start = self.expression()?;
                self.expect("..")?;
                self.range_end(position, start, false)
            }
            Sign::Mark("[") => self.list_or_range(position),
            Sign::Mark("{") => self.context(position),
            Sign::Mark("@") => self.at_literal(position),
            _ => Err(self.wrong("a value is missing")),
        }
    }

    fn word(&mut self, position: usize, word: &str) -> Parsed {
        if self.known().is_none_or(|(length, _)| length < 2) {
            let literal = match word {
                "true" => Some(Value::Boolean(true)),
                "false" => Some(Value::Boolean(false)),
                "null" => Some(Value::Null),
                _ => None,
            };
            if let Some(value) = literal {
                self.advance();
                return Node::new(position, Kind::Literal(value));
            }
            if matches!(word, "if" | "for" | "some" | "every")
                || (word == "function" && !self.scope.knows(word))
            {
                return self.expression();
            }
        }
        self.name_or_call(position)
    }

    fn at_literal(&mut self, position: usize) -> Parsed {
        self.advance();
        let Sign::Text(text) = self.sign().clone() else {
            return Err(self.wrong("a text is missing after `@`"));
        };
        if text.contains('@') {
            return Err(self.unsupported("time zones by name"));
        }
        let value =
            builtin::at_literal(&text).ok_or_else(|| self.wrong("this is no date, time or duration"))?;
        self.advance();
        Node::new(position, Kind::Literal(value))
    }

    fn range_end(&mut self, position: usize, start: Node, included: bool) -> Parsed {
        let end = self.expression()?;
        let end_included = if self.take("]") {
            true
        } else if self.take(")") || self.take("[") {
            false
        } else {
            return Err(self.wrong("the range does not end"));
        };
        let end_of = |node: Node, included| -> RangeEnd { Some((Box::new(node), included)) };
        Node::new(
            position,
            Kind::Range(end_of(start, included), end_of(end, end_included)),
        )
    }

    fn list_or_range(&mut self, position: usize) -> Parsed {
        self.advance();
        if self.take("]") {
            return Node::new(position, Kind::List(Vec::new()));
        }
        let first = self.test()?;
        if self.take("..") {
            return self.range_end(position, first, true);
        }
        let mut items = vec![first];
        while self.take(",") {
            items.push(self.test()?);
        }
        self.expect("]")?;
        Node::new(position, Kind::List(items))
    }

    fn context(&mut self, position: usize) -> Parsed {
        self.advance();
        let mut entries: Vec<(Arc<str>, Node)> = Vec::new();
        if self.take("}") {
            return Node::new(position, Kind::Context(entries, None));
        }
        loop {
            let name = self.key()?;
            if entries.iter().any(|(other, _)| *other == name) {
                return Err(self.wrong("a name stands twice in a context"));
            }
            self.expect(":")?;
            let value = self.expression()?;
            self.own.add(&name);
            entries.push((name, value));
            if !self.take(",") {
                self.expect("}")?;
                return Node::new(position, Kind::Context(entries, None));
            }
        }
    }
}
