//! The rows of a file: CSV in the encodings and with the separators of spreadsheets here, or the first sheet of an XLSX workbook.

use std::fs;
use std::io::{self, Cursor, Read};
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx};
use yinxin_mark::{MAX_BYTES, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, Table, TableError};

use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;

/// The first bytes of every workbook, which is a ZIP archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

/// Reads a table by what is in the file, not by its name.
///
/// # Errors
/// A file that cannot be read, or is no table within the limits.
pub(super) fn read(path: &Path) -> Result<Table, Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    let table = if bytes.starts_with(ARCHIVE) {
        workbook(&bytes)
    } else {
        Table::read(&bytes).map_err(|error| error.to_string())
    };
    table.map_err(|reason| {
        let shown = path.display();
        Failure::new(
            Exit::Unreadable,
            "TABLE",
            words!(
                "{shown} 不是可用的表格。请用 yinxin items template 生成的表头,每行列数一致,另存为 CSV 或 XLSX。",
                "{shown} is no table that can be used. Use the header of `yinxin items template`, as many cells in each row, and save it as CSV or XLSX."
            ),
        )
        .because(reason)
    })
}

/// The first sheet of a workbook. Empty rows at its end are left out, as spreadsheets leave them behind.
fn workbook(bytes: &[u8]) -> Result<Table, String> {
    if bytes.len() > MAX_BYTES {
        return Err(TableError::TooLarge.to_string());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let first = book.sheet_names().first().cloned();
    let first = first.ok_or_else(|| TableError::Empty.to_string())?;
    let range = book.worksheet_range(&first).map_err(|error| error.to_string())?;
    let (height, width) = range.get_size();
    if height > MAX_ROWS.saturating_add(1) || width > MAX_COLUMNS {
        return Err(TableError::TooLarge.to_string());
    }
    let mut rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
    while rows
        .last()
        .is_some_and(|row| row.iter().all(|cell| cell.trim().is_empty()))
    {
        rows.pop();
    }
    if rows.iter().flatten().any(|cell| cell.len() > MAX_CELL_BYTES) {
        return Err(TableError::TooLarge.to_string());
    }
    if rows.len() < 2 {
        return Err(TableError::Empty.to_string());
    }
    let header = rows.remove(0);
    Ok(Table { header, rows })
}

/// A cell as a person reads it: a whole number without a fraction.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::Bool(true) => "是".to_owned(),
        Data::Bool(false) => "否".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use yinxin_approval::items::content::Fee;

    use super::*;
    use crate::cli::items::rows;

    const WORKBOOK: &[u8] = include_bytes!("../../../tests/data/items.xlsx");

    #[test]
    fn a_workbook_is_read_as_a_table_with_numbers_and_truths_as_people_write_them() {
        let table = workbook(WORKBOOK).unwrap();
        assert_eq!(table.rows.len(), 1, "an empty row at the end is none");
        let issuers = BTreeSet::from(["119901000000020229".parse().unwrap()]);
        let sheet = rows::read(&table, &issuers).unwrap();
        assert!(sheet.wrong.is_empty(), "{:?}", sheet.wrong);
        let content = &sheet.rows[0].content;
        assert_eq!((content.visits, content.decision.grade), (1, 3));
        assert!(content.decision.two_officers && !content.decision.public);
        assert!(matches!(
            content.fee,
            Fee::Charged {
                amount: Some(1250),
                ..
            }
        ));
    }

    #[test]
    fn a_workbook_that_is_cut_or_changed_is_a_table_or_refused() {
        for place in (0..WORKBOOK.len()).step_by(7) {
            let _ = workbook(&WORKBOOK[..place]);
            let mut changed = WORKBOOK.to_vec();
            changed[place] ^= 0xff;
            let _ = workbook(&changed);
        }
        assert!(workbook(b"PK\x03\x04").is_err());
    }

    #[test]
    fn a_file_is_read_by_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("items.csv");
        fs::write(&path, WORKBOOK).unwrap();
        assert_eq!(read(&path).unwrap().header.len(), 19);
        fs::write(&path, "\u{feff}a;b\r\n1;2\r\n").unwrap();
        assert_eq!(read(&path).unwrap().header, ["a", "b"]);
        fs::write(&path, "a,b").unwrap();
        assert_eq!(read(&path).unwrap_err().name, "TABLE");
    }
}
