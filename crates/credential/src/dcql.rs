//! DCQL, the query language of OpenID4VP 1.0 (sections 6 and 7): what a verifier asks for, which held credentials answer it, and
//! whether what came back does.

mod matching;
mod select;

use serde_json::{Map, Value};

use crate::{ClaimPath, Error};

pub use select::{Answer, Candidate};

/// The format of SD-JWT VC, the one that is matched here.
pub const FORMAT: &str = "dc+sd-jwt";
/// The most elements any list of a query may have.
const MAX_ELEMENTS: usize = 64;
/// The longest identifier.
const MAX_ID_BYTES: usize = 64;

/// A query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The credentials that are asked for.
    pub credentials: Vec<CredentialQuery>,
    /// Which combinations of them will do. Empty: all of them are wanted.
    pub sets: Vec<SetQuery>,
}

/// A query for one credential (section 6.1).
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialQuery {
    /// Its name in the response.
    pub id: String,
    /// Its format. Others than [`FORMAT`] are read, and never matched.
    pub format: String,
    /// Whether several credentials may answer it.
    pub multiple: bool,
    /// The types of credential that will do.
    pub vct_values: Vec<String>,
    /// Whether the holder must prove to present it himself.
    pub holder_binding: bool,
    /// Whether the verifier names authorities of trust. None of their kinds is known here, so such a query is never matched.
    pub trusted_authorities: bool,
    /// The claims that are asked for. Empty: none that can be hidden.
    pub claims: Vec<ClaimQuery>,
    /// Combinations of claims, by index into `claims`, the preferred one first. Empty: all of them are wanted.
    pub claim_sets: Vec<Vec<usize>>,
}

/// A query for one claim (section 6.3).
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimQuery {
    /// Its name in claim sets.
    pub id: Option<String>,
    /// Where it stands.
    pub path: ClaimPath,
    /// The values that will do. Empty: any.
    pub values: Vec<Value>,
}

/// Alternatives (section 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetQuery {
    /// Each a list of identifiers of credential queries.
    pub options: Vec<Vec<String>>,
    /// Whether one of them must be met.
    pub required: bool,
}

impl Query {
    /// Reads a query. Members that are not known are ignored, as section 6 asks.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn parse(value: &Value) -> Result<Self, Error> {
        let members = object(value)?;
        let credentials = array(members, "credentials")?
            .ok_or(Error::Query("a query asks for credentials"))?
            .iter()
            .map(CredentialQuery::parse)
            .collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<&str> = credentials.iter().map(|query| query.id.as_str()).collect();
        all_different(&ids)?;
        let sets = array(members, "credential_sets")?
            .unwrap_or_default()
            .iter()
            .map(|set| SetQuery::parse(set, &ids))
            .collect::<Result<_, _>>()?;
        Ok(Self { credentials, sets })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut members = Map::new();
        let credentials = self.credentials.iter().map(CredentialQuery::to_value).collect();
        members.insert("credentials".to_owned(), credentials);
        if !self.sets.is_empty() {
            let sets = self.sets.iter().map(SetQuery::to_value).collect();
            members.insert("credential_sets".to_owned(), sets);
        }
        Value::Object(members)
    }

    /// The query with that identifier.
    #[must_use]
    pub fn credential(&self, id: &str) -> Option<&CredentialQuery> {
        self.credentials.iter().find(|query| query.id == id)
    }
}

impl CredentialQuery {
    /// A query for credentials of type `vct` with these claims, whose holder proves to present them himself.
    #[must_use]
    pub fn new(id: &str, vct: &str, claims: Vec<ClaimPath>) -> Self {
        Self {
            id: id.to_owned(),
            format: FORMAT.to_owned(),
            multiple: false,
            vct_values: vec![vct.to_owned()],
            holder_binding: true,
            trusted_authorities: false,
            claims: claims
                .into_iter()
                .map(|path| ClaimQuery {
                    id: None,
                    path,
                    values: Vec::new(),
                })
                .collect(),
            claim_sets: Vec::new(),
        }
    }

