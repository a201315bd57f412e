//! The one schema of all policies: who, what, on what, under which circumstances.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cedar_policy::{Entities, EntityId, EntityTypeName, EntityUid, Validator};

use crate::error::PolicyError;
use crate::request::{Principal, Resource};
use crate::{limits, text};

/// What a request has beside who, what and on what. [`crate::Context`] says what each means.
const CONTEXT: &str = "\
type Context = {
  \"case\"?: String, department?: String, grade?: Long, hour: Long, kind?: String, lease?: String, mandate?: String, own: Bool,
  purpose?: String, roles: Set<String>, sealed: Bool, time: Long, weekday: Long
};
";

/// The vocabulary of policies: the operations of a chain as Cedar's actions, each in the group named after its scenario, and the types of
/// principals, resources and circumstances, which are the same for all.
pub struct Schema {
    pub(crate) validator: Validator,
    /// The actions with their groups.
    pub(crate) actions: Entities,
    /// Each operation as Cedar's action.
    pub(crate) operations: BTreeMap<String, EntityUid>,
    pub(crate) types: Types,
}

/// The names of the types, read once.
#[derive(Clone)]
pub(crate) struct Types(BTreeMap<&'static str, EntityTypeName>);

impl Types {
    fn new() -> Option<Self> {
        let names = Principal::TYPES.iter().chain(Resource::TYPES);
        names
            .map(|name| Some((*name, name.parse().ok()?)))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// An entity of one of the types.
    pub fn entity(&self, name: &str, id: &str) -> Option<EntityUid> {
        let name = self.0.get(name)?.clone();
        Some(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schema")
            .field("operations", &self.operations.keys())
            .finish_non_exhaustive()
    }
}

impl Schema {
    /// The schema of a chain with these operations, each `scenario.verb`.
    ///
    /// # Errors
    /// [`PolicyError::Operation`]
    pub fn new<'a>(operations: impl IntoIterator<Item = &'a str>) -> Result<Self, PolicyError> {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut count = 0_usize;
        for operation in operations {
            count = count.saturating_add(1);
            let refuse = || PolicyError::Operation(operation.to_owned());
            let (scenario, verb) = operation.split_once('.').ok_or_else(refuse)?;
            if !text::is_name(scenario, b'_') || !text::is_name(verb, b'_') || count > limits::OPERATIONS {
                return Err(refuse());
            }
            groups.entry(scenario).or_default().push(operation);
        }
        let known = groups.values().flatten().copied();
        let cedar = stacker::maybe_grow(limits::STACK_LEFT, limits::STACK, || cedar_schema(&groups));
        let (validator, actions, types) = cedar.map_err(PolicyError::Operation)?;
        let operations = known.map(|operation| {
            let action = action(operation).ok_or_else(|| PolicyError::Operation(operation.to_owned()))?;
            Ok((operation.to_owned(), action))
        });
        Ok(Self {
            validator,
            actions,
            operations: operations.collect::<Result<_, _>>()?,
            types,
        })
    }
}

/// An operation or a group of them as Cedar names it.
fn action(id: &str) -> Option<EntityUid> {
    let name = "Action".parse().ok()?;
    Some(EntityUid::from_type_name_and_id(name, EntityId::new(id)))
}

fn cedar_schema(groups: &BTreeMap<&str, Vec<&str>>) -> Result<(Validator, Entities, Types), String> {
    let mut out = String::from(CONTEXT);
    let mut types: Vec<&str> = Principal::TYPES.iter().chain(Resource::TYPES).copied().collect();
    types.sort_unstable();
    types.dedup();
    let (principals, resources) = (Principal::TYPES.join(", "), Resource::TYPES.join(", "));
    _ = writeln!(out, "entity {};", types.join(", "));
    for (group, operations) in groups {
        _ = writeln!(out, "action \"{group}\";");
        for operation in operations {
            _ = writeln!(
                out,
                "action \"{operation}\" in [\"{group}\"] appliesTo {{ principal: [{principals}], resource: [{resources}], \
                 context: Context }};"
            );
        }
    }
    let (schema, _) = cedar_policy::Schema::from_cedarschema_str(&out).map_err(|error| error.to_string())?;
    let actions = schema.action_entities().map_err(|error| error.to_string())?;
    let types = Types::new().ok_or("types")?;
    Ok((Validator::new(schema), actions, types))
}
