//! The rows of a file as service items, or everything that is wrong with them, by row and column.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use yinxin_approval::documents::forms::Label;
use yinxin_approval::items::content::{Content, Decision, Handling, LifeEvent, Text};
use yinxin_mark::Table;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};

use super::cells::{
    enacted, fee, is_immediate, licence, material, number, parts, period, renewal, set, truth, word,
};
use super::columns::{self, Column, Places};
use crate::cli::language::{Words, words};

const TYPES: &[&str] = &[
    "permit",
    "confirmation",
    "payment",
    "reward",
    "ruling",
    "levy",
    "other",
    "service",
];
const LEVELS: &[&str] = &["national", "province", "city", "county", "town", "village"];
const SERVED: &[&str] = &["organisation", "person"];
const SPECIAL: &[&str] = &["auction", "expert", "hearing", "inspection"];

/// What is wrong with one cell.
#[derive(Clone, Debug)]
pub(crate) struct Wrong {
    /// The row as a spreadsheet numbers it: the header is row 1.
    pub row: usize,
    /// The column.
    pub column: &'static Column,
    /// The code of the rule, or `CELL` where the cell cannot be read.
    pub code: String,
    /// What is wrong, and what mends it.
    pub words: Words,
    /// What exactly, for whoever knows the rules.
    pub detail: String,
}

impl Wrong {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "code": self.code, "column": self.column.name, "detail": self.detail, "messages": self.words.json(), "row": self.row,
        })
    }

    /// One line for people, about what hinders nothing now.
    pub fn warning(&self) -> Words {
        let Words { zh, en } = self.line();
        words!("! 请注意:{zh}", "! Note: {en}")
    }

    /// One line for people.
    pub fn line(&self) -> Words {
        let Self {
            row,
            column,
            code,
            words,
            ..
        } = self;
        let (zh, name) = (column.zh, column.name);
        let (told_zh, told_en) = (&words.zh, &words.en);
        let detail = if self.detail.is_empty() {
            String::new()
        } else {
            format!(" ({})", self.detail)
        };
        words!(
            "第 {row} 行“{zh}”:{told_zh}[{code}]{detail}",
            "Row {row}, {name}: {told_en} [{code}]{detail}"
        )
    }
}

/// One item of a file.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The row as a spreadsheet numbers it.
    pub row: usize,
    pub code: ServiceItemCode,
    pub content: Content,
}

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// The items without fault, in the order of the file.
    pub rows: Vec<Row>,
    /// Everything that is wrong with the others, by row and column.
    pub wrong: Vec<Wrong>,
    /// How many rows there are.
    pub count: usize,
}

/// Reads every row; its items must be of one of the issuers.
///
/// # Errors
/// A header that is not that of the template.
pub(crate) fn read(table: &Table, issuers: &BTreeSet<SocialCreditCode>) -> Result<Sheet, Vec<Words>> {
    let places = Places::find(&table.header)?;
    let mut sheet = Sheet::default();
    let mut first: BTreeMap<ServiceItemCode, usize> = BTreeMap::new();
    for (cells, row) in table.rows.iter().zip(2_usize..) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        sheet.count = sheet.count.saturating_add(1);
        let mut reader = Reader {
            places: &places,
            cells,
            row,
            wrong: Vec::new(),
        };
        let code = reader.code(issuers, &mut first);
        let content = reader.content();
        if let Some(content) = &content {
            reader.faults(content);
        }
        match (code, content) {
            (Some(code), Some(content)) if reader.wrong.is_empty() => {
                sheet.rows.push(Row { row, code, content })
            }
            _ => sheet.wrong.append(&mut reader.wrong),
        }
    }
    Ok(sheet)
}

/// The sentence of a code of the scenario.
pub(super) fn sentence(code: &str) -> Words {
    let scenario = yinxin_approval::scenario();
    Words {
        zh: scenario.zh().get(code).unwrap_or(code).to_owned(),
        en: scenario.en().get(code).unwrap_or(code).to_owned(),
    }
}