    fn parse(value: &Value) -> Result<Self, Error> {
        let members = object(value)?;
        let format = text(members, "format")?.ok_or(Error::Query("a credential query names a format"))?;
        let meta = object(
            members
                .get("meta")
                .ok_or(Error::Query("a credential query has `meta`"))?,
        )?;
        let vct_values = texts(array(meta, "vct_values")?.unwrap_or_default())?;
        if format == FORMAT && vct_values.is_empty() {
            return Err(Error::Query(
                "a query for `dc+sd-jwt` names types in `vct_values`",
            ));
        }
        let claims = array(members, "claims")?
            .unwrap_or_default()
            .iter()
            .map(ClaimQuery::parse)
            .collect::<Result<Vec<_>, _>>()?;
        let ids: Vec<&str> = claims.iter().filter_map(|claim| claim.id.as_deref()).collect();
        all_different(&ids)?;
        let sets = array(members, "claim_sets")?.unwrap_or_default();
        if !sets.is_empty() && ids.len() != claims.len() {
            return Err(Error::Query(
                "where there are claim sets, every claim has an identifier",
            ));
        }
        let claim_sets = sets
            .iter()
            .map(|set| {
                texts(non_empty(set)?)?
                    .iter()
                    .map(|id| {
                        ids.iter()
                            .position(|known| known == id)
                            .ok_or(Error::Query("a claim set names a claim that is not asked for"))
                    })
                    .collect()
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            id: identifier(members.get("id"))?,
            format: format.to_owned(),
            multiple: flag(members, "multiple", false)?,
            vct_values,
            holder_binding: flag(members, "require_cryptographic_holder_binding", true)?,
            trusted_authorities: array(members, "trusted_authorities")?.is_some(),
            claims,
            claim_sets,
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("id", self.id.as_str().into());
        add("format", self.format.as_str().into());
        let mut meta = Map::new();
        if !self.vct_values.is_empty() {
            meta.insert("vct_values".to_owned(), self.vct_values.clone().into());
        }
        add("meta", Value::Object(meta));
        if self.multiple {
            add("multiple", true.into());
        }
        if !self.holder_binding {
            add("require_cryptographic_holder_binding", false.into());
        }
        if !self.claims.is_empty() {
            add("claims", self.claims.iter().map(ClaimQuery::to_value).collect());
        }
        if !self.claim_sets.is_empty() {
            let id = |index: &usize| {
                let claim = self.claims.get(*index)?;
                Some(Value::from(claim.id.clone()?))
            };
            let sets = self
                .claim_sets
                .iter()
                .map(|set| set.iter().filter_map(id).collect::<Value>());
            add("claim_sets", sets.collect());
        }
        Value::Object(members)
    }
}

impl ClaimQuery {
    fn parse(value: &Value) -> Result<Self, Error> {
        let members = object(value)?;
        let values = array(members, "values")?.unwrap_or_default();
        let plain =
            |value: &Value| value.is_string() || value.is_boolean() || value.is_i64() || value.is_u64();
        if !values.iter().all(plain) {
            return Err(Error::Query(
                "a value to match is a text, an integer or a truth value",
            ));
        }
        Ok(Self {
            id: members.get("id").map(|id| identifier(Some(id))).transpose()?,
            path: ClaimPath::parse(
                members
                    .get("path")
                    .ok_or(Error::Query("a claim query has a path"))?,
            )?,
            values: values.to_vec(),
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        if let Some(id) = &self.id {
            members.insert("id".to_owned(), id.as_str().into());
        }
        members.insert("path".to_owned(), self.path.to_value());
        if !self.values.is_empty() {
            members.insert("values".to_owned(), self.values.clone().into());
        }
        Value::Object(members)
    }
}

impl SetQuery {
    fn parse(value: &Value, ids: &[&str]) -> Result<Self, Error> {
        let members = object(value)?;
        let options = array(members, "options")?
            .ok_or(Error::Query("a credential set has options"))?
            .iter()
            .map(|option| texts(non_empty(option)?))
            .collect::<Result<Vec<_>, _>>()?;
        if !options.iter().flatten().all(|id| ids.contains(&id.as_str())) {
            return Err(Error::Query("an option names a credential that is not asked for"));
        }
        Ok(Self {
            options,
            required: flag(members, "required", true)?,
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        let options = self.options.iter().cloned().map(Value::from).collect();
        members.insert("options".to_owned(), options);
        if !self.required {
            members.insert("required".to_owned(), false.into());
        }
        Value::Object(members)
    }
}

fn object(value: &Value) -> Result<&Map<String, Value>, Error> {
    value
        .as_object()
        .ok_or(Error::Query("a part of the query is no object"))
}

/// A list that is not empty where it is there.
fn array<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a [Value]>, Error> {
    members.get(name).map(non_empty).transpose()
}

fn non_empty(value: &Value) -> Result<&[Value], Error> {
    let elements = value
        .as_array()
        .filter(|elements| !elements.is_empty())
        .ok_or(Error::Query("a list of the query is empty or no list"))?;
    if elements.len() > MAX_ELEMENTS {
        return Err(Error::TooLarge("a list of the query is longer than accepted"));
    }
    Ok(elements)
}

fn texts(elements: &[Value]) -> Result<Vec<String>, Error> {
    elements
        .iter()
        .map(|element| element.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or(Error::Query("a list of names has something else in it"))
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Error> {
    crate::json::optional_text(members, name, Error::Query("a name in the query is no text"))
}

fn flag(members: &Map<String, Value>, name: &str, default: bool) -> Result<bool, Error> {
    match members.get(name) {
        None => Ok(default),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(Error::Query("a flag of the query is no truth value")),
    }
}

fn identifier(value: Option<&Value>) -> Result<String, Error> {
    value
        .and_then(Value::as_str)
        .filter(|id| {
            (1..=MAX_ID_BYTES).contains(&id.len())
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        })
        .map(str::to_owned)
        .ok_or(Error::Query(
            "an identifier has letters, digits, `_` and `-` only",
        ))
}

fn all_different(ids: &[&str]) -> Result<(), Error> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Error::Query("an identifier is given twice"));
    }
    Ok(())
}
