//! The credential offer (OpenID4VCI 1.0, section 4.1): what an issuer shows as a link or a QR code.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{WRONG, https, read, text_of, texts};
use crate::Error;

const AUTHORIZATION_CODE: &str = "authorization_code";
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// The longest description of a transaction code, in characters.
const MAX_DESCRIPTION: usize = 300;

/// What an issuer offers to a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialOffer {
    /// The issuer, under whose address his metadata are.
    pub issuer: String,
    /// What is offered, by identifier in the metadata.
    pub configurations: Vec<String>,
    /// The way by the issuer's own log-in.
    pub authorization_code: Option<AuthorizationCode>,
    /// The way by a code that was given out already, such as at a window.
    pub pre_authorized_code: Option<PreAuthorizedCode>,
}

/// Parameters of the way by log-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// What the wallet hands back, so that the issuer knows which offer it follows.
    pub issuer_state: Option<String>,
    /// Which of several servers to ask.
    pub authorization_server: Option<String>,
}

/// Parameters of the way by a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreAuthorizedCode {
    /// The code, for one short use.
    pub code: String,
    /// The second code that the person types in, if one is wanted.
    pub tx_code: Option<TransactionCode>,
    /// Which of several servers to ask.
    pub authorization_server: Option<String>,
}

/// How the second code looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionCode {
    /// Whether it has other characters than digits.
    pub text: bool,
    /// How long it is.
    pub length: Option<u64>,
    /// Where the person finds it.
    pub description: Option<String>,
}

impl CredentialOffer {
    /// Reads an offer. Parameters that are not known are ignored.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`], [`Error::Request`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let members = read(text)?;
        let configurations = texts(members.get("credential_configuration_ids").ok_or(WRONG)?)?;
        if configurations.iter().collect::<BTreeSet<_>>().len() != configurations.len() {
            return Err(Error::Request("an offer names one credential twice"));
        }
        let empty = Map::new();
        let grants = match members.get("grants") {
            None => &empty,
            Some(grants) => grants.as_object().ok_or(WRONG)?,
        };
        Ok(Self {
            issuer: https(text_of(&members, "credential_issuer")?.ok_or(WRONG)?)?.to_owned(),
            configurations,
            authorization_code: grants
                .get(AUTHORIZATION_CODE)
                .map(AuthorizationCode::parse)
                .transpose()?,
            pre_authorized_code: grants
                .get(PRE_AUTHORIZED)
                .map(PreAuthorizedCode::parse)
                .transpose()?,
        })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut grants = Map::new();
        if let Some(grant) = &self.authorization_code {
            grants.insert(AUTHORIZATION_CODE.to_owned(), grant.to_value());
        }
        if let Some(grant) = &self.pre_authorized_code {
            grants.insert(PRE_AUTHORIZED.to_owned(), grant.to_value());
        }
        let mut members = Map::from_iter([
            ("credential_issuer".to_owned(), Value::from(self.issuer.as_str())),
            (
                "credential_configuration_ids".to_owned(),
                self.configurations.clone().into(),
            ),
        ]);
        if !grants.is_empty() {
            members.insert("grants".to_owned(), grants.into());
        }
        Value::Object(members)
    }

    /// The link that opens a wallet with this offer, to be shown or printed as a QR code.
    #[must_use]
    pub fn to_link(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let mut link = "openid-credential-offer://?credential_offer=".to_owned();
        for byte in self.to_value().to_string().bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                link.push(char::from(byte));
                continue;
            }
            link.push('%');
            for nibble in [byte >> 4, byte & 0x0f] {
                link.push(char::from(
                    DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'),
                ));
            }
        }
        link
    }
}

impl AuthorizationCode {
    fn parse(value: &Value) -> Result<Self, Error> {
        let members = value.as_object().ok_or(WRONG)?;
        Ok(Self {
            issuer_state: text_of(members, "issuer_state")?.map(str::to_owned),
            authorization_server: text_of(members, "authorization_server")?.map(str::to_owned),
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        insert(&mut members, "issuer_state", self.issuer_state.as_deref());
        insert(
            &mut members,
            "authorization_server",
            self.authorization_server.as_deref(),
        );
        Value::Object(members)
    }
}

impl PreAuthorizedCode {
    fn parse(value: &Value) -> Result<Self, Error> {
        let members = value.as_object().ok_or(WRONG)?;
        Ok(Self {
            code: text_of(members, "pre-authorized_code")?.ok_or(WRONG)?.to_owned(),
            tx_code: members.get("tx_code").map(TransactionCode::parse).transpose()?,
            authorization_server: text_of(members, "authorization_server")?.map(str::to_owned),
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        insert(&mut members, "pre-authorized_code", Some(&self.code));
        insert(
            &mut members,
            "authorization_server",
            self.authorization_server.as_deref(),
        );
        if let Some(code) = &self.tx_code {
            members.insert("tx_code".to_owned(), code.to_value());
        }
        Value::Object(members)
    }
}

impl TransactionCode {
    fn parse(value: &Value) -> Result<Self, Error> {
        let members = value.as_object().ok_or(WRONG)?;
        let description = text_of(members, "description")?;
        if description.is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
            return Err(Error::TooLarge(
                "the description of a code is longer than accepted",
            ));
        }
        Ok(Self {
            text: match text_of(members, "input_mode")? {
                None | Some("numeric") => false,
                Some("text") => true,
                Some(_) => return Err(WRONG),
            },
            length: members
                .get("length")
                .map(|length| length.as_u64().ok_or(WRONG))
                .transpose()?,
            description: description.map(str::to_owned),
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        if self.text {
            members.insert("input_mode".to_owned(), json!("text"));
        }
        if let Some(length) = self.length {
            members.insert("length".to_owned(), length.into());
        }
        insert(&mut members, "description", self.description.as_deref());
        Value::Object(members)
    }
}

fn insert(members: &mut Map<String, Value>, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        members.insert(name.to_owned(), text.into());
    }
}
