//! XML, read strictly: well-formed, with namespaces, without a document type, and within limits. What a namespace means is said by whoever
//! reads: [`Vocabulary`].

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};
use quick_xml::reader::NsReader;

use crate::limits;

/// What namespaces mean.
pub trait Vocabulary: Clone + PartialEq {
    /// No namespace at all.
    const PLAIN: Self;
    /// The language of the document.
    const MODEL: Self;

    /// The meaning of a namespace.
    fn of(namespace: &str) -> Self;
}

/// Why bytes are no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Too many bytes.
    TooLong,
    /// Too many elements or attributes.
    TooMany,
    /// Elements nest too deeply.
    TooDeep,
    /// Not text in an encoding that is read.
    Encoding,
    /// Not well-formed.
    Syntax,
    /// A document type, an entity or a processing instruction.
    Entity,
    /// A control character, or one that changes the direction of text.
    Character,
}

/// An attribute, its value with references resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute<V> {
    /// Its namespace.
    pub space: V,
    /// Its name without a prefix.
    pub local: String,
    /// Its value.
    pub value: String,
}

/// An element with all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element<V> {
    /// Its namespace.
    pub space: V,
    /// Its name without a prefix.
    pub local: String,
    /// Its attributes, those that declare namespaces left out.
    pub attributes: Vec<Attribute<V>>,
    /// The elements in it.
    pub children: Vec<Self>,
    /// All character data directly in it.
    pub text: String,
}

impl<V: Vocabulary> Element<V> {
    /// The value of an attribute without a namespace.
    #[must_use]
    pub fn plain(&self, local: &str) -> Option<&str> {
        self.attribute(&V::PLAIN, local)
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, space: &V, local: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|attribute| attribute.space == *space && attribute.local == local)
            .map(|attribute| attribute.value.as_str())
    }

    /// Its children in the language of the document with this name.
    pub fn named<'a>(&'a self, local: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children
            .iter()
            .filter(move |child| child.space == V::MODEL && child.local == local)
    }
}

/// Why bytes are no document, and in which line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// Why.
    pub fault: Fault,
    /// Where, from 1.
    pub line: usize,
}

/// The text of a document. Latin-1 is the one encoding beside UTF-8 that modellers still declare.
///
/// # Errors
/// If there are too many bytes, or they are not in their encoding.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    let failure = |fault| XmlError { fault, line: 1 };
    if bytes.len() > limits::DOCUMENT_BYTES {
        return Err(failure(Fault::TooLong));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let declared = declared_encoding(bytes);
    match declared.as_deref() {
        None | Some("UTF-8" | "US-ASCII") => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| failure(Fault::Encoding)),
        Some("ISO-8859-1") => Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect())),
        Some(_) => Err(failure(Fault::Encoding)),
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
///
/// # Errors
/// If it is not well-formed, over a limit, or has in it what only makes trouble.
pub fn read<V: Vocabulary>(text: &str) -> Result<Element<V>, XmlError> {
    if let Some(at) = text.find(forbidden_character) {
        return Err(XmlError {
            fault: Fault::Character,
            line: line(text, at),
        });
    }
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let mut tree = Tree {
        root: None,
        open: Vec::new(),
        elements: 0,
        begun: false,
    };
    loop {
        let step = match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => tree.take(&reader, event),
            Err(_) => Err(Fault::Syntax),
        };
        if let Err(fault) = step {
            let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            return Err(XmlError {
                fault,
                line: line(text, at),
            });
        }
    }
    match (tree.root, tree.open.is_empty()) {
        (Some(root), true) => Ok(root),
        _ => Err(XmlError {
            fault: Fault::Syntax,
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

struct Tree<V> {
    root: Option<Element<V>>,
    /// The elements whose end has not come, outermost first.
    open: Vec<Element<V>>,
    elements: usize,
    begun: bool,
}

impl<V: Vocabulary> Tree<V> {
    fn take(&mut self, reader: &NsReader<&[u8]>, event: Event<'_>) -> Result<(), Fault> {
        let first = !std::mem::replace(&mut self.begun, true);
        match event {
            Event::Start(start) => self.start(reader, &start),
            Event::End(_) => self.end(),
            Event::Text(text) => {
                let text = text.decode().map_err(|_| Fault::Syntax)?;
                if text.contains("]]>") {
                    return Err(Fault::Syntax);
                }
                self.text(&text)
            }
            Event::CData(text) if !self.open.is_empty() => {
                let text = text.decode().map_err(|_| Fault::Syntax)?;
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
                        _ => return Err(Fault::Entity),
                    },
                    Err(_) => return Err(Fault::Syntax),
                };
                if forbidden_character(character) {
                    return Err(Fault::Character);
                }
                if self.open.is_empty() {
                    return Err(Fault::Syntax);
                }
                self.text(character.encode_utf8(&mut [0; 4]))
            }
            Event::Decl(_) if first => Ok(()),
            Event::Comment(_) => Ok(()),
            Event::DocType(_) | Event::PI(_) => Err(Fault::Entity),
            Event::Empty(_) | Event::Decl(_) | Event::CData(_) | Event::Eof => Err(Fault::Syntax),
        }
    }

    fn start(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<(), Fault> {
        self.elements = self.elements.saturating_add(1);
        if self.elements > limits::ELEMENTS {
            return Err(Fault::TooMany);
        }
        if self.open.len() >= limits::ELEMENT_DEPTH {
            return Err(Fault::TooDeep);
        }
        if self.root.is_some() {
            return Err(Fault::Syntax);
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
            let attribute = attribute.map_err(|_| Fault::Syntax)?;
            if count >= limits::ATTRIBUTES {
                return Err(Fault::TooMany);
            }
            if declares_namespace(attribute.key) {
                continue;
            }
            if attribute.value.contains(&b'<') {
                return Err(Fault::Syntax);
            }
            let (space, local) = reader.resolver().resolve_attribute(attribute.key);
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| Fault::Entity)?
                .into_owned();
            if value.contains(forbidden_character) {
                return Err(Fault::Character);
            }
            let (space, local): (V, _) = (space_of(&space)?, name(local.as_ref())?);
            if element.attribute(&space, &local).is_some() {
                return Err(Fault::Syntax);
            }
            element.attributes.push(Attribute { space, local, value });
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let element = self.open.pop().ok_or(Fault::Syntax)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Fault::Syntax),
        }
        Ok(())
    }
}

