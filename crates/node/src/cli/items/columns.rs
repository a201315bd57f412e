//! The columns of the file in which service items are written down, with their names in both languages.

use yinxin_mark::Table;

use crate::cli::language::{Words, words};

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name in English, and for programs.
    pub name: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// What stands in it in the template.
    pub example: &'static str,
    /// The fields of an item's content that it gives, by the beginning of their paths.
    pub fields: &'static [&'static str],
}

macro_rules! columns {
    ($($constant:ident = $name:literal, $zh:literal, $example:literal, [$($field:literal),*];)*) => {
        $(pub(super) const $constant: &Column = &Column { name: $name, zh: $zh, example: $example, fields: &[$($field),*] };)*
        /// All columns, in the order of the template.
        pub(crate) const COLUMNS: &[&Column] = &[$($constant),*];
    };
}

columns! {
    CODE = "code", "事项编码", "1199010000000202293990117002011", [];
    NAME_ZH = "name_zh", "事项名称", "旧城改造许可", ["name/zh"];
    NAME_EN = "name_en", "英文名称", "Permit to renovate", ["name/en"];
    TYPE = "type", "事项类型", "行政许可", ["type"];
    EVENTS = "events", "主题", "住房;工程建设", ["events"];
    SERVED = "served", "服务对象", "自然人;法人和其他组织", ["served"];
    LEVEL = "level", "行使层级", "市级", ["level"];
    LAWS = "laws", "设定依据", "行政许可法 §42", ["laws"];
    CONDITIONS_ZH = "conditions_zh", "受理条件", "规划已批准", ["conditions/zh"];
    CONDITIONS_EN = "conditions_en", "受理条件(英文)", "The plan is approved", ["conditions/en"];
    CONTACT = "contact", "咨询与监督", "政务服务中心三楼 12 号窗口", ["contact"];
    STATUTORY = "statutory", "法定时限", "20个工作日", ["statutory"];
    PROMISED = "promised", "承诺时限", "10个工作日", ["promised"];
    FEE = "fee", "收费(元)", "不收费", ["fee/amount"];
    FEE_BASIS = "fee_basis", "收费依据", "", ["fee/basis"];
    VISITS = "visits", "到现场次数", "1", ["visits"];
    SPECIAL = "special", "特别程序", "听证;专家评审", ["special"];
    PROCESS = "process", "流程", "permit@1", ["process"];
    FORM = "form", "表单", "permit@1", ["form"];
    MATERIALS = "materials", "申请材料", "application|申请表|Application|必需|提交;plan|图纸|Plan|必需|提交;title|产权信息|Title|可选|资源:11990100000002014E/title", ["materials"];
    GRADE = "grade", "审批等级", "3", ["decision/grade"];
    TWO_OFFICERS = "two_officers", "双人审查", "是", ["decision/two_officers"];
    PUBLIC = "public", "决定公开", "是", ["decision/public"];
    LICENCE = "licence", "证照", "renovation-permit|改造许可证|Renovation permit", ["decision/licence/kind", "decision/licence/name"];
    VALIDITY = "validity", "证照有效期", "36个月", ["decision/licence/validity"];
    RENEWAL = "renewal", "延续", "30日;逾期视为准予延续", ["decision/licence/renewal"];
}

/// The columns that a file may leave out.
const OPTIONAL: &[&Column] = &[
    CONDITIONS_EN,
    CONTACT,
    STATUTORY,
    FEE_BASIS,
    SPECIAL,
    MATERIALS,
    LICENCE,
    VALIDITY,
    RENEWAL,
];

impl Column {
    /// The name in both languages, as the template has it.
    pub fn title(&self) -> String {
        format!("{} {}", self.zh, self.name)
    }

    fn is_called(&self, title: &str) -> bool {
        let title = title.trim().trim_start_matches('\u{feff}');
        title == self.zh || title.eq_ignore_ascii_case(self.name) || title == self.title()
    }
}

/// The column that gives a field of an item's content.
pub(super) fn of_field(field: &str) -> &'static Column {
    let found = COLUMNS
        .iter()
        .flat_map(|column| column.fields.iter().map(move |prefix| (*column, *prefix)))
        .filter(|(_, prefix)| field.starts_with(prefix))
        .max_by_key(|(_, prefix)| prefix.len());
    found.map_or(CODE, |(column, _)| column)
}

/// Where each column stands in a file, in the order of [`COLUMNS`].
pub(super) struct Places(Vec<Option<usize>>);

impl Places {
    /// Finds the columns by their titles.
    ///
    /// # Errors
    /// Every title that is unknown or stands twice, and every column that is missing.
    pub fn find(header: &[String]) -> Result<Self, Vec<Words>> {
        let mut wrong = Vec::new();
        let mut places = vec![None; COLUMNS.len()];
        for (at, title) in header.iter().enumerate() {
            let known = COLUMNS.iter().position(|column| column.is_called(title));
            match known.and_then(|known| places.get_mut(known)) {
                Some(place @ None) => *place = Some(at),
                Some(Some(_)) => wrong.push(words!(
                    "表头“{title}”出现两次。",
                    "The column “{title}” stands twice."
                )),
                None => wrong.push(words!(
                    "表头“{title}”无法识别。",
                    "The column “{title}” is not known."
                )),
            }
        }
        for (column, place) in COLUMNS.iter().zip(&places) {
            if place.is_none() && !OPTIONAL.contains(column) {
                let title = column.title();
                wrong.push(words!("缺少列“{title}”。", "The column “{title}” is missing."));
            }
        }
        if wrong.is_empty() {
            Ok(Self(places))
        } else {
            Err(wrong)
        }
    }

    /// A cell of a row, without white space around it; empty where the file has no such column.
    pub fn cell<'a>(&self, row: &'a [String], column: &Column) -> &'a str {
        let known = COLUMNS.iter().position(|one| *one == column);
        let place = known.and_then(|known| *self.0.get(known)?);
        place
            .and_then(|place| row.get(place))
            .map_or("", |cell| cell.trim())
    }
}

/// The template: the header with one example.
pub(super) fn template() -> Table {
    Table {
        header: COLUMNS.iter().map(|column| column.title()).collect(),
        rows: vec![COLUMNS.iter().map(|column| column.example.to_owned()).collect()],
    }
}
