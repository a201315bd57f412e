//! A catalogue of invented service items: departments of a fictional district with codes whose check digits are right, and as many items as are
//! wanted, spread over them as a district has them.

use yinxin_mark::Table;
use yinxin_types::identifiers::SocialCreditCode;

use crate::cli::items::{COLUMNS, Column};

/// The division of the district (fictional divisions 99xxxx).
const DIVISION: &str = "990101";
/// The characters of codes of bodies (GB 32100).
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Name of a department, and what its items are about, in both languages.
type Department = (&'static str, [(&'static str, &'static str); 4]);

/// The departments.
pub(super) const DEPARTMENTS: [Department; 19] = [
    (
        "示例区发展和改革局",
        [
            ("企业投资项目", "Investment project"),
            ("节能审查", "Energy review"),
            ("粮食收购", "Grain purchase"),
            ("招标方案", "Tender plan"),
        ],
    ),
    (
        "示例区教育局",
        [
            ("民办学校", "Private school"),
            ("幼儿园", "Kindergarten"),
            ("教师资格", "Teacher qualification"),
            ("校车使用", "School bus"),
        ],
    ),
    (
        "示例区科技和工业信息化局",
        [
            ("高新企业", "High-tech enterprise"),
            ("技术合同", "Technology contract"),
            ("无线电台", "Radio station"),
            ("技术改造", "Technical renewal"),
        ],
    ),
    (
        "示例区公安分局",
        [
            ("旅馆业", "Hotel"),
            ("公章刻制", "Seal engraving"),
            ("大型活动", "Large event"),
            ("保安服务", "Security service"),
        ],
    ),
    (
        "示例区民政局",
        [
            ("社会团体", "Association"),
            ("养老机构", "Home for the elderly"),
            ("慈善募捐", "Charity collection"),
            ("最低生活保障", "Minimum allowance"),
        ],
    ),
    (
        "示例区司法局",
        [
            ("律师事务所", "Law firm"),
            ("公证机构", "Notary office"),
            ("法律援助", "Legal aid"),
            ("司法鉴定", "Forensic appraisal"),
        ],
    ),
    (
        "示例区财政局",
        [
            ("代理记账", "Bookkeeping agency"),
            ("政府采购", "Public procurement"),
            ("非税收入", "Non-tax revenue"),
            ("资产处置", "Asset disposal"),
        ],
    ),
    (
        "示例区人力资源和社会保障局",
        [
            ("人力资源服务", "Employment agency"),
            ("劳务派遣", "Labour dispatch"),
            ("职业培训", "Vocational training"),
            ("失业保险", "Unemployment insurance"),
        ],
    ),
    (
        "示例区自然资源分局",
        [
            ("建设用地", "Building land"),
            ("不动产登记", "Real-estate registration"),
            ("采矿权", "Mining right"),
            ("测绘资质", "Surveying licence"),
        ],
    ),
    (
        "示例区生态环境分局",
        [
            ("环境影响评价", "Environmental assessment"),
            ("排污许可", "Discharge permit"),
            ("危险废物", "Hazardous waste"),
            ("辐射安全", "Radiation safety"),
        ],
    ),
    (
        "示例区住房和城乡建设局",
        [
            ("施工许可", "Building permit"),
            ("旧城改造", "Old-city renovation"),
            ("商品房预售", "Presale of flats"),
            ("物业企业", "Property manager"),
        ],
    ),
    (
        "示例区交通运输局",
        [
            ("道路货运", "Road haulage"),
            ("出租汽车", "Taxi"),
            ("港口经营", "Port operation"),
            ("公路占用", "Use of a road"),
        ],
    ),
    (
        "示例区水务局",
        [
            ("取水许可", "Water abstraction"),
            ("河道采砂", "Sand extraction"),
            ("排水许可", "Drainage permit"),
            ("水土保持", "Soil conservation"),
        ],
    ),
    (
        "示例区农业农村局",
        [
            ("兽药经营", "Veterinary drugs"),
            ("种子生产", "Seed production"),
            ("农药经营", "Pesticide trade"),
            ("动物诊疗", "Animal clinic"),
        ],
    ),
    (
        "示例区文化广电旅游体育局",
        [
            ("网吧", "Internet café"),
            ("演出经营", "Performance"),
            ("旅行社", "Travel agency"),
            ("游泳场所", "Swimming pool"),
        ],
    ),
    (
        "示例区卫生健康局",
        [
            ("医疗机构", "Clinic"),
            ("公共场所卫生", "Public hygiene"),
            ("护士执业", "Nurse registration"),
            ("放射诊疗", "Radiology"),
        ],
    ),
    (
        "示例区应急管理局",
        [
            ("危险化学品", "Hazardous chemicals"),
            ("烟花爆竹", "Fireworks"),
            ("安全生产", "Work safety"),
            ("矿山安全", "Mine safety"),
        ],
    ),
    (
        "示例区市场监督管理局",
        [
            ("食品经营", "Food trade"),
            ("药品零售", "Pharmacy"),
            ("特种设备", "Special equipment"),
            ("企业登记", "Company registration"),
        ],
    ),
    (
        "示例区城市管理局",
        [
            ("户外广告", "Outdoor advertising"),
            ("占道施工", "Works on a street"),
            ("建筑垃圾", "Building waste"),
            ("树木移植", "Moving of trees"),
        ],
    ),
];

/// What is done, with its type.
const ACTS: [(&str, &str, &str); 8] = [
    ("设立审批", "approval", "行政许可"),
    ("变更审批", "change", "行政许可"),
    ("延续审批", "renewal", "行政许可"),
    ("注销", "deregistration", "其他行政权力"),
    ("备案", "filing", "其他行政权力"),
    ("资格认定", "qualification", "行政确认"),
    ("补贴申领", "subsidy", "行政给付"),
    ("信息查询", "enquiry", "公共服务"),
];
/// The sizes of what is applied for.
const SCOPES: [(&str, &str); 5] = [
    ("(一类)", "class 1"),
    ("(二类)", "class 2"),
    ("(三类)", "class 3"),
    ("(临时)", "temporary"),
    ("(简易)", "simplified"),
];
const EVENTS: [&str; 8] = [
    "开办企业",
    "住房",
    "工程建设",
    "就业",
    "教育",
    "医疗卫生",
    "出行",
    "其他",
];

/// The code of the department with this number: the check digits are those that make it one.
pub(super) fn code(number: usize) -> Option<SocialCreditCode> {
    let head = format!("11{DIVISION}{:08}", 10_000_usize.saturating_add(number));
    let pairs = "0123456789X"
        .chars()
        .flat_map(|body| ALPHABET.chars().map(move |check| (body, check)));
    pairs
        .map(|(body, check)| format!("{head}{body}{check}"))
        .find_map(|text| SocialCreditCode::parse(&text).ok())
}

/// So many items as a table, the departments taking turns.
pub(super) fn table(count: usize) -> Table {
    let rows = (0..count).filter_map(row).collect();
    Table {
        header: COLUMNS.iter().map(|column| column.title()).collect(),
        rows,
    }
}

fn nth<T>(list: &[T], number: usize) -> Option<&T> {
    list.get(number.checked_rem(list.len())?)
}

fn row(number: usize) -> Option<Vec<String>> {
    let place = number.checked_rem(DEPARTMENTS.len())?;
    let turn = number.checked_div(DEPARTMENTS.len())?;
    let (_, subjects) = DEPARTMENTS.get(place)?;
    let (about_zh, about_en) = nth(subjects, turn)?;
    let (act_zh, act_en, of) = nth(&ACTS, turn.checked_div(subjects.len())?)?;
    let (scope_zh, scope_en) = nth(
        &SCOPES,
        turn.checked_div(subjects.len().saturating_mul(ACTS.len()))?,
    )?;
    let permit = *of == "行政许可";
    let days = 5_usize.saturating_add(turn.checked_rem(11)?);
    let event = nth(&EVENTS, place.saturating_add(turn))?;
    let cell = |column: &Column| -> String {
        match column.name {
            "code" => format!(
                "{}{:013}",
                code(place).map(|code| code.to_string()).unwrap_or_default(),
                1_000_001_000_usize.saturating_add(turn)
            ),
            "name_zh" => format!("{about_zh}{act_zh}{scope_zh}"),
            "name_en" => format!("{about_en}: {act_en}, {scope_en}"),
            "type" => (*of).to_owned(),
            "events" => (*event).to_owned(),
            "served" => "法人和其他组织;自然人".to_owned(),
            "level" => "县级".to_owned(),
            "laws" => format!("行政许可法 §12;《{about_zh}管理办法》第{days}条"),
            "conditions_zh" => format!(
                "申请人具备从事{about_zh}的场所、人员和管理制度;材料齐全、符合法定形式;近两年内没有与{about_zh}有关的严重违法记录。"
            ),
            "conditions_en" => format!(
                "Premises, staff and rules for {}; complete papers; no grave violation in two years.",
                about_en.to_lowercase()
            ),
            "contact" => format!("示例区政务服务中心二楼 {days} 号窗口;监督:示例区政务服务和数据管理局"),
            "statutory" => "20个工作日".to_owned(),
            "promised" if permit => format!("{days}个工作日"),
            "promised" => "即办".to_owned(),
            "fee" => "不收费".to_owned(),
            "visits" => if permit { "1" } else { "0" }.to_owned(),
            "special" if permit && days > 10 => "听证;专家评审".to_owned(),
            "process" | "form" => "permit@1".to_owned(),
            "materials" => format!(
                "application|申请表|Application|必需|提交;plan|{about_zh}方案|Plan|必需|提交;premises|场所证明|Proof of premises|必需|提交;staff|人员名册|List of staff|可选|提交"
            ),
            "grade" => if permit { "3" } else { "2" }.to_owned(),
            "two_officers" => if permit { "是" } else { "否" }.to_owned(),
            "public" => "是".to_owned(),
            "licence" if permit => format!("licence-{place}|{about_zh}许可证|{about_en} licence"),
            "validity" if permit => "60个月".to_owned(),
            "renewal" if permit => "30日;逾期视为准予延续".to_owned(),
            _ => String::new(),
        }
    };
    Some(COLUMNS.iter().map(|column| cell(column)).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cli::items::rows;

    /// S8.14 without a network: 2,000 items with 31-character codes, two of them twice, three with a bad issuer.
    #[test]
    fn two_thousand_items_of_nineteen_departments_are_read_and_duplicates_and_bad_issuers_are_told_by_row() {
        let issuers: BTreeSet<SocialCreditCode> = (0..DEPARTMENTS.len()).filter_map(code).collect();
        assert_eq!(issuers.len(), DEPARTMENTS.len());
        let mut table = table(2000);
        assert_eq!(rows::read(&table, &issuers).unwrap().rows.len(), 2000);
        for (row, other) in [(7, 3), (1900, 1899)] {
            table.rows[row][0] = table.rows[other][0].clone();
        }
        table.rows[100][0] = "1199010000000202293990117002011".to_owned();
        table.rows[101][0] = table.rows[101][0].replacen("11990101", "12990101", 1);
        table.rows[102][0].pop();
        let bytes = table.write();
        let sheet = rows::read(&Table::read(&bytes).unwrap(), &issuers).unwrap();
        let told: Vec<(usize, &str)> = sheet
            .wrong
            .iter()
            .map(|wrong| (wrong.row, wrong.code.as_str()))
            .collect();
        let expected = [
            (9, "ITEM_TWICE"),
            (102, "ITEM_ISSUER"),
            (103, "ITEM_CODE"),
            (104, "ITEM_CODE"),
            (1902, "ITEM_TWICE"),
        ];
        assert_eq!(told, expected);
        assert_eq!((sheet.rows.len(), sheet.count), (1995, 2000));
        assert!(sheet.wrong[0].line().zh.contains("第 5 行"));
    }
}
