//! XML, read strictly: well-formed, with namespaces, without a document type, and within limits.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};
use quick_xml::reader::NsReader;

use crate::finding::Code;
use crate::limits;

/// The namespace of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Space {
    /// None.
    Plain,
    /// BPMN 2.0, the semantic model.
    Bpmn,
    /// Ours, [`super::extension::NAMESPACE`].
    Ours,
    /// Any other.
    Other(String),
}

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/// An attribute, its value with references resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub space: Space,
    pub local: String,
    pub value: String,
}

/// An element with all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub space: Space,
    pub local: String,
    pub attributes: Vec<Attribute>,
    pub children: Vec<Element>,
    /// All character data directly in it.
    pub text: String,
}

impl Element {
    /// The value of an attribute without a namespace.
    pub fn plain(&self, local: &str) -> Option<&str> {
        self.attribute(&Space::Plain, local)
    }

    /// The value of one of our attributes.
    pub fn ours(&self, local: &str) -> Option<&str> {
        self.attribute(&Space::Ours, local)
    }

    fn attribute(&self, space: &Space, local: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.space == *space && attribute.local == local)
            .map(|attribute| attribute.value.as_str())
    }

    /// Its children in the BPMN namespace with this name.
    pub fn named<'a>(&'a self, local: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.space == Space::Bpmn && child.local == local)
    }
}

/// Why bytes are no document, and in which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XmlError {
    pub code: Code,
    pub line: usize,
}

/// The text of a document. Latin-1 is the one encoding beside UTF-8 that modellers still declare.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let failure = |code| XmlError { code, line: 1 };
    if bytes.len() > limits::DOCUMENT_BYTES {
        return Err(failure(Code::DocumentTooLong));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let declared = declared_encoding(bytes);
    match declared.as_deref() {
        None | Some("UTF-8" | "US-ASCII") => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| failure(Code::Encoding)),
        Some("ISO-8859-1") => Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())),
        Some(_) => Err(failure(Code::Encoding)),
    }
}

/// The encoding that the XML declaration names, in capitals.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let end = bytes.windows(2).take(200).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(bytes.get(..end)?).ok()?;
    let (_, rest) = declaration.strip_prefix("<?xml")?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
    let (name, _) = rest.strip_prefix(quote)?.split_once(quote)?;
    Some(name.to_ascii_uppercase())
}

/// Reads one document.
pub fn read(text: &str) -> Result<Element, XmlError> {
    if let Some(at) = text.find(forbidden_character) {
        return Err(XmlError {
            code: Code::Character,
            line: line(text, at),
        });
    }
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let mut tree = Tree::default();
    loop {
        let step = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => tree.take(&reader, event),
            Err(_) => Err(Code::Syntax),
        };
        if let Err(code) = step {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            return Err(XmlError {
                code,
                line: line(text, at),
            });
        }
    }
    match (tree.root, tree.open.is_empty()) {
        (Some(root), true) => Ok(root),
        _ => Err(XmlError {
            code: Code::Syntax,
            line: line(text, text.len()),
        }),
    }
}

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    before
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        .saturating_add(1)
}

/// What XML does not allow, and what changes the direction of the text around it: a reader must see what a program reads.
fn forbidden_character(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{fffe}'
        | '\u{ffff}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200e}'
        | '\u{200f}' => true,
        c => c.is_control(),
    }
}

#[derive(Default)]
struct Tree {
    root: Option<Element>,
    /// The elements whose end has not come, outermost first.
    open: Vec<Element>,
    elements: usize,
    begun: bool,
}

impl Tree {
    fn take(&mut self, reader: &NsReader<&[u8]>, event: Event<'_>) -> Result<(), Code> {
        let first = !std::mem::replace(&mut self.begun, true);
        match event {
            Event::Start(start) => self.start(reader, &start),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                let text = text.decode().map_err(|_| Code::Syntax)?;
                if text.contains("]]>") {
                    return Err(Code::Syntax);
                }
                self.text(&text)
            }
            Event::CData(text) if !self.open.is_empty() => {
                let text = text.decode().map_err(|_| Code::Syntax)?;
                self.text(&text)
            }
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref() {
                    Ok(Some(character)) => character,
                    Ok(None) => match reference.decode().as_deref() {
                        Ok("lt") => '<',
                        Ok("gt") => '>',
                        Ok("amp") => '&',
                        Ok("apos") => '\'',
                        Ok("quot") => '"',
                        _ => return Err(Code::Entity),
                    },
                    Err(_) => return Err(Code::Syntax),
                };
                if forbidden_character(character) {
                    return Err(Code::Character);
                }
                if self.open.is_empty() {
                    return Err(Code::Syntax);
                }
                self.text(character.encode_utf8(&mut [0; 4]))
            }
            Event::Decl(_) if first => Ok(()),
            Event::Comment(_) => Ok(()),
            Event::DocType(_) | Event::PI(_) => Err(Code::Entity),
            Event::Empty(_) | Event::Decl(_) | Event::CData(_) | Event::Eof => Err(Code::Syntax),
        }
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), Code> {
        self.elements = self.elements.saturating_add(1);
        if self.elements > limits::ELEMENTS {
            return Err(Code::TooManyElements);
        }
        if self.open.len() >= limits::DEPTH {
            return Err(Code::TooDeep);
        }
        if self.root.is_some() {
            return Err(Code::Syntax);
        }
        let (space, local) = reader.resolver().resolve_element(start.name());
        let mut element = Element {
            space: space_of(&space)?,
            local: name(local.as_ref())?,
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
        };
        for (count, attribute) in start.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Code::Syntax)?;
            if count >= limits::ATTRIBUTES {
                return Err(Code::TooManyElements);
            }
            if declares_namespace(attribute.key) {
                continue;
            }
            if attribute.value.contains(&b'<') {
                return Err(Code::Syntax);
            }
            let (space, local) = reader.resolver().resolve_attribute(attribute.key);
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| Code::Entity)?
                .into_owned();
            if value.contains(forbidden_character) {
                return Err(Code::Character);
            }
            let (space, local) = (space_of(&space)?, name(local.as_ref())?);
            if element.attribute(&space, &local).is_some() {
                return Err(Code::Syntax);
            }
            element.attributes.push(Attribute { space, local, value });
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Code> {
        let element = self.open.pop().ok_or(Code::Syntax)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Code> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Code::Syntax),
        }
        Ok(())
    }
}

