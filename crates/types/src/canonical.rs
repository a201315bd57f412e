//! Canonical JSON (规范 JSON): the one encoding of everything that is hashed or signed.
//!
//! RFC 8785 narrowed to what a ledger needs: ASCII names, integers within 2^53 - 1, no floats, nesting of at most
//! [`MAX_DEPTH`]. [`parse`] accepts exactly the bytes that [`to_bytes`] writes, so one document has one encoding, and a
//! document that repeats a name or carries a stray space is refused rather than repaired.

use serde::Serialize;
use serde_json::{Map, Number, Value};
use thiserror::Error;

use crate::units::MAX_SAFE_INTEGER;

/// How deep arrays and objects may nest, the outermost counting as one.
pub const MAX_DEPTH: usize = 16;

/// Why bytes are not a canonical document, with the offset of the first offending byte.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason} at byte {offset}")]
pub struct CanonicalError {
    /// Offset in bytes from the start of the document.
    pub offset: usize,
    /// What is wrong there.
    pub reason: Reason,
}

/// The ways in which a document can fail to be canonical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// The text is not JSON at all, or ends too early.
    #[error("not JSON")]
    Syntax,
    /// Well-formed bytes follow the end of the document.
    #[error("text after the end")]
    Trailing,
    /// Space between tokens.
    #[error("white space between tokens")]
    WhiteSpace,
    /// The same name occurs twice in one object.
    #[error("repeated name")]
    DuplicateName,
    /// Names are not in ascending order.
    #[error("names out of order")]
    NameOrder,
    /// A name has characters outside ASCII.
    #[error("name outside ASCII")]
    NameCharacters,
    /// A number that is not an integer within 2^53 - 1 in its shortest form.
    #[error("number is not a plain integer within 2^53-1")]
    Number,
    /// An escape where the plain character or a shorter escape is required.
    #[error("needless or wrong escape")]
    Escape,
    /// The bytes of a string are not UTF-8.
    #[error("not UTF-8")]
    Encoding,
    /// More than [`MAX_DEPTH`] levels.
    #[error("nested too deeply")]
    Depth,
}

/// Encodes a document. Fails where the document has no canonical form (floats, large integers, deep nesting, names outside ASCII).
pub fn to_bytes<T: Serialize + ?Sized>(document: &T) -> Result<Vec<u8>, Reason> {
    let value = serde_json::to_value(document).map_err(|_| Reason::Syntax)?;
    value_to_bytes(&value)
}

/// [`to_bytes`] for a value that is already a JSON tree.
pub fn value_to_bytes(value: &Value) -> Result<Vec<u8>, Reason> {
    let mut out = Vec::with_capacity(256);
    write_value(value, 1, &mut out)?;
    Ok(out)
}

