//! The departments of the demonstration: invented, with codes whose check digits are right.

/// Name, unified social credit code and roles of an invented department.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    /// Full name.
    pub name: &'static str,
    /// Unified social credit code (统一社会信用代码, GB 32100).
    pub code: &'static str,
    /// What it may do beyond the common rights.
    pub roles: &'static [&'static str],
}

const fn example(name: &'static str, code: &'static str, roles: &'static [&'static str]) -> Example {
    Example { name, code, roles }
}

/// As many as a demonstration may have, in the order in which they join: the fund centres of two cities, a data bureau that knows people, an
/// audit office, a court, and others.
pub(crate) const DEPARTMENTS: [Example; 16] = [
    example("甲市住房公积金管理中心", "12990100000001011T", &[]),
    example("乙市住房公积金管理中心", "1299020000000102XP", &[]),
    example(
        "甲市政务服务和数据管理局",
        "1199010000000209X4",
        &["identity", "registry", "data"],
    ),
    example("甲市审计局", "11990100000002081C", &["audit"]),
    example("甲市中级人民法院", "11990100000002129L", &["court"]),
    example("甲市自然资源和规划局(不动产登记)", "11990100000002014E", &[]),
    example("甲市财政局", "11990100000002073H", &[]),
    example("国家税务总局甲市税务局", "119901000000020304", &[]),
    example("甲市住房和城乡建设局", "119901000000020229", &[]),
    example("甲市市场监督管理局", "119901000000020491", &[]),
    example("甲市公安局", "11990100000002057U", &["police"]),
    example("甲市人力资源和社会保障局", "11990100000002065N", &[]),
    example("甲市消防救援支队", "11990100000002102W", &[]),
    example("甲市城市管理和综合执法局", "11990100000002110P", &[]),
    example("甲市城市建设投资有限公司", "91990101MA000A012B", &[]),
    example("示例银行股份有限公司甲市分行", "91990100MA000A055A", &[]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use yinxin_types::identifiers::SocialCreditCode;

    use super::*;

    #[test]
    fn every_code_is_valid_and_stands_once() {
        let codes: BTreeSet<_> = DEPARTMENTS
            .iter()
            .map(|department| SocialCreditCode::parse(department.code).unwrap().to_string())
            .collect();
        assert_eq!(codes.len(), DEPARTMENTS.len());
    }
}