struct Reader<'a> {
    places: &'a Places,
    cells: &'a [String],
    row: usize,
    wrong: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    fn cell(&self, column: &Column) -> &'a str {
        self.places.cell(self.cells, column)
    }

    fn add(&mut self, column: &'static Column, code: &str, words: Words, detail: String) {
        self.wrong.push(Wrong {
            row: self.row,
            column,
            code: code.to_owned(),
            words,
            detail,
        });
    }

    /// What a cell gives; nothing where it is wrong, which is noted.
    fn take<T>(
        &mut self,
        column: &'static Column,
        read: impl FnOnce(&'a str) -> Result<T, Words>,
    ) -> Option<T> {
        match read(self.cell(column)) {
            Ok(value) => Some(value),
            Err(words) => {
                self.add(column, "CELL", words, String::new());
                None
            }
        }
    }

    /// The same for a cell that must not be empty.
    fn must<T>(
        &mut self,
        column: &'static Column,
        read: impl FnOnce(&'a str) -> Result<T, Words>,
    ) -> Option<T> {
        self.take(column, |cell| match cell {
            "" => Err(words!("此项必填。", "This must be filled in.")),
            cell => read(cell),
        })
    }

    /// The same for a cell that may be empty.
    fn may<T>(
        &mut self,
        column: &'static Column,
        read: impl FnOnce(&'a str) -> Result<T, Words>,
    ) -> Option<Option<T>> {
        self.take(column, |cell| match cell {
            "" => Ok(None),
            cell => read(cell).map(Some),
        })
    }

    fn code(
        &mut self,
        issuers: &BTreeSet<SocialCreditCode>,
        first: &mut BTreeMap<ServiceItemCode, usize>,
    ) -> Option<ServiceItemCode> {
        let text = self.cell(columns::CODE);
        let code = match ServiceItemCode::parse(text) {
            Ok(code) => code,
            Err(error) => {
                self.add(
                    columns::CODE,
                    "ITEM_CODE",
                    sentence("ITEM_CODE"),
                    error.to_string(),
                );
                return None;
            }
        };
        if !issuers.contains(&code.issuer()) {
            let detail = code.issuer().to_string();
            self.add(columns::CODE, "ITEM_ISSUER", sentence("ITEM_ISSUER"), detail);
        }
        match first.get(&code) {
            Some(earlier) => {
                let words = words!(
                    "与第 {earlier} 行的编码相同,请删除一行。",
                    "Row {earlier} has the same code; remove one of them."
                );
                self.add(columns::CODE, "ITEM_TWICE", words, String::new());
            }
            None => _ = first.insert(code.clone(), self.row),
        }
        Some(code)
    }

    /// The content of the item. Every cell is read, so that everything that is wrong is told at once.
    fn content(&mut self) -> Option<Content> {
        let text = |cell: &str| Ok(cell.to_owned());
        let name_zh = self.must(columns::NAME_ZH, text);
        let name_en = self.must(columns::NAME_EN, text);
        let of = self.must(columns::TYPE, |cell| word("type", TYPES, cell));
        let all: Vec<&str> = LifeEvent::ALL.iter().map(|event| event.as_str()).collect();
        let events = self.must(columns::EVENTS, |cell| set("event", &all, cell));
        let served = self.must(columns::SERVED, |cell| set("served", SERVED, cell));
        let level = self.must(columns::LEVEL, |cell| word("level", LEVELS, cell));
        let laws = self.must(columns::LAWS, |cell| Ok(parts(cell).map(str::to_owned).collect()));
        let conditions_zh = self.must(columns::CONDITIONS_ZH, text);
        let conditions_en = self.may(columns::CONDITIONS_EN, text);
        let contact = self.may(columns::CONTACT, text);
        let statutory = self.may(columns::STATUTORY, period);
        let handling = self.must(columns::PROMISED, |cell| {
            if is_immediate(cell) {
                return Ok(Handling::Immediate {});
            }
            Ok(Handling::Promised {
                period: period(cell)?,
            })
        });
        let basis = self.cell(columns::FEE_BASIS);
        let fee = self.must(columns::FEE, |cell| fee(cell, basis));
        let visits = self.must(columns::VISITS, number);
        let special = self.take(columns::SPECIAL, |cell| set("special", SPECIAL, cell));
        let process = self.must(columns::PROCESS, enacted);
        let form = self.must(columns::FORM, enacted);
        let materials = self.take(columns::MATERIALS, |cell| parts(cell).map(material).collect());
        let decision = self.decision();
        Some(Content {
            conditions: Text {
                en: conditions_en?,
                zh: conditions_zh?,
            },
            contact: contact?.map(|zh| Text { en: None, zh }),
            decision: decision?,
            events: events?,
            fee: fee?,
            form: form?,
            handling: handling?,
            laws: laws?,
            level: level?,
            materials: materials?,
            name: Label {
                en: name_en?,
                zh: name_zh?,
            },
            process: process?,
            served: served?,
            special: special?,
            statutory: statutory?,
            of: of?,
            visits: visits?,
        })
    }

    fn decision(&mut self) -> Option<Decision> {
        let grade = self.must(columns::GRADE, number);
        let two_officers = self.must(columns::TWO_OFFICERS, truth);
        let public = self.must(columns::PUBLIC, truth);
        let licence = self.may(columns::LICENCE, licence);
        let validity = self.may(columns::VALIDITY, period);
        let renewal = self.may(columns::RENEWAL, renewal);
        let without = matches!(licence, Some(None));
        for (column, given) in [
            (columns::VALIDITY, matches!(validity, Some(Some(_)))),
            (columns::RENEWAL, matches!(renewal, Some(Some(_)))),
        ] {
            if without && given {
                let words = words!(
                    "没有证照,不应填写此项。",
                    "There is no licence; leave this empty."
                );
                self.add(column, "CELL", words, String::new());
            }
        }
        let (validity, renewal) = (validity?, renewal?);
        let licence = licence?.map(|licence| yinxin_approval::items::content::Licence {
            renewal,
            validity,
            ..licence
        });
        Some(Decision {
            grade: grade?,
            licence,
            public: public?,
            two_officers: two_officers?,
        })
    }

    /// The rules of the ledger that need no record, each told at its column.
    fn faults(&mut self, content: &Content) {
        for fault in content.faults() {
            let column = columns::of_field(&fault.field);
            let detail = format!("{}: {}", fault.field, fault.reason);
            self.add(column, fault.code.name, sentence(fault.code.name), detail);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::items::columns::{COLUMNS, template};

    const HOUSING: &str = "119901000000020229";

    fn issuers() -> BTreeSet<SocialCreditCode> {
        BTreeSet::from([HOUSING.parse().unwrap()])
    }

    fn told(table: &Table) -> Vec<(usize, &'static str, String)> {
        let sheet = read(table, &issuers()).unwrap();
        sheet
            .wrong
            .into_iter()
            .map(|wrong| (wrong.row, wrong.column.name, wrong.code))
            .collect()
    }

    #[test]
    fn the_template_is_read_as_it_is_and_gives_an_item_that_breaks_no_rule() {
        let sheet = read(&template(), &issuers()).unwrap();
        assert!(sheet.wrong.is_empty(), "{:?}", sheet.wrong);
        let again = Table::read(&template().write()).unwrap();
        let row = &read(&again, &issuers()).unwrap().rows[0];
        assert_eq!(row.content, sheet.rows[0].content);
        assert_eq!(row.content.materials.len(), 3);
        assert!(row.content.faults().is_empty());
    }

    #[test]
    fn every_fault_of_a_row_is_told_at_its_column_with_the_row_of_the_spreadsheet() {
        let mut table = template();
        table.rows.push(table.rows[0].clone());
        table.rows.push(vec![String::new(); COLUMNS.len()]);
        table.rows.push(table.rows[0].clone());
        let set = |row: &mut Vec<String>, name: &str, value: &str| {
            let place = COLUMNS.iter().position(|column| column.name == name).unwrap();
            value.clone_into(&mut row[place]);
        };
        for (name, value) in [
            ("code", "1199010000000202283990117002011"),
            ("name_en", ""),
            ("type", "请求"),
            ("promised", "30个工作日"),
            ("visits", "十"),
            ("licence", ""),
            ("materials", "plan|图纸|Plan|必需|提交;plan|图纸|Plan|必需|寄来"),
        ] {
            set(&mut table.rows[1], name, value);
        }
        set(&mut table.rows[3], "promised", "30个工作日");
        set(&mut table.rows[3], "grade", "7");
        let expected = [
            (3, "code", "ITEM_CODE"),
            (3, "name_en", "CELL"),
            (3, "type", "CELL"),
            (3, "visits", "CELL"),
            (3, "materials", "CELL"),
            (3, "validity", "CELL"),
            (3, "renewal", "CELL"),
            (5, "code", "ITEM_TWICE"),
            (5, "promised", "ITEM_PERIOD"),
            (5, "grade", "ITEM_DECISION"),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(row, name, code)| (row, name, code.to_owned()))
            .collect();
        assert_eq!(told(&table), expected);
    }

    #[test]
    fn unknown_missing_and_repeated_columns_are_told_by_name_and_either_language_is_known() {
        let mut table = template();
        for (title, column) in table.header.iter_mut().zip(COLUMNS) {
            *title = if title.len() % 2 == 0 {
                column.zh.to_owned()
            } else {
                column.name.to_uppercase()
            };
        }
        assert!(read(&table, &issuers()).is_ok());
        table.header[1] = "colour".to_owned();
        table.header[2] = "事项编码".to_owned();
        let wrong = read(&table, &issuers()).unwrap_err();
        assert_eq!(wrong.len(), 4, "{wrong:?}");
    }
}
