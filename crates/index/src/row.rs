//! How values become cells of a row and back, and the checksum that every row ends with.
//!
//! The checksum (CRC-32, which finds every change of up to 32 neighbouring bits) is not a defence against somebody who wants
//! to forge a row; that is what [`crate::Index::compare_block`] is for. It makes sure that a rotten disk is reported and not
//! served.

use serde::Serialize;
use serde::de::DeserializeOwned;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};
use yinxin_types::canonical;

use crate::backend::{Cell, Row};
use crate::error::IndexError;
use crate::schema::Table;

/// A digest as a cell: the tag of the algorithm and 32 bytes.
pub(crate) fn digest(digest: &Digest) -> Cell {
    let mut bytes = Vec::with_capacity(33);
    bytes.push(digest.algorithm().tag());
    bytes.extend_from_slice(digest.bytes());
    Cell::Bytes(bytes)
}

/// An account as a cell: the tag of the algorithm and the key.
pub(crate) fn account(key: &PublicKey) -> Cell {
    let mut bytes = Vec::with_capacity(key.as_bytes().len().saturating_add(1));
    bytes.push(key.algorithm().tag());
    bytes.extend_from_slice(key.as_bytes());
    Cell::Bytes(bytes)
}

/// A number as a cell. Numbers of the formats are below 2^53.
pub(crate) fn number(number: u64) -> Cell {
    Cell::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Text of somebody's choice as a cell: U+0000 is written `\0` and a backslash `\\`, because PostgreSQL does not store U+0000.
pub(crate) fn text(text: &str) -> Cell {
    if !text.contains(['\0', '\\']) {
        return Cell::Text(text.to_owned());
    }
    Cell::Text(text.replace('\\', "\\\\").replace('\0', "\\0"))
}

/// A document as a cell, in canonical form. `None` if it has none.
pub(crate) fn document<T: Serialize + ?Sized>(document: &T) -> Option<Cell> {
    String::from_utf8(canonical::to_bytes(document).ok()?)
        .ok()
        .map(Cell::Text)
}

/// A cell that may be missing.
pub(crate) fn maybe(cell: Option<Cell>) -> Cell {
    cell.unwrap_or(Cell::Null)
}

/// Appends the checksum to a row.
pub(crate) fn seal(table: &Table, mut row: Row) -> Row {
    let checksum = checksum(table, &row);
    row.push(Cell::Int(checksum));
    row
}

/// The checksum over the name of the table and every cell, as a signed number of 32 bits, the shortest both databases store.
fn checksum(table: &Table, cells: &[Cell]) -> i64 {
    let mut bytes = Vec::with_capacity(256);
    bytes.extend_from_slice(table.name.as_bytes());
    for cell in cells {
        match cell {
            Cell::Null | Cell::Foreign => bytes.push(0),
            Cell::Int(number) => {
                bytes.push(1);
                bytes.extend_from_slice(&number.to_be_bytes());
            }
            Cell::Bytes(content) => put(&mut bytes, 2, content),
            Cell::Text(content) => put(&mut bytes, 3, content.as_bytes()),
        }
    }
    i64::from(i32::from_be_bytes(crc32fast::hash(&bytes).to_be_bytes()))
}

fn put(bytes: &mut Vec<u8>, tag: u8, content: &[u8]) {
    bytes.push(tag);
    bytes.extend_from_slice(&u64::try_from(content.len()).unwrap_or(u64::MAX).to_be_bytes());
    bytes.extend_from_slice(content);
}

/// Takes a row apart, column by column. Whatever is not as it was written is damage.
#[derive(Debug)]
pub(crate) struct Reader {
    table: &'static Table,
    key: i64,
    cells: std::vec::IntoIter<Cell>,
}

impl Reader {
    /// Checks the checksum and takes the key.
    pub(crate) fn open(table: &'static Table, mut row: Row) -> Result<Self, IndexError> {
        let key = match row.first() {
            Some(Cell::Int(key)) => *key,
            _ => {
                return Err(IndexError::damaged(format!(
                    "{}: a row without a key",
                    table.name
                )));
            }
        };
        if row.pop() != Some(Cell::Int(checksum(table, &row))) {
            return Err(IndexError::damaged(format!(
                "{} {key}: wrong checksum",
                table.name
            )));
        }
        let mut cells = row.into_iter();
        cells.next();
        Ok(Self { table, key, cells })
    }

    /// The primary key.
    pub(crate) fn key(&self) -> i64 {
        self.key
    }

    /// The error for a column that is not as it was written.
    pub(crate) fn damaged(&self, what: &str) -> IndexError {
        IndexError::damaged(format!("{} {}: {what}", self.table.name, self.key))
    }

    fn next(&mut self) -> Cell {
        self.cells.next().unwrap_or(Cell::Foreign)
    }

    /// An integer.
    pub(crate) fn integer(&mut self) -> Result<i64, IndexError> {
        self.maybe_integer()?
            .ok_or_else(|| self.damaged("a number is missing"))
    }

    /// An integer or nothing.
    pub(crate) fn maybe_integer(&mut self) -> Result<Option<i64>, IndexError> {
        match self.next() {
            Cell::Int(number) => Ok(Some(number)),
            Cell::Null => Ok(None),
            _ => Err(self.damaged("not a number")),
        }
    }

    /// A number that is not negative.
    pub(crate) fn number(&mut self) -> Result<u64, IndexError> {
        self.maybe_number()?
            .ok_or_else(|| self.damaged("a number is missing"))
    }

    /// A number that is not negative, or nothing.
    pub(crate) fn maybe_number(&mut self) -> Result<Option<u64>, IndexError> {
        let number = self.maybe_integer()?;
        number
            .map(|number| u64::try_from(number).map_err(|_| self.damaged("a negative number")))
            .transpose()
    }

    /// Bytes.
    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>, IndexError> {
        self.maybe_bytes()?
            .ok_or_else(|| self.damaged("bytes are missing"))
    }

    fn maybe_bytes(&mut self) -> Result<Option<Vec<u8>>, IndexError> {
        match self.next() {
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            Cell::Null => Ok(None),
            _ => Err(self.damaged("not bytes")),
        }
    }

    /// A digest.
    pub(crate) fn digest(&mut self) -> Result<Digest, IndexError> {
        self.maybe_digest()?
            .ok_or_else(|| self.damaged("a digest is missing"))
    }

    /// A digest or nothing.
    pub(crate) fn maybe_digest(&mut self) -> Result<Option<Digest>, IndexError> {
        let Some(bytes) = self.maybe_bytes()? else {
            return Ok(None);
        };
        let digest = bytes.split_first().and_then(|(tag, raw)| {
            let algorithm = HashAlgorithm::from_tag(*tag)?;
            Some(Digest::new(algorithm, raw.try_into().ok()?))
        });
        digest.map(Some).ok_or_else(|| self.damaged("not a digest"))
    }

    /// An account.
    pub(crate) fn account(&mut self) -> Result<PublicKey, IndexError> {
        let bytes = self.bytes()?;
        let key = bytes.split_first().and_then(|(tag, raw)| {
            let algorithm = SignatureAlgorithm::from_tag(*tag)?;
            PublicKey::from_bytes(algorithm, raw).ok()
        });
        key.ok_or_else(|| self.damaged("not an account"))
    }

    /// Text of somebody's choice.
    pub(crate) fn text(&mut self) -> Result<String, IndexError> {
        self.maybe_text()?
            .ok_or_else(|| self.damaged("a text is missing"))
    }

    /// Text of somebody's choice, or nothing.
    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, IndexError> {
        let Some(stored) = self.plain_text()? else {
            return Ok(None);
        };
        if !stored.contains('\\') {
            return Ok(Some(stored));
        }
        let mut text = String::with_capacity(stored.len());
        let mut characters = stored.chars();
        while let Some(character) = characters.next() {
            text.push(match (character, character == '\\') {
                (_, true) => match characters.next() {
                    Some('0') => '\0',
                    Some('\\') => '\\',
                    _ => return Err(self.damaged("a wrong escape")),
                },
                (plain, false) => plain,
            });
        }
        Ok(Some(text))
    }

    fn plain_text(&mut self) -> Result<Option<String>, IndexError> {
        match self.next() {
            Cell::Text(text) => Ok(Some(text)),
            Cell::Null => Ok(None),
            _ => Err(self.damaged("not a text")),
        }
    }

    /// The text of a document, unread, or nothing.
    pub(crate) fn maybe_unread(&mut self) -> Result<Option<String>, IndexError> {
        self.plain_text()
    }

    /// A document.
    pub(crate) fn document<T: DeserializeOwned>(&mut self) -> Result<T, IndexError> {
        self.maybe_document()?
            .ok_or_else(|| self.damaged("a document is missing"))
    }

    /// A document or nothing.
    pub(crate) fn maybe_document<T: DeserializeOwned>(&mut self) -> Result<Option<T>, IndexError> {
        let Some(text) = self.plain_text()? else {
            return Ok(None);
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| self.damaged("not the document it should be"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::{HISTORY, META};

    fn reader(cell: Cell) -> Reader {
        Reader::open(&HISTORY, seal(&HISTORY, vec![Cell::Int(1), cell])).unwrap()
    }

    #[test]
    fn a_changed_cell_key_or_table_breaks_the_checksum() {
        let row = seal(&HISTORY, vec![Cell::Int(7), Cell::Bytes(vec![1, 2])]);
        assert_eq!(
            Reader::open(&HISTORY, row.clone()).unwrap().bytes().unwrap(),
            [1, 2]
        );
        for changed in [
            vec![Cell::Int(6), row[1].clone(), row[2].clone()],
            vec![row[0].clone(), Cell::Bytes(vec![1, 3]), row[2].clone()],
            vec![
                row[0].clone(),
                Cell::Text("\u{1}\u{2}".to_owned()),
                row[2].clone(),
            ],
            vec![row[0].clone(), row[1].clone(), Cell::Null],
            vec![row[0].clone()],
            vec![],
        ] {
            assert!(matches!(
                Reader::open(&HISTORY, changed),
                Err(IndexError::Damaged(_))
            ));
        }
        assert!(matches!(Reader::open(&META, row), Err(IndexError::Damaged(_))));
    }

    #[test]
    fn an_account_of_every_kind_comes_back() {
        let point = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
        for text in [
            "ed25519:ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c".to_owned(),
            format!("sm2:{point}"),
            format!("passkey:{point}{}", "5a".repeat(32)),
        ] {
            let key: PublicKey = text.parse().unwrap();
            assert_eq!(reader(account(&key)).account().unwrap(), key);
        }
        assert!(reader(Cell::Bytes(vec![3; 65])).account().is_err());
    }

    #[test]
    fn a_cell_of_another_kind_is_damage() {
        assert!(reader(Cell::Null).integer().is_err());
        assert!(reader(Cell::Int(-1)).number().is_err());
        assert!(reader(Cell::Bytes(vec![9; 33])).digest().is_err());
        assert!(reader(Cell::Bytes(vec![1; 32])).digest().is_err());
        assert!(reader(Cell::Bytes(vec![1; 9])).account().is_err());
        assert!(reader(Cell::Text("\\x".to_owned())).text().is_err());
        assert!(
            reader(Cell::Text("{".to_owned()))
                .document::<serde_json::Value>()
                .is_err()
        );
    }

    proptest! {
        #[test]
        fn any_text_comes_back_and_never_holds_a_zero(original in any::<String>()) {
            let cell = text(&original);
            let Cell::Text(stored) = &cell else { panic!("not text") };
            prop_assert!(!stored.contains('\0'));
            prop_assert_eq!(reader(cell.clone()).text().unwrap(), original);
        }

        #[test]
        fn no_cells_make_the_reader_panic(bytes in any::<Vec<u8>>(), words in any::<String>()) {
            let _ = reader(Cell::Bytes(bytes.clone())).digest();
            let _ = reader(Cell::Bytes(bytes)).account();
            let _ = reader(Cell::Text(words.clone())).text();
            let _ = reader(Cell::Text(words)).document::<yinxin_types::Header>();
        }
    }
}