fn declares_namespace(key: QName<'_>) -> bool {
    key.as_namespace_binding().is_some()
}

fn space_of(result: &ResolveResult<'_>) -> Result<Space, Code> {
    match result {
        ResolveResult::Unbound => Ok(Space::Plain),
        ResolveResult::Unknown(_) => Err(Code::Syntax),
        ResolveResult::Bound(space) => match std::str::from_utf8(space.as_ref()).map_err(|_| Code::Syntax)? {
            BPMN => Ok(Space::Bpmn),
            super::extension::NAMESPACE => Ok(Space::Ours),
            other => Ok(Space::Other(other.to_owned())),
        },
    }
}

/// A local name. Those that mean something here are ASCII; others are only told.
fn name(bytes: &[u8]) -> Result<String, Code> {
    let text = std::str::from_utf8(bytes).map_err(|_| Code::Syntax)?;
    let right = text.len() <= limits::ID_BYTES
        && text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if right {
        Ok(text.to_owned())
    } else {
        Err(Code::Syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<Code> {
        read(text).err().map(|error| error.code)
    }

    #[test]
    fn elements_attributes_and_text_are_read_with_their_namespaces() {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<b:a xmlns:b='{BPMN}' x='1&lt;2' b:y='&#65;'>t&amp;<![CDATA[<u>]]><c/></b:a>\n"
        );
        let root = read(&text).unwrap();
        assert_eq!((root.space.clone(), root.local.as_str()), (Space::Bpmn, "a"));
        assert_eq!(root.plain("x"), Some("1<2"));
        assert_eq!(root.attribute(&Space::Bpmn, "y"), Some("A"));
        assert_eq!(root.text, "t&<u>");
        assert_eq!(root.children[0].space, Space::Plain);
    }

    #[test]
    fn document_types_entities_and_instructions_are_refused() {
        assert_eq!(
            refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
            Some(Code::Entity)
        );
        assert_eq!(refused("<a>&x;</a>"), Some(Code::Entity));
        assert_eq!(refused("<a b='&x;'/>"), Some(Code::Entity));
        assert_eq!(refused("<a><?php x?></a>"), Some(Code::Entity));
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for wrong in [
            "",
            "x",
            "<a>",
            "</a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a b=c/>",
            "<a b='1' b='2'/>",
            "<x:a/>",
            "<a>]]></a>",
            "<a b='<'/>",
            "<a>&</a>",
            "<1/>",
            "<a/><![CDATA[x]]>",
            "<a/>&#65;",
            "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn control_characters_and_turned_text_are_refused_wherever_they_hide() {
        for wrong in [
            "<a>\u{1}</a>",
            "<a b='\u{202e}'/>",
            "<a>&#x202E;</a>",
            "<a b='&#x202E;'/>",
            "<a b='&#1;'/>",
        ] {
            assert_eq!(refused(wrong), Some(Code::Character), "{wrong}");
        }
    }

    #[test]
    fn depth_elements_attributes_and_bytes_are_bounded() {
        let nest = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert_eq!(refused(&nest(limits::DEPTH)), None);
        assert_eq!(refused(&nest(limits::DEPTH + 1)), Some(Code::TooDeep));
        let many = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
        assert_eq!(refused(&many(limits::ELEMENTS)), None);
        assert_eq!(refused(&many(limits::ELEMENTS + 1)), Some(Code::TooManyElements));
        let attributes: String = (0..=limits::ATTRIBUTES).map(|n| format!(" a{n}=''")).collect();
        assert_eq!(refused(&format!("<a{attributes}/>")), Some(Code::TooManyElements));
        assert_eq!(
            decode(&vec![b' '; limits::DOCUMENT_BYTES + 1])
                .err()
                .map(|e| e.code),
            Some(Code::DocumentTooLong)
        );
    }

    #[test]
    fn utf_8_and_latin_1_are_read_and_other_encodings_refused() {
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>")
                .unwrap()
                .chars()
                .nth(46),
            Some('\u{e9}')
        );
        assert_eq!(decode("\u{feff}<a/>".as_bytes()).unwrap(), "<a/>");
        assert!(decode(b"<?xml version='1.0' encoding='UTF-16'?><a/>").is_err());
        assert!(decode(b"<a>\xe9</a>").is_err());
    }
}
