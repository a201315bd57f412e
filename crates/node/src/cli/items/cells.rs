//! What stands in single cells, in Chinese or in English.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use yinxin_approval::documents::forms::Label;
use yinxin_approval::items::content::{Enacted, Fee, Licence, Material, Renewal, Source};
use yinxin_types::codes::Texts;
use yinxin_workflow::Period;

use crate::cli::language::{Words, words};

/// What people write for yes, no, nothing.
const YES: &[&str] = &["是", "有", "yes", "true", "y"];
const NO: &[&str] = &["否", "无", "没有", "no", "false", "n"];
const FREE: &[&str] = &["不收费", "免费", "否", "无", "none", "free", "no", "0"];
const CHARGED: &[&str] = &["收费", "按规定", "charged"];
const IMMEDIATE: &[&str] = &["即办", "即时办结", "当场办结", "immediate"];
const LAPSE: &[&str] = &["逾期视为准予延续", "逾期视为准予", "lapse"];
const REQUIRED: &[&str] = &["必需", "必要", "必须", "是", "required"];
const OPTIONAL: &[&str] = &["可选", "非必需", "容缺", "否", "optional"];

/// As many pieces as the longest value has between its commas: 检验、检测、检疫.
const LONGEST_VALUE: usize = 3;

fn is_one(cell: &str, words: &[&str]) -> bool {
    words.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// The parts of a list, divided by line breaks or semicolons.
pub(super) fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['\n', ';', '\u{ff1b}'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A word of a group: its code, or its label in either language.
pub(super) fn word<T: DeserializeOwned>(group: &str, codes: &[&str], cell: &str) -> Result<T, Words> {
    let scenario = yinxin_approval::scenario();
    let is_it = |code: &&&str| {
        let name = format!("{group}.{code}");
        let label = |texts: &Texts| {
            texts
                .get(&name)
                .is_some_and(|text| text.eq_ignore_ascii_case(cell))
        };
        cell.eq_ignore_ascii_case(code) || label(scenario.zh()) || label(scenario.en())
    };
    let found = codes.iter().find(is_it);
    let read = found.and_then(|code| serde_json::from_value(Value::from(*code)).ok());
    read.ok_or_else(|| {
        let name =
            |code: &&str, texts: &Texts| texts.get(&format!("{group}.{code}")).unwrap_or(code).to_owned();
        let zh: Vec<String> = codes.iter().map(|code| name(code, scenario.zh())).collect();
        // Between signs that stand in no value.
        let (zh, en) = (zh.join(" / "), codes.join(", "));
        words!(
            "“{cell}”不是可选值。可填:{zh}。",
            "“{cell}” is none of the values: {en}."
        )
    })
}

/// Several words of a group.
pub(super) fn set<T: DeserializeOwned + Ord>(
    group: &str,
    codes: &[&str],
    cell: &str,
) -> Result<BTreeSet<T>, Words> {
    let mut found = BTreeSet::new();
    for part in parts(cell) {
        // Some values have the sign in them by which people divide lists: 检验、检测、检疫.
        if let Ok(whole) = word(group, codes, part) {
            found.insert(whole);
            continue;
        }
        let pieces: Vec<&str> = part.split(['、', ',', '\u{ff0c}']).map(str::trim).collect();
        let mut at = 0_usize;
        while at < pieces.len() {
            let (one, taken) = longest(group, codes, pieces.get(at..).unwrap_or_default())?;
            found.extend(one);
            at = at.saturating_add(taken);
        }
    }
    Ok(found)
}

/// The word with which pieces of a list begin, the longest first, and how many pieces it is; no word where the first piece is empty.
fn longest<T: DeserializeOwned>(
    group: &str,
    codes: &[&str],
    pieces: &[&str],
) -> Result<(Option<T>, usize), Words> {
    let first = pieces.first().copied().unwrap_or_default();
    if first.is_empty() {
        return Ok((None, 1));
    }
    let most = pieces.len().min(LONGEST_VALUE);
    let whole = (2..=most).rev().find_map(|count| {
        let joined = pieces.get(..count)?.join("、");
        Some((word(group, codes, &joined).ok()?, count))
    });
    match whole {
        Some((value, count)) => Ok((Some(value), count)),
        None => word(group, codes, first).map(|value| (Some(value), 1)),
    }
}

/// `20个工作日`, `15日`, `3个月`, or as processes have it.
pub(super) fn period(cell: &str) -> Result<Period, Words> {
    let digits = cell.find(|one: char| !one.is_ascii_digit()).unwrap_or(cell.len());
    let (count, unit) = cell.split_at(digits);
    let unit = match unit.trim().trim_start_matches('个') {
        "工作日" => Some("working days"),
        "日" | "天" | "自然日" => Some("days"),
        "月" => Some("months"),
        _ => None,
    };
    let text = unit.map_or_else(|| cell.to_ascii_lowercase(), |unit| format!("{count} {unit}"));
    Period::from_words(&text).ok_or_else(|| {
        words!(
            "“{cell}”不是时限。可填:20个工作日、15日、3个月。",
            "“{cell}” is no period. Write 20 working days, 15 days or 3 months."
        )
    })
}

/// Whether something is done at once.
pub(super) fn is_immediate(cell: &str) -> bool {
    is_one(cell, IMMEDIATE)
}

/// Yes or no.
pub(super) fn truth(cell: &str) -> Result<bool, Words> {
    if is_one(cell, YES) {
        Ok(true)
    } else if is_one(cell, NO) {
        Ok(false)
    } else {
        Err(words!(
            "“{cell}”应为“是”或“否”。",
            "“{cell}” is neither yes nor no."
        ))
    }
}

/// A number of one byte.
pub(super) fn number(cell: &str) -> Result<u8, Words> {
    cell.parse()
        .map_err(|_| words!("“{cell}”不是数字。", "“{cell}” is no number."))
}

/// `key@version`.
pub(super) fn enacted(cell: &str) -> Result<Enacted, Words> {
    let read = cell.split_once('@').and_then(|(key, version)| {
        Some(Enacted {
            key: key.trim().to_owned(),
            version: version.trim().parse().ok()?,
        })
    });
    read.ok_or_else(|| {
        words!(
            "“{cell}”应写作 名称@版本,例如 permit@1。",
            "“{cell}” is written key@version, such as permit@1."
        )
    })
}

/// What it costs: nothing, an amount in yuan, or something that depends on the case.
pub(super) fn fee(cell: &str, basis: &str) -> Result<Fee, Words> {
    if is_one(cell, FREE) {
        return Ok(Fee::None {});
    }
    let basis = basis.to_owned();
    if is_one(cell, CHARGED) {
        return Ok(Fee::Charged { amount: None, basis });
    }
    match fen(cell.trim_end_matches('元').trim()) {
        Some(amount) => Ok(Fee::Charged {
            amount: Some(amount),
            basis,
        }),
        None => Err(words!(
            "“{cell}”应为“不收费”“收费”或以元为单位的金额,例如 12.50。",
            "“{cell}” is none, charged, or an amount in yuan such as 12.50."
        )),
    }
}

/// Yuan with up to two places, in fen.
fn fen(text: &str) -> Option<u64> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || !digits(yuan) || !digits(rest) || rest.len() > 2 {
        return None;
    }
    let cents: u64 = format!("{rest:0<2}").parse().ok()?;
    yuan.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// `kind|中文|English`.
pub(super) fn licence(cell: &str) -> Result<Licence, Words> {
    let parts: Vec<&str> = cell.split(['|', '\u{ff5c}']).map(str::trim).collect();
    match parts.as_slice() {
        [kind, zh, en] => Ok(Licence {
            fields: Vec::new(),
            kind: (*kind).to_owned(),
            name: label(zh, en),
            renewal: None,
            validity: None,
        }),
        _ => Err(words!(
            "“{cell}”应写作 类别|中文名称|英文名称。",
            "“{cell}” is written kind|Chinese name|English name."
        )),
    }
}

fn label(zh: &str, en: &str) -> Label {
    Label {
        en: en.to_owned(),
        zh: zh.to_owned(),
    }
}

/// A period, and whether silence renews.
pub(super) fn renewal(cell: &str) -> Result<Renewal, Words> {
    let parts: Vec<&str> = parts(cell).collect();
    let (window, lapse) = match parts.as_slice() {
        [window] => (window, false),
        [window, lapse] if is_one(lapse, LAPSE) => (window, true),
        _ => {
            return Err(words!(
                "“{cell}”应写作 30日 或 30日;逾期视为准予延续。",
                "“{cell}” is written 30 days, or 30 days;lapse."
            ));
        }
    };
    Ok(Renewal {
        lapse,
        window: period(window)?,
    })
}

/// `class|中文|English|必需|提交`, one for each material.
pub(super) fn material(part: &str) -> Result<Material, Words> {
    let cells: Vec<&str> = part.split(['|', '\u{ff5c}']).map(str::trim).collect();
    let [class, zh, en, needed, source] = cells.as_slice() else {
        return Err(words!(
            "“{part}”应写作 类别|中文名称|英文名称|必需或可选|来源。",
            "“{part}” is written class|Chinese name|English name|required or optional|source."
        ));
    };
    let required = if is_one(needed, REQUIRED) {
        true
    } else if is_one(needed, OPTIONAL) {
        false
    } else {
        return Err(words!(
            "“{needed}”应为“必需”或“可选”。",
            "“{needed}” is neither required nor optional."
        ));
    };
    Ok(Material {
        class: (*class).to_owned(),
        name: label(zh, en),
        required,
        source: origin(source)?,
    })
}

fn origin(text: &str) -> Result<Source, Words> {
    if is_one(text, &["提交", "申请人提交", "submitted"]) {
        return Ok(Source::Submitted {});
    }
    let (kind, rest) = text.split_once([':', '\u{ff1a}']).unwrap_or((text, ""));
    if is_one(kind, &["资源", "resource"]) && !rest.is_empty() {
        return Ok(Source::Resource {
            resource: rest.trim().to_owned(),
        });
    }
    let certificate = rest
        .split_once('@')
        .filter(|_| is_one(kind, &["证明", "certificate"]));
    if let Some((of, Ok(holder))) = certificate.map(|(of, holder)| (of, holder.trim().parse())) {
        return Ok(Source::Certificate {
            holder,
            of: of.trim().to_owned(),
        });
    }
    Err(words!(
        "“{text}”应写作 提交、证明:类型@部门代码 或 资源:部门代码/名称。",
        "“{text}” is written submitted, certificate:type@code of the department, or resource:code/name."
    ))
}

#[cfg(test)]
mod tests {
    use yinxin_approval::items::content::{LifeEvent, Special};
    use yinxin_workflow::Unit;

    use super::*;

    #[test]
    fn cells_are_read_in_both_languages() {
        let days = Period {
            count: 20,
            unit: Unit::WorkingDays,
        };
        for text in ["20个工作日", "20工作日", "20 working days", "20 Working Days"] {
            assert_eq!(period(text).unwrap(), days, "{text}");
        }
        let codes = ["house", "job"];
        let both = BTreeSet::from([LifeEvent::House, LifeEvent::Job]);
        for text in [
            "住房\u{ff1b}就业",
            "住房;就业",
            "house, job",
            "House\nJob",
            "住房、job",
        ] {
            assert_eq!(set::<LifeEvent>("event", &codes, text).unwrap(), both, "{text}");
        }
        assert_eq!(
            fee("12.5元", "b").unwrap(),
            Fee::Charged {
                amount: Some(1250),
                basis: "b".to_owned()
            }
        );
        assert_eq!(
            fee("0.01", "b").unwrap(),
            Fee::Charged {
                amount: Some(1),
                basis: "b".to_owned()
            }
        );
        assert_eq!(fee("不收费", "").unwrap(), Fee::None {});
        assert!(truth("是").unwrap() && !truth("No").unwrap());
        assert!(renewal("30日;逾期视为准予延续").unwrap().lapse && !renewal("30 days").unwrap().lapse);
        let shared = material("a|甲|A|可选|证明:hpf-certificate@12990100000001011T").unwrap();
        assert!(matches!(shared.source, Source::Certificate { .. }) && !shared.required);
    }

    #[test]
    fn values_with_a_comma_in_them_are_written_as_they_are_documented() {
        let codes = ["auction", "expert", "hearing", "inspection"];
        let read = |text: &str| set::<Special>("special", &codes, text);
        let inspection = BTreeSet::from([Special::Inspection]);
        assert_eq!(read("检验、检测、检疫").unwrap(), inspection);
        let three = BTreeSet::from([Special::Auction, Special::Hearing, Special::Inspection]);
        for text in [
            "听证;检验、检测、检疫;招标、拍卖",
            "听证、检验、检测、检疫、招标、拍卖",
            "招标、拍卖,听证\ninspection",
        ] {
            assert_eq!(read(text).unwrap(), three, "{text}");
        }
        for text in ["检验、检测", "招标", "检验、检测、检疫、也许"] {
            assert!(read(text).is_err(), "{text}");
        }
        let told = read("也许").unwrap_err();
        assert!(told.zh.contains(" / 检验、检测、检疫。"), "{}", told.zh);
    }

    #[test]
    fn what_is_no_value_is_told_with_the_values_there_are() {
        for text in ["", "20", "个工作日", "0日", "-1日", "20 weeks", "1.5个月"] {
            assert!(period(text).is_err(), "{text}");
        }
        let told = word::<LifeEvent>("event", &["house", "job"], "聚会").unwrap_err();
        assert!(told.zh.contains("住房 / 就业") && told.en.contains("house, job"));
        for text in ["1.234", "a", "", ".5", "-1", "99999999999999999999"] {
            assert!(fee(text, "b").is_err(), "{text}");
        }
        for text in ["permit", "permit@", "permit@x", "@"] {
            assert!(enacted(text).is_err(), "{text}");
        }
        for text in [
            "a|甲|A|必需",
            "a|甲|A|也许|提交",
            "a|甲|A|必需|寄来",
            "a|甲|A|必需|证明:x",
            "a|甲|A|必需|证明:x@1",
        ] {
            assert!(material(text).is_err(), "{text}");
        }
        assert!(
            licence("a|b").is_err()
                && renewal("30日;也许").is_err()
                && truth("也许").is_err()
                && number("二").is_err()
        );
    }
}
