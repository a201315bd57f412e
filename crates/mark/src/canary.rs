//! Inventing identifiers that are nobody's by construction.

/// Days that no calendar has, by month; each month has 30 days.
const NO_DAYS: [&str; 4] = ["0431", "0631", "0931", "1131"];
const FIRST_YEAR: u64 = 1940;
const YEARS: u64 = 70;
const SERIALS: u64 = 1000;
/// How many citizen numbers of nobody one division has.
pub(crate) const CITIZENS: u64 = 4 * YEARS * SERIALS;
/// How many telephone numbers of nobody there are.
pub(crate) const MOBILES: u64 = 1_000_000_000;

const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏";
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国文斌鹏飞宇浩然子轩欣怡佳琪雨婷思远志成海燕春梅晓东新民安宁永康立群学清";

/// The weights of GB 11643, and the check digit for each remainder.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &str = "10X98765432";

/// The citizen number of nobody with a number below [`CITIZENS`].
pub(crate) fn citizen_number(division: &str, number: u64) -> String {
    let serial = number % SERIALS;
    let year = (number / SERIALS % YEARS).saturating_add(FIRST_YEAR);
    let day = usize::try_from(number / (SERIALS * YEARS)).unwrap_or(0);
    let day = NO_DAYS.get(day).copied().unwrap_or("0431");
    let numbered = format!("{division}{year}{day}{serial:03}");
    let check = check_digit(&numbered);
    format!("{numbered}{check}")
}

fn check_digit(numbered: &str) -> char {
    let digits = numbered.chars().filter_map(|digit| digit.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).fold(0, |sum, (digit, weight)| {
        sum.saturating_add(digit.saturating_mul(weight))
    });
    let place = usize::try_from(sum % 11).unwrap_or(0);
    CHECK.chars().nth(place).unwrap_or('0')
}

/// Whether a cell has the form of a citizen number of nobody.
pub(crate) fn is_nobody(cell: &str) -> bool {
    let day = cell.get(10..14).unwrap_or_default();
    cell.len() == 18
        && NO_DAYS.contains(&day)
        && cell.get(..17).is_some_and(|numbered| {
            numbered.bytes().all(|digit| digit.is_ascii_digit()) && cell.ends_with(check_digit(numbered))
        })
}

fn count(text: &str) -> u64 {
    u64::try_from(text.chars().count()).unwrap_or(1)
}

/// How many names there are: a surname and one or two characters.
pub(crate) fn names() -> u64 {
    let given = count(GIVEN);
    count(SURNAMES).saturating_mul(given.saturating_mul(given.saturating_add(1)))
}

/// The name with a number below [`names`].
pub(crate) fn name(number: u64) -> String {
    let nth = |text: &str, number: u64| text.chars().nth(usize::try_from(number).unwrap_or(0));
    let (surnames, given) = (count(SURNAMES), count(GIVEN));
    let surname = nth(SURNAMES, number.checked_rem(surnames).unwrap_or(0));
    let rest = number.checked_div(surnames).unwrap_or(0);
    let first = nth(GIVEN, rest.checked_rem(given).unwrap_or(0));
    let second = match rest.checked_div(given).unwrap_or(0) {
        0 => None,
        place => nth(GIVEN, place.saturating_sub(1)),
    };
    [surname, first, second].into_iter().flatten().collect()
}

/// Whether a cell may be the name of a person: two to four Han characters.
pub(crate) fn could_be_name(cell: &str) -> bool {
    let han = |one: char| ('\u{4e00}'..='\u{9fff}').contains(&one);
    (2..=4).contains(&cell.chars().count()) && cell.chars().all(han)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use yinxin_types::identifiers::CitizenNumber;

    use super::*;

    #[test]
    fn no_invented_citizen_number_can_be_anybodys_and_each_looks_like_one() {
        for number in (0..CITIZENS).step_by(97) {
            let invented = citizen_number("990101", number);
            let refused = CitizenNumber::parse(&invented).unwrap_err();
            assert!(refused.to_string().contains("date"), "{invented}: {refused}");
            assert!(is_nobody(&invented));
            // On the day before it would be a number with a right check digit: nothing but the day is wrong.
            let mut real = invented.get(..12).unwrap().to_owned();
            real.push_str("30");
            real.push_str(invented.get(14..17).unwrap());
            let check = check_digit(&real);
            assert!(CitizenNumber::parse(&format!("{real}{check}")).is_ok());
        }
        assert!(!is_nobody("990101199003150015"));
    }

    #[test]
    fn the_characters_of_names_are_all_different() {
        for text in [SURNAMES, GIVEN] {
            let distinct: BTreeSet<char> = text.chars().collect();
            let repeated: Vec<char> = distinct
                .iter()
                .copied()
                .filter(|one| text.matches(*one).count() > 1)
                .collect();
            assert!(repeated.is_empty(), "{repeated:?}");
        }
    }
}
