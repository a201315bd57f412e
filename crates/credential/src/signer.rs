//! Who signs: a key in memory, or one that lies elsewhere.

use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer as _;
use yinxin_crypto::{PrivateKey, RandomnessError, SignatureAlgorithm, random_bytes};

use crate::{Algorithm, Error, Jwk};

/// A private key wherever it lies: in this process, in a browser, in hardware.
pub trait Signer {
    /// The key under which others verify; it says the algorithm.
    fn key(&self) -> Jwk;

    /// Signs `message`: 64 bytes, r and s for ES256 (RFC 7518, section 3.4), R and S for Ed25519 (RFC 8032).
    ///
    /// # Errors
    /// [`Error::Signature`] where the keeper of the key refuses.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error>;
}

/// A private key of P-256 in memory. It wipes itself when dropped; its signatures are deterministic (RFC 6979).
pub struct Es256Key {
    secret: SigningKey,
    public: Jwk,
}

impl Es256Key {
    /// Makes a new key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`RandomnessError`] where there are none.
    pub fn random() -> Result<Self, RandomnessError> {
        loop {
            // One candidate in 2^32 is not below the order of the curve.
            if let Ok(key) = Self::from_bytes(&random_bytes()?) {
                return Ok(key);
            }
        }
    }

    /// Reads the big-endian number d.
    ///
    /// # Errors
    /// [`Error::Key`] where it is not between 1 and the order of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, Error> {
        const WRONG: Error = Error::Key("the number is no private key of P-256");
        let secret = SigningKey::from_slice(bytes).map_err(|_| WRONG)?;
        let point = secret.verifying_key().to_sec1_point(false);
        let coordinates = point
            .as_bytes()
            .split_first()
            .and_then(|(_, rest)| rest.split_first_chunk::<32>())
            .and_then(|(x, y)| Some((*x, <[u8; 32]>::try_from(y).ok()?)));
        let (x, y) = coordinates.ok_or(WRONG)?;
        Ok(Self {
            secret,
            public: Jwk::p256(x, y)?,
        })
    }
}

impl Signer for Es256Key {
    fn key(&self) -> Jwk {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        let signature: p256::ecdsa::Signature = self
            .secret
            .try_sign(message)
            .map_err(|_| Error::Signature("the signature could not be made"))?;
        Ok(signature.to_bytes().into())
    }
}

impl std::fmt::Debug for Es256Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Es256Key")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// A private Ed25519 key of the ledger's own kind, used for credentials.
#[derive(Debug)]
pub struct Ed25519Signer<'a> {
    secret: &'a PrivateKey,
    public: Jwk,
}

impl<'a> Ed25519Signer<'a> {
    /// Signs with `secret`.
    ///
    /// # Errors
    /// [`Error::Algorithm`] for a key of SM2, whose signatures no wallet reads.
    pub fn new(secret: &'a PrivateKey) -> Result<Self, Error> {
        const WRONG: Error = Error::Algorithm("credentials are not signed with SM2");
        if secret.algorithm() != SignatureAlgorithm::Ed25519 {
            return Err(WRONG);
        }
        let encoding = <[u8; 32]>::try_from(secret.public_key().as_bytes()).map_err(|_| WRONG)?;
        Ok(Self {
            secret,
            public: Jwk::ed25519(&encoding)?,
        })
    }
}

impl Signer for Ed25519Signer<'_> {
    fn key(&self) -> Jwk {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        Ok(*self.secret.sign(message).as_bytes())
    }
}

/// The algorithm a signer signs with.
pub(crate) fn algorithm(signer: &dyn Signer) -> Algorithm {
    signer.key().algorithm()
}
