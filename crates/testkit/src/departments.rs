//! The departments of simulated chains.

use yinxin_consensus::ValidatorKey;
use yinxin_crypto::{HashAlgorithm, KeyError, PrivateKey, SignatureAlgorithm};
use yinxin_types::genesis::GenesisError;
use yinxin_types::identifiers::{IdentifierError, SocialCreditCode};
use yinxin_types::{BlockTime, Genesis, Limits, Member, Suite};

/// When simulated time begins: 2026-06-01T00:00:00Z.
pub const START_MS: u64 = 1_780_272_000_000;

/// The most departments of a simulated chain.
pub const MOST: usize = 7;

/// A department that founds a chain.
#[derive(Clone, Copy, Debug)]
pub struct Founder {
    /// Its name.
    pub name: &'static str,
    /// Its unified social credit code.
    pub code: &'static str,
    /// Its roles, sorted.
    pub roles: &'static [&'static str],
}

const ROLL: [Founder; MOST] = [
    founder("甲市中级人民法院", "11990100000002129L", &["court"]),
    founder("甲市政务服务和数据管理局", "1199010000000209X4", &[]),
    founder("甲市住房和城乡建设局", "119901000000020229", &[]),
    founder("甲市自然资源和规划局(不动产登记)", "11990100000002014E", &[]),
    founder("甲市财政局", "11990100000002073H", &[]),
    founder("甲市审计局", "11990100000002081C", &[]),
    founder("甲市市场监督管理局", "119901000000020491", &[]),
];

/// A founder in one line.
pub const fn founder(name: &'static str, code: &'static str, roles: &'static [&'static str]) -> Founder {
    Founder { name, code, roles }
}

/// Why departments cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DepartmentError {
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A code.
    #[error(transparent)]
    Code(#[from] IdentifierError),
    /// The founding document.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
}

/// A founded chain and the keys of its members.
pub struct Departments {
    /// The founding document.
    pub genesis: Genesis,
    /// The keys the nodes vote with, by place; after those of the founders, keys that may come to vote later.
    pub validators: Vec<PrivateKey>,
}

/// The key of one purpose and number, the same in every simulation.
pub fn key(algorithm: SignatureAlgorithm, purpose: &str, number: usize) -> Result<PrivateKey, KeyError> {
    let seed = HashAlgorithm::Sha256.hash(&[purpose.as_bytes(), &number.to_le_bytes()]);
    PrivateKey::from_bytes(algorithm, seed.bytes())
}

impl Departments {
    /// Founds a chain of up to [`MOST`] departments. `later` is the number of keys that may come to vote after theirs.
    ///
    /// # Errors
    /// [`DepartmentError`].
    pub fn found(count: usize, later: usize) -> Result<Self, DepartmentError> {
        Self::of(ROLL.get(..count).unwrap_or(&ROLL), later, 64)
    }

    /// Founds a chain of these departments, with blocks of so many transactions at most.
    ///
    /// # Errors
    /// [`DepartmentError`].
    pub fn of(founders: &[Founder], later: usize, block_transactions: u32) -> Result<Self, DepartmentError> {
        let mut validators = (0..founders.len())
            .map(|number| key(SignatureAlgorithm::Ed25519, "validator", number))
            .collect::<Result<Vec<_>, _>>()?;
        validators.sort_by(|a, b| a.public_key().as_bytes().cmp(b.public_key().as_bytes()));
        let mut members = Vec::new();
        for (number, (founder, validator)) in founders.iter().zip(&validators).enumerate() {
            members.push(Member {
                account: key(SignatureAlgorithm::Ed25519, "department", number)?.public_key(),
                code: SocialCreditCode::parse(founder.code)?,
                name: founder.name.to_owned(),
                roles: founder.roles.iter().map(|role| (*role).to_owned()).collect(),
                validator: validator.public_key(),
            });
        }
        let limits = Limits {
            block_transactions,
            ..Limits::default()
        };
        let genesis = Genesis::new(
            "模拟账本".to_owned(),
            Suite::Intl,
            BlockTime(START_MS),
            members,
            limits,
        )?;
        for number in MOST..MOST + later {
            validators.push(key(SignatureAlgorithm::Ed25519, "validator", number)?);
        }
        Ok(Self { genesis, validators })
    }

    /// The accounts of founders and of those who may join, by number.
    ///
    /// # Errors
    /// [`DepartmentError`].
    pub fn accounts(&self) -> Result<Vec<PrivateKey>, DepartmentError> {
        let accounts = (0..MOST).map(|number| key(SignatureAlgorithm::Ed25519, "department", number));
        Ok(accounts.collect::<Result<_, _>>()?)
    }

    /// The department with a number, founder or not, with the validator key of a place.
    ///
    /// # Errors
    /// [`DepartmentError`].
    pub fn member(&self, number: usize, place: usize) -> Result<Option<Member>, DepartmentError> {
        let Some((founder, validator)) = ROLL.get(number).zip(self.validators.get(place)) else {
            return Ok(None);
        };
        let account = key(SignatureAlgorithm::Ed25519, "department", number)?;
        Ok(Some(Member {
            account: account.public_key(),
            code: SocialCreditCode::parse(founder.code)?,
            name: founder.name.to_owned(),
            roles: Vec::new(),
            validator: validator.public_key(),
        }))
    }

    /// The key with which the member at a place votes.
    pub fn validator_key(&self, place: usize) -> Option<ValidatorKey> {
        ValidatorKey::new(self.validators.get(place)?)
    }
}
