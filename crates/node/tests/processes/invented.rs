//! Invented people: numbers with right check digits in divisions that do not exist, and figures that stand nowhere else.

use serde_json::{Map, Value, json};
use yinxin_types::identifiers::CitizenNumber;

/// Numbers drawn from a seed (SplitMix64), so that a run can be repeated.
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    /// A place of a list.
    pub fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(u64::try_from(length).unwrap())).unwrap()
    }
}

/// The personal data of somebody who does not exist.
#[derive(Clone)]
pub struct Invented {
    /// Citizen number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Phone number; no subscriber's begins like this.
    pub phone: String,
    account: String,
    address: String,
    balance: String,
    loan: String,
    /// Wage in yuan.
    wage: u64,
}

impl Invented {
    /// Somebody drawn.
    pub fn draw(draw: &mut Draw) -> Self {
        const SIGNS: [char; 16] = [
            '瓊', '淼', '燊', '翀', '甯', '鄺', '麴', '驍', '懿', '曌', '犇', '羴', '鱻', '垚', '赟', '燚',
        ];
        let name: String = ['虚', '构']
            .into_iter()
            .chain((0..4).map(|_| SIGNS[draw.place(SIGNS.len())]))
            .collect();
        let place: String = (0..4).map(|_| SIGNS[draw.place(SIGNS.len())]).collect();
        Self {
            number: number(draw),
            name,
            phone: format!("0990-0{:06}", draw.below(1_000_000)),
            account: format!("99{:08}", draw.below(100_000_000)),
            address: format!("甲市东区{place}路{}号", 1 + draw.below(999)),
            balance: money(10_000_000 + draw.below(89_000_000), draw.below(100)),
            loan: money(10_000_000 + draw.below(89_000_000), draw.below(100)),
            wage: 1_000_000 + draw.below(8_000_000),
        }
    }

    /// Everything about this person that may stand nowhere in clear.
    pub fn secrets(&self) -> Vec<String> {
        vec![
            self.number.clone(),
            self.name.clone(),
            self.phone.clone(),
            self.account.clone(),
            self.address.clone(),
            self.balance.clone(),
            self.loan.clone(),
            money(self.wage, 0),
            self.contribution(),
        ]
    }

    /// 16 % of the wage: 16 fen for each yuan.
    fn contribution(&self) -> String {
        money(self.wage * 16 / 100, self.wage * 16 % 100)
    }

    /// The fields of this person's certificate.
    pub fn fields(&self) -> Map<String, Value> {
        let fields = json!({
            "accname": self.name, "accnum": self.account, "addr": self.address, "amt": self.loan, "bal": self.balance,
            "basenum": money(self.wage, 0), "beginmonth": "2021-03", "center_id": "00057400", "certinum": self.number,
            "endmonth": "2026-10", "flag": "0", "indiaccstate": "0", "indipaysum": self.contribution(), "indiprop": "8.000",
            "linkman": self.name, "linkphone": self.phone, "loancontrnum": "", "opnaccdate": "2021-03-15",
            "projectname": "乙市住房公积金管理中心", "transdate": "2026-11-25", "unitaccname": "示例建工集团有限公司",
            "unitprop": "8.000",
        });
        fields.as_object().unwrap().clone()
    }
}

fn money(yuan: u64, fen: u64) -> String {
    format!("{yuan}.{fen:02}")
}

/// A citizen number of a division that does not exist, its check digit by GB 11643.
fn number(draw: &mut Draw) -> String {
    const WEIGHTS: [u64; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let digits = format!(
        "99{:04}{:04}{:02}{:02}{:03}",
        101 + draw.below(9_000),
        1950 + draw.below(55),
        1 + draw.below(12),
        1 + draw.below(28),
        draw.below(1_000)
    );
    let weighed = digits
        .bytes()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u64::from(digit - b'0') * weight);
    let rest = usize::try_from(weighed.sum::<u64>() % 11).unwrap();
    let number = format!("{digits}{}", CHECK[rest]);
    assert!(CitizenNumber::parse(&number).is_ok());
    number
}
