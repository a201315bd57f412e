//! An authenticator in software for tests (feature `authenticator`): passkeys that answer as a browser and a phone together answer, and
//! drafts of such answers to be broken before they are signed.

#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

use serde_json::Value;
use yinxin_crypto::{HashAlgorithm, PublicKey, SoftwarePasskey};

use crate::passkey::{Assertion, challenge};
use crate::transaction::KeyedSignature;

/// A passkey and the page on which it is used.
pub struct Authenticator {
    passkey: SoftwarePasskey,
    relying_party: String,
    origin: String,
}

/// What is about to be signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The authenticator's data.
    pub authenticator_data: Vec<u8>,
    /// The client data.
    pub client_data: String,
}

impl Authenticator {
    /// The relying party of [`Authenticator::new`].
    pub const RELYING_PARTY: &'static str = "example.cn";
    /// The page of [`Authenticator::new`].
    pub const ORIGIN: &'static str = "https://portal.example.cn:8443";

    /// A passkey that is the same in every run.
    pub fn new(seed: u8) -> Self {
        Self::at(seed, Self::RELYING_PARTY, Self::ORIGIN)
    }

    /// A passkey of a relying party, used on a page.
    pub fn at(seed: u8, relying_party: &str, origin: &str) -> Self {
        Self {
            passkey: SoftwarePasskey::new(&[seed; 32], relying_party).expect("a number below the order"),
            relying_party: relying_party.to_owned(),
            origin: origin.to_owned(),
        }
    }

    /// The account.
    pub fn public_key(&self) -> PublicKey {
        self.passkey.public_key()
    }

    /// The answer to the challenge of a message, with user present and verified, before it is signed.
    pub fn draft(&self, message: &[u8]) -> Draft {
        let mut authenticator_data = HashAlgorithm::Sha256
            .hash(&[self.relying_party.as_bytes()])
            .bytes()
            .to_vec();
        authenticator_data.extend_from_slice(&[0x05, 0, 0, 0, 7]);
        // In the order in which browsers write them (WebAuthn Level 3, section 5.8.1.1).
        let quoted = |text: &str| Value::from(text).to_string();
        let client_data = format!(
            r#"{{"type":"webauthn.get","challenge":{},"origin":{},"crossOrigin":false}}"#,
            quoted(&challenge(message)),
            quoted(&self.origin),
        );
        Draft {
            authenticator_data,
            client_data,
        }
    }

    /// Signs a draft, whatever it says.
    pub fn sign_draft(&self, draft: Draft) -> KeyedSignature {
        let assertion =
            Assertion::new(draft.authenticator_data, draft.client_data).expect("parts of allowed lengths");
        KeyedSignature {
            key: self.public_key(),
            signature: self.passkey.sign(&assertion.signed_bytes()),
            assertion: Some(assertion),
        }
    }

    /// Signs a message as a person does who unlocks his phone.
    pub fn sign(&self, message: &[u8]) -> KeyedSignature {
        self.sign_draft(self.draft(message))
    }
}
