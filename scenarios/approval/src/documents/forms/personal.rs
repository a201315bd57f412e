//! What a public field must not be about: everybody reads it, for ever (个人信息保护法 §51). The kind of a field bounds what it can hold; its
//! names must not ask for what identifies somebody or is sensitive (个人信息保护法 §28). This finds the plain cases, it cannot find all: who
//! proposes a form and who votes for it answer for the rest.

/// Parts of names and English labels.
const WORDS: &[&str] = &[
    "account",
    "address",
    "age",
    "bank",
    "birth",
    "citizen",
    "criminal",
    "disability",
    "disease",
    "email",
    "ethnic",
    "fingerprint",
    "gender",
    "health",
    "id_card",
    "idcard",
    "illness",
    "marital",
    "medical",
    "mobile",
    "name",
    "nationality",
    "passport",
    "pension",
    "phone",
    "photo",
    "pregnan",
    "relig",
    "salary",
    "sex",
    "surname",
    "tax_no",
    "wechat",
];
/// Parts of Chinese labels.
const TERMS: &[&str] = &[
    "姓名",
    "身份证",
    "证件号",
    "电话",
    "手机",
    "地址",
    "住址",
    "住所",
    "出生",
    "年龄",
    "性别",
    "民族",
    "国籍",
    "婚姻",
    "宗教",
    "疾病",
    "病史",
    "健康",
    "残疾",
    "怀孕",
    "银行",
    "账号",
    "卡号",
    "工资",
    "收入",
    "邮箱",
    "微信",
    "照片",
    "指纹",
    "护照",
    "犯罪",
    "监护人",
];

/// The first word in names or labels that speaks of a person.
pub(super) fn word(name: &str, zh: &str, en: &str) -> Option<&'static str> {
    let parts = |text: &str| -> Vec<String> {
        let text = text.to_ascii_lowercase();
        let parts = text.split(|one: char| !one.is_ascii_alphanumeric());
        parts.map(str::to_owned).collect()
    };
    let words = [parts(name), parts(en)].concat();
    // Short words stand alone (`age`, not `storage`); stems and long ones may be part of another word.
    let stands = |word: &str| match word.len() {
        0..=4 => words.iter().any(|one| one == word),
        _ => words.iter().any(|one| one.starts_with(word)) || name.contains(word),
    };
    let term = TERMS.iter().find(|term| zh.contains(**term)).copied();
    term.or_else(|| WORDS.iter().find(|word| stands(word)).copied())
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn names_that_ask_for_persons_are_found_and_words_that_only_contain_them_are_not() {
        assert_eq!(word("phone_number", "联系", "Contact"), Some("phone"));
        assert_eq!(word("a", "申请人姓名", "A"), Some("姓名"));
        assert_eq!(word("a", "甲", "Date of birth"), Some("birth"));
        assert_eq!(word("storage", "仓储面积", "Storage area, packages"), None);
        assert_eq!(word("households", "户数", "Number of households"), None);
    }
}
