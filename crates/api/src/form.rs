//! Reading forms (`application/x-www-form-urlencoded`), as wallets post them: every field once, at most so many.

use std::collections::BTreeMap;

/// The most fields of a form.
const MOST_FIELDS: usize = 32;

/// The fields of a form by name. None where one is there twice, there are too many, or the bytes are no form in UTF-8.
pub(crate) fn parse(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let (name, value) = pair.split_at_checked(at)?;
        let value = value.split_first().map_or(&[][..], |(_, value)| value);
        if fields.len() >= MOST_FIELDS || fields.insert(decode(name)?, decode(value)?).is_some() {
            return None;
        }
    }
    Some(fields)
}

fn decode(text: &[u8]) -> Option<String> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next()?)?
                .checked_mul(16)?
                .checked_add(digit(rest.next()?)?)?,
            plain => plain,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let fields = parse("a=1&b=x+y&c=%E5%8D%B0%3D%26&d=&e".as_bytes()).unwrap();
        let read: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            read,
            [("a", "1"), ("b", "x y"), ("c", "印=&"), ("d", ""), ("e", "")]
        );
        assert_eq!(parse(b"").unwrap().len(), 0);
    }

    #[test]
    fn repeated_fields_bad_escapes_and_too_many_fields_are_no_form() {
        for wrong in ["a=1&a=2", "a=%", "a=%4", "a=%zz", "a=%FF", "%61=1&a=2"] {
            assert_eq!(parse(wrong.as_bytes()), None, "{wrong}");
        }
        let of = |count: usize| {
            (0..count)
                .map(|one| format!("f{one}=x"))
                .collect::<Vec<_>>()
                .join("&")
        };
        assert!(parse(of(MOST_FIELDS).as_bytes()).is_some());
        assert!(parse(of(MOST_FIELDS + 1).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_form_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(fields) = parse(&bytes) {
                prop_assert!(fields.len() <= MOST_FIELDS);
            }
        }
    }
}
