//! A scenario that only the simulator has: things on a shelf, which get a second version and with it another shape. Some programs of a simulation
//! lack that version.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_execution::{
    Call, Failure, Invariant, Migration, Operation, Part, Records, Registry, RegistryError, Scenario,
};
use yinxin_node::scenarios;
use yinxin_types::codes::Texts;
use yinxin_types::{Code, StateKey};

use crate::timers::Clock;

/// The scenario.
pub const NAME: &str = "shelf";
/// The operation that puts things on it.
pub const FILL: &str = "shelf.fill";
/// How many things it puts there: several parts of a migration.
const THINGS: u64 = 4000;

/// The scenarios of the nodes, and those that only the simulator has, the shelf in this version.
///
/// # Errors
/// [`RegistryError`].
pub fn registry(version: u32) -> Result<Registry, RegistryError> {
    let mut all = scenarios::all();
    all.push(Arc::new(Clock));
    all.push(Arc::new(Shelf(version)));
    Registry::new(all)
}

struct Shelf(u32);

fn thing(call: &Call<'_>, number: u64) -> StateKey {
    StateKey::new(call.hash(), NAME, "thing", &[&number.to_be_bytes()])
}

fn count(call: &Call<'_>) -> StateKey {
    StateKey::new(call.hash(), NAME, "count", &[])
}

fn fill(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let first = records.get::<u64>(&count(call))?.unwrap_or_default();
    for number in first..first + THINGS {
        records.put(thing(call, number), &number)?;
    }
    records.put(count(call), &(first + THINGS))?;
    Ok(Value::Null)
}

fn migrate(call: &Call<'_>, records: &mut Records<'_>, cursor: &Value, limit: u32) -> Result<Part, Failure> {
    let things = records.get::<u64>(&count(call))?.unwrap_or_default();
    let first = cursor.as_u64().unwrap_or_default();
    let end = things.min(first + u64::from(limit));
    for number in first..end {
        let key = thing(call, number);
        let old: u64 = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        records.put(key, &json!({ "since": call.block.height, "was": old }))?;
    }
    Ok(Part {
        records: u32::try_from(end - first).unwrap_or(u32::MAX),
        next: (end < things).then(|| json!(end)),
    })
}

const NOTHING: &[Invariant] = &[];

impl Scenario for Shelf {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        self.0
    }

    fn before(&self) -> Option<Arc<dyn Scenario>> {
        let first: Arc<dyn Scenario> = Arc::new(Self(1));
        (self.0 > 1).then_some(first)
    }

    fn migration(&self) -> Option<Migration> {
        (self.0 > 1).then_some(Migration {
            both_shapes: false,
            reads: |call, cursor, limit| {
                let first = cursor.as_u64().unwrap_or_default();
                let things = (first..first + u64::from(limit)).map(|number| thing(call, number));
                things.chain([count(call)]).collect()
            },
            part: migrate,
            invariants: NOTHING,
        })
    }

    fn operations(&self) -> &'static [Operation] {
        &[Operation {
            id: FILL,
            check: |_| Ok(()),
            reads: |call| vec![count(call)],
            run: fill,
        }]
    }

    fn codes(&self) -> &'static [Code] {
        &[]
    }

    fn zh(&self) -> &'static Texts {
        static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));
        &NONE
    }

    fn en(&self) -> &'static Texts {
        self.zh()
    }
}
