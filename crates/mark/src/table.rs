//! Reading and writing tables of rows as CSV (RFC 4180), in the encodings and with the separators that spreadsheets of this country write.

use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};
use thiserror::Error;

/// The most bytes of a file: 8 MiB.
pub const MAX_BYTES: usize = 8 << 20;
/// The most rows, without the names of the columns.
pub const MAX_ROWS: usize = 50_000;
/// The most columns.
pub const MAX_COLUMNS: usize = 64;
/// The most bytes of one cell.
pub const MAX_CELL_BYTES: usize = 4096;

/// Why bytes are no table that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TableError {
    /// Too many bytes, rows or columns, or a cell that is too long.
    #[error(
        "a table has at most {MAX_BYTES} bytes, {MAX_ROWS} rows, {MAX_COLUMNS} columns and {MAX_CELL_BYTES} bytes in a cell"
    )]
    TooLarge,
    /// No row, or no names of columns.
    #[error("the table is empty")]
    Empty,
    /// A row has more or fewer cells than the first.
    #[error("row {0} has another number of cells than the first")]
    Ragged(usize),
    /// Two columns have one name, or one has none.
    #[error("a column has no name of its own")]
    Names,
    /// The text is in no known encoding.
    #[error("the text is neither UTF-8 nor UTF-16 nor GB18030")]
    Encoding,
}

/// Rows under the names of their columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads what an owner delivers: rectangular, every column with a name of its own.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let mut records = records(bytes, true)?;
        if records.len() < 2 {
            return Err(TableError::Empty);
        }
        let header = records.remove(0);
        let mut names: Vec<&String> = header.iter().collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != header.len() || header.iter().any(|name| name.trim().is_empty()) {
            return Err(TableError::Names);
        }
        let ragged = records.iter().position(|row| row.len() != header.len());
        match ragged {
            Some(place) => Err(TableError::Ragged(place.saturating_add(1))),
            None => Ok(Self {
                header,
                rows: records,
            }),
        }
    }

    /// As CSV in UTF-8, lines ended by a line feed.
    pub fn write(&self) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            // Writing to memory does not fail, and the rows are rectangular.
            let _ = writer.write_record(row);
        }
        writer.into_inner().unwrap_or_default()
    }
}

/// All records of a file, the names of columns among them; `exact` refuses what is no text in a known encoding.
pub(crate) fn records(bytes: &[u8], exact: bool) -> Result<Vec<Vec<String>>, TableError> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::TooLarge);
    }
    let text = decode(bytes, exact)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        // A text is always made of records; the reader has nothing else to say.
        let record = record.map_err(|_| TableError::Encoding)?;
        let large = records.len() > MAX_ROWS
            || record.len() > MAX_COLUMNS
            || record.iter().any(|cell| cell.len() > MAX_CELL_BYTES);
        if large {
            return Err(TableError::TooLarge);
        }
        records.push(record.iter().map(str::to_owned).collect());
    }
    if records.is_empty() {
        return Err(TableError::Empty);
    }
    Ok(records)
}

fn decode(bytes: &[u8], exact: bool) -> Result<std::borrow::Cow<'_, str>, TableError> {
    let (encoding, rest) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (UTF_8, rest),
        [0xff, 0xfe, rest @ ..] => (UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => (UTF_16BE, rest),
        rest if std::str::from_utf8(rest).is_ok() => (UTF_8, rest),
        rest => (GB18030, rest),
    };
    let (text, broken) = encoding.decode_without_bom_handling(rest);
    if broken && exact {
        return Err(TableError::Encoding);
    }
    Ok(text)
}

/// What separates cells: the one of these that the first line has most of.
fn separator(text: &str) -> u8 {
    let line = text.lines().next().unwrap_or_default();
    let count = |mark: u8| line.bytes().filter(|byte| *byte == mark).count();
    let most = [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|mark| count(*mark));
    most.unwrap_or(b',')
}

/// A cell as it is compared: without white space, quotes and the signs by which spreadsheets keep numbers texts, in half-width capitals.
pub(crate) fn plain(cell: &str) -> String {
    let half = |one: char| match one {
        '\u{ff01}'..='\u{ff5e}' => u32::from(one).checked_sub(0xfee0).and_then(char::from_u32),
        _ => Some(one),
    };
    let shown = |one: &char| {
        !one.is_whitespace() && !one.is_control() && !matches!(one, '\'' | '"' | '=' | '\u{feff}')
    };
    cell.chars()
        .filter_map(half)
        .filter(shown)
        .map(|one| one.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_in_every_encoding_and_with_every_separator_is_the_same_table() {
        let text = "姓名,金额\n王小示,\"1,5\"\n李示例,2\n";
        let expected = Table::read(text.as_bytes()).unwrap();
        let mut utf16 = vec![0xff, 0xfe];
        utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let mut marked = vec![0xef, 0xbb, 0xbf];
        marked.extend(text.as_bytes());
        let (gb, _, _) = GB18030.encode(text);
        for bytes in [utf16, marked, gb.into_owned()] {
            assert_eq!(Table::read(&bytes).unwrap(), expected);
        }
        let tabs = "姓名\t金额\r\n王小示\t1,5\r\n李示例\t2\r\n";
        assert_eq!(Table::read(tabs.as_bytes()).unwrap(), expected);
        assert_eq!(Table::read(&expected.write()).unwrap(), expected);
    }

    #[test]
    fn what_is_no_table_is_refused_by_name() {
        for (bytes, error) in [
            (&b""[..], TableError::Empty),
            (b"a,b\n", TableError::Empty),
            (b"a,a\n1,2\n", TableError::Names),
            (b"a,\n1,2\n", TableError::Names),
            (b"a,b\n1,2\n1\n", TableError::Ragged(2)),
            (b"a\n\xff\xff\xff\n", TableError::Encoding),
        ] {
            assert_eq!(Table::read(bytes), Err(error));
        }
        let wide = "x,".repeat(MAX_COLUMNS);
        assert_eq!(
            Table::read(format!("{wide}\n{wide}").as_bytes()),
            Err(TableError::TooLarge)
        );
        let long = format!("a\n{}\n", "x".repeat(MAX_CELL_BYTES + 1));
        assert_eq!(Table::read(long.as_bytes()), Err(TableError::TooLarge));
        let many = "1\n".repeat(MAX_ROWS + 2);
        assert_eq!(Table::read(many.as_bytes()), Err(TableError::TooLarge));
        assert!(Table::read("1\n".repeat(MAX_ROWS + 1).as_bytes()).is_ok());
        assert_eq!(Table::read(&vec![b'1'; MAX_BYTES + 1]), Err(TableError::TooLarge));
    }

    #[test]
    fn cells_are_compared_without_what_spreadsheets_add() {
        assert_eq!(plain(" '99０1x\u{3000}"), "9901X");
        assert_eq!(plain("=\"0012\""), "0012");
        assert_eq!(plain("王 小示"), "王小示");
    }
}