fn write_value(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), Reason> {
    if depth > MAX_DEPTH && (value.is_array() || value.is_object()) {
        return Err(Reason::Depth);
    }
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => write_number(number, out)?,
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_value(item, depth.saturating_add(1), out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // Sorted here and not trusted to the map: a feature of serde_json elsewhere in a build can change its order.
            let mut names: Vec<(&String, &Value)> = members.iter().collect();
            names.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            out.push(b'{');
            for (position, (name, member)) in names.into_iter().enumerate() {
                if !name.is_ascii() {
                    return Err(Reason::NameCharacters);
                }
                if position > 0 {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write_value(member, depth.saturating_add(1), out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_number(number: &Number, out: &mut Vec<u8>) -> Result<(), Reason> {
    let fits = match (number.as_u64(), number.as_i64()) {
        (Some(unsigned), _) => unsigned <= MAX_SAFE_INTEGER,
        (None, Some(signed)) => signed.unsigned_abs() <= MAX_SAFE_INTEGER,
        (None, None) => false,
    };
    if !fits {
        return Err(Reason::Number);
    }
    out.extend_from_slice(number.to_string().as_bytes());
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0d => out.extend_from_slice(b"\\r"),
            0x00..=0x1f => {
                out.extend_from_slice(b"\\u00");
                for nibble in [byte >> 4, byte & 0x0f] {
                    out.push(HEX.get(usize::from(nibble)).copied().unwrap_or(b'0'));
                }
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Reads a canonical document; refuses every other spelling of it. Total: any bytes give a value or an error.
pub fn parse(bytes: &[u8]) -> Result<Value, CanonicalError> {
    let mut reader = Reader { bytes, offset: 0 };
    let value = reader.value(1)?;
    if reader.offset < bytes.len() {
        return Err(reader.error(if reader.at_space() {
            Reason::WhiteSpace
        } else {
            Reason::Trailing
        }));
    }
    Ok(value)
}

struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl Reader<'_> {
    fn error(&self, reason: Reason) -> CanonicalError {
        CanonicalError {
            offset: self.offset,
            reason,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.offset).copied()
    }

    fn at_space(&self) -> bool {
        matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn advance(&mut self) {
        self.offset = self.offset.saturating_add(1);
    }

    fn expect(&mut self, byte: u8) -> Result<(), CanonicalError> {
        if self.peek() == Some(byte) {
            self.advance();
            return Ok(());
        }
        Err(self.error(if self.at_space() {
            Reason::WhiteSpace
        } else {
            Reason::Syntax
        }))
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, CanonicalError> {
        for &byte in word {
            self.expect(byte)?;
        }
        Ok(value)
    }

    fn value(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        match self.peek() {
            Some(b'n') => self.word(b"null", Value::Null),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'[') => self.array(depth),
            Some(b'{') => self.object(depth),
            _ if self.at_space() => Err(self.error(Reason::WhiteSpace)),
            _ => Err(self.error(Reason::Syntax)),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        if depth > MAX_DEPTH {
            return Err(self.error(Reason::Depth));
        }
        self.expect(b'[')?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.advance();
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value(depth.saturating_add(1))?);
            if self.peek() == Some(b',') {
                self.advance();
                continue;
            }
            self.expect(b']')?;
            return Ok(Value::Array(items));
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, CanonicalError> {
        if depth > MAX_DEPTH {
            return Err(self.error(Reason::Depth));
        }
        self.expect(b'{')?;
        let mut members = Map::new();
        if self.peek() == Some(b'}') {
            self.advance();
            return Ok(Value::Object(members));
        }
        loop {
            let start = self.offset;
            let name = self.string()?;
            let at_start = |reason| CanonicalError {
                offset: start,
                reason,
            };
            if !name.is_ascii() {
                return Err(at_start(Reason::NameCharacters));
            }
            // The members stand in ascending order, so the last of them is the one before, whichever order the map keeps.
            match members.keys().next_back() {
                Some(earlier) if *earlier == name => return Err(at_start(Reason::DuplicateName)),
                Some(earlier) if earlier.as_bytes() > name.as_bytes() => {
                    let reason = if members.contains_key(&name) {
                        Reason::DuplicateName
                    } else {
                        Reason::NameOrder
                    };
                    return Err(at_start(reason));
                }
                _ => {}
            }
            self.expect(b':')?;
            let member = self.value(depth.saturating_add(1))?;
            members.insert(name, member);
            if self.peek() == Some(b',') {
                self.advance();
                continue;
            }
            self.expect(b'}')?;
            return Ok(Value::Object(members));
        }
    }

    fn number(&mut self) -> Result<Value, CanonicalError> {
        let start = self.offset;
        let error = CanonicalError {
            offset: start,
            reason: Reason::Number,
        };
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.advance();
        }
        let text = self
            .bytes
            .get(start..self.offset)
            .and_then(|raw| std::str::from_utf8(raw).ok())
            .ok_or(error.clone())?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        let shortest = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'))
            && text != "-0";
        let magnitude = digits
            .parse::<u64>()
            .ok()
            .filter(|magnitude| shortest && *magnitude <= MAX_SAFE_INTEGER);
        match magnitude {
            Some(_) if text.starts_with('-') => text.parse::<i64>().map(Value::from).map_err(|_| error),
            Some(magnitude) => Ok(Value::from(magnitude)),
            None => Err(error),
        }
    }

    fn string(&mut self) -> Result<String, CanonicalError> {
        self.expect(b'"')?;
        let mut text = Vec::new();
        let start = self.offset;
        loop {
            let byte = self.peek().ok_or_else(|| self.error(Reason::Syntax))?;
            match byte {
                b'"' => {
                    self.advance();
                    return String::from_utf8(text).map_err(|_| CanonicalError {
                        offset: start,
                        reason: Reason::Encoding,
                    });
                }
                b'\\' => text.push(self.escape()?),
                0x00..=0x1f => return Err(self.error(Reason::Escape)),
                _ => {
                    text.push(byte);
                    self.advance();
                }
            }
        }
    }

    /// Reads one escape. Only characters that must be escaped may be, each in its one canonical way.
    fn escape(&mut self) -> Result<u8, CanonicalError> {
        let error = self.error(Reason::Escape);
        self.advance();
        let letter = self.peek().ok_or_else(|| self.error(Reason::Syntax))?;
        self.advance();
        let byte = match letter {
            b'"' => b'"',
            b'\\' => b'\\',
            b'b' => 0x08,
            b't' => 0x09,
            b'n' => 0x0a,
            b'f' => 0x0c,
            b'r' => 0x0d,
            b'u' => {
                let end = self.offset.saturating_add(4);
                let digits = self
                    .bytes
                    .get(self.offset..end)
                    .ok_or_else(|| self.error(Reason::Syntax))?;
                let lower = digits
                    .iter()
                    .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
                let code = std::str::from_utf8(digits)
                    .ok()
                    .filter(|_| lower)
                    .and_then(|text| u8::from_str_radix(text, 16).ok())
                    .filter(|code| *code < 0x20 && !matches!(code, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d))
                    .ok_or(error)?;
                self.offset = end;
                return Ok(code);
            }
            _ => return Err(error),
        };
        Ok(byte)
    }
}
