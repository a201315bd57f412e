//! What is asked: may this principal perform this operation on this resource under these circumstances.

use cedar_policy::{EntityUid, RestrictedExpression};

use crate::limits;
use crate::schema::Types;

/// Days and hours are those of Asia/Shanghai, eight hours ahead of UTC all year.
const SHANGHAI_MS: u64 = 8 * HOUR_MS;
const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Who acts, with its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// A person who acts for a department or organisation under a mandate; the person's party.
    Officer(&'a str),
    /// A person who acts in his own name; the party.
    Person(&'a str),
    /// An organisation by its seal alone; the party.
    Organisation(&'a str),
    /// A department by its seal alone, as its systems do; its code.
    Department(&'a str),
    /// A device; the party.
    Device(&'a str),
    /// An account that belongs to nobody who is known.
    Anyone,
}

impl<'a> Principal<'a> {
    /// The types, as policies name them.
    pub const TYPES: &'static [&'static str] = &[
        "Anyone",
        "Department",
        "Device",
        "Officer",
        "Organisation",
        "Person",
    ];

    fn parts(self) -> (&'static str, &'a str) {
        match self {
            Self::Officer(id) => ("Officer", id),
            Self::Person(id) => ("Person", id),
            Self::Organisation(id) => ("Organisation", id),
            Self::Department(id) => ("Department", id),
            Self::Device(id) => ("Device", id),
            Self::Anyone => ("Anyone", ""),
        }
    }
}

/// On what, with its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A department, organisation or the party it serves; a code, or a party without one.
    Department(&'a str),
    /// A case, by its number.
    Case(&'a str),
    /// A material in the vault, by its digest.
    Material(&'a str),
    /// A record of the ledger, such as a party, a mandate, a certificate or a listing.
    Record(&'a str),
}

impl<'a> Resource<'a> {
    /// The types, as policies name them.
    pub const TYPES: &'static [&'static str] = &["Case", "Department", "Material", "Record"];

    fn parts(self) -> (&'static str, &'a str) {
        match self {
            Self::Department(id) => ("Department", id),
            Self::Case(id) => ("Case", id),
            Self::Material(id) => ("Material", id),
            Self::Record(id) => ("Record", id),
        }
    }
}

/// The circumstances. Policies read them as `context.name`; what is `None` here a policy must first test with `context has name`. From `time`
/// follow `context.hour` (0 to 23) and `context.weekday` (1 is Monday) in Asia/Shanghai.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// The case for which it is done.
    pub case: Option<&'a str>,
    /// The code of the department or organisation for which the principal acts.
    pub department: Option<&'a str>,
    /// The grade of the mandate, 1 to 4.
    pub grade: Option<u8>,
    /// The kind of what it is about, such as a kind of party, a certificate's or a record class.
    pub kind: Option<&'a str>,
    /// The lease under which it is done.
    pub lease: Option<&'a str>,
    /// The kind of mandate under which the principal acts in the name of another: `agent`, `guardian`, `post` or `representative`.
    pub mandate: Option<&'a str>,
    /// Whether the resource is the principal's own, or that of the department or the person for whom it acts.
    pub own: bool,
    /// The stated purpose.
    pub purpose: Option<&'a str>,
    /// The roles that the principal, or the department for which it acts, has on the chain.
    pub roles: &'a [String],
    /// Whether the seal of the department or organisation signed.
    pub sealed: bool,
    /// Block time in milliseconds UTC.
    pub time: u64,
}

/// One question to the policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The circumstances.
    pub context: Context<'a>,
    /// The operation, `scenario.verb`.
    pub operation: &'a str,
    /// Who acts.
    pub principal: Principal<'a>,
    /// On what.
    pub resource: Resource<'a>,
}

impl Request<'_> {
    /// The request as Cedar takes it; `None` where something is longer than allowed.
    pub(crate) fn cedar(&self, types: &Types, action: &EntityUid) -> Option<cedar_policy::Request> {
        let entity = |(name, id): (&str, &str)| types.entity(name, within(id)?);
        let context = cedar_policy::Context::from_pairs(self.context.pairs()?).ok()?;
        let (principal, resource) = (entity(self.principal.parts())?, entity(self.resource.parts())?);
        cedar_policy::Request::new(principal, action.clone(), resource, context, None).ok()
    }
}

impl Context<'_> {
    fn pairs(&self) -> Option<Vec<(String, RestrictedExpression)>> {
        let text = |text: &str| Some(RestrictedExpression::new_string(within(text)?.to_owned()));
        let number = |number: u64| Some(RestrictedExpression::new_long(i64::try_from(number).ok()?));
        if self.roles.len() > limits::ROLES {
            return None;
        }
        let roles: Option<Vec<_>> = self.roles.iter().map(|role| text(role)).collect();
        let local = self.time.checked_add(SHANGHAI_MS)?;
        let hour = local.checked_rem(DAY_MS)?.checked_div(HOUR_MS)?;
        // The first of January 1970 was a Thursday, the fourth day of the week.
        let weekday = local
            .checked_div(DAY_MS)?
            .checked_add(3)?
            .checked_rem(7)?
            .checked_add(1)?;
        let mut pairs = vec![
            ("hour", number(hour)?),
            ("own", RestrictedExpression::new_bool(self.own)),
            ("roles", RestrictedExpression::new_set(roles?)),
            ("sealed", RestrictedExpression::new_bool(self.sealed)),
            ("time", number(self.time)?),
            ("weekday", number(weekday)?),
        ];
        for (name, value) in [
            ("case", self.case),
            ("department", self.department),
            ("kind", self.kind),
            ("lease", self.lease),
            ("mandate", self.mandate),
            ("purpose", self.purpose),
        ] {
            if let Some(value) = value {
                pairs.push((name, text(value)?));
            }
        }
        if let Some(grade) = self.grade {
            pairs.push(("grade", number(u64::from(grade))?));
        }
        Some(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }
}

fn within(text: &str) -> Option<&str> {
    (text.len() <= limits::TEXT_BYTES).then_some(text)
}