fn declares_namespace(key: QName<'_>) -> bool {
    key.as_namespace_binding().is_some()
}

fn space_of<V: Vocabulary>(result: &ResolveResult<'_>) -> Result<V, Fault> {
    match result {
        ResolveResult::Unbound => Ok(V::PLAIN),
        ResolveResult::Unknown(_) => Err(Fault::Syntax),
        ResolveResult::Bound(space) => std::str::from_utf8(space.as_ref())
            .map(V::of)
            .map_err(|_| Fault::Syntax),
    }
}

/// A local name. Those that mean something here are ASCII; others are only told.
fn name(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Syntax)?;
    let right = text.len() <= limits::ID_BYTES
        && text.starts_with(|c: char| c == '_' || c.is_alphabetic())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if right {
        Ok(text.to_owned())
    } else {
        Err(Fault::Syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Space {
        Plain,
        Model,
        Other,
    }

    impl Vocabulary for Space {
        const PLAIN: Self = Self::Plain;
        const MODEL: Self = Self::Model;

        fn of(namespace: &str) -> Self {
            if namespace == "urn:model" {
                Self::Model
            } else {
                Self::Other
            }
        }
    }

    fn refused(text: &str) -> Option<Fault> {
        read::<Space>(text).err().map(|error| error.fault)
    }

    #[test]
    fn elements_attributes_and_text_are_read_with_their_namespaces() {
        let text = "<?xml version=\"1.0\"?>\n<b:a xmlns:b='urn:model' x='1&lt;2' b:y='&#65;'>t&amp;<![CDATA[<u>]]><c/></b:a>\n";
        let root = read::<Space>(text).unwrap();
        assert_eq!((root.space.clone(), root.local.as_str()), (Space::Model, "a"));
        assert_eq!(root.plain("x"), Some("1<2"));
        assert_eq!(root.attribute(&Space::Model, "y"), Some("A"));
        assert_eq!(root.text, "t&<u>");
        assert_eq!(root.children[0].space, Space::Plain);
    }

    #[test]
    fn document_types_entities_and_instructions_are_refused() {
        assert_eq!(
            refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>"),
            Some(Fault::Entity)
        );
        assert_eq!(refused("<a>&x;</a>"), Some(Fault::Entity));
        assert_eq!(refused("<a b='&x;'/>"), Some(Fault::Entity));
        assert_eq!(refused("<a><?php x?></a>"), Some(Fault::Entity));
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
            assert!(read::<Space>(wrong).is_err(), "{wrong}");
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
            assert_eq!(refused(wrong), Some(Fault::Character), "{wrong}");
        }
    }

    #[test]
    fn depth_elements_attributes_and_bytes_are_bounded() {
        let nest = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
        assert_eq!(refused(&nest(limits::ELEMENT_DEPTH)), None);
        assert_eq!(refused(&nest(limits::ELEMENT_DEPTH + 1)), Some(Fault::TooDeep));
        let many = |count: usize| format!("<a>{}</a>", "<b/>".repeat(count - 1));
        assert_eq!(refused(&many(limits::ELEMENTS)), None);
        assert_eq!(refused(&many(limits::ELEMENTS + 1)), Some(Fault::TooMany));
        let attributes: String = (0..=limits::ATTRIBUTES).map(|n| format!(" a{n}=''")).collect();
        assert_eq!(refused(&format!("<a{attributes}/>")), Some(Fault::TooMany));
        assert_eq!(
            decode(&vec![b' '; limits::DOCUMENT_BYTES + 1])
                .err()
                .map(|e| e.fault),
            Some(Fault::TooLong)
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
