//! Scenarios with versions, for tests only: a book whose lines get a currency with version 2 and a mark with version 3, a shelf that has a second
//! version too, and a council that decides about them.

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{
    Alarm, Call, Failure, Invariant, Migration, Operation, PART_RECORDS, Part, Planned, Question, Records,
    Scenario, Versions,
};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{BlockTime, Body, Code, Genesis, Height, Limits, Member, Rejection, StateKey, Suite};

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

/// A full minute.
pub const START: u64 = 1_767_225_600_000;

/// Where a line lies.
pub fn entry(scenario: &str, number: u64) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, scenario, "line", &[&number.to_be_bytes()])
}

fn count_key() -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "book", "count", &[])
}

fn count(records: &Records<'_>) -> Result<u64, Failure> {
    Ok(records.get(&count_key())?.unwrap_or_default())
}

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

type Act = fn(&Call<'_>, &mut Records<'_>) -> Result<Value, Failure>;

const fn operation(id: &'static str, run: Act) -> Operation {
    Operation {
        id,
        check: any,
        reads: nothing,
        run,
    }
}

/// What a migration does wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    Refuses,
    StandsStill,
    WritesTooMuch,
}

/// A version of the book.
#[derive(Clone, Copy)]
pub struct Book {
    name: &'static str,
    version: u32,
    migrates: bool,
    both_shapes: bool,
    lacking: u32,
    fault: Option<Fault>,
}

impl Book {
    pub fn newest(version: u32) -> Self {
        Self {
            name: "book",
            version,
            migrates: true,
            both_shapes: false,
            lacking: 0,
            fault: None,
        }
    }

    pub fn without_migration(self) -> Self {
        Self {
            migrates: false,
            ..self
        }
    }

    pub fn both_shapes(self) -> Self {
        Self {
            both_shapes: true,
            ..self
        }
    }

    pub fn with(self, fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..self
        }
    }

    /// A program that lost a version.
    pub fn lacking(self, version: u32) -> Self {
        Self {
            lacking: version,
            ..self
        }
    }

    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

fn shape(version: u32, amount: &Value) -> Value {
    match version {
        1 => json!({ "amount": amount }),
        2 => json!({ "amount": amount, "currency": "CNY" }),
        _ => json!({ "amount": amount, "currency": "CNY", "paid": false }),
    }
}

fn fill(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let lines = call.body.arguments["lines"].as_u64().unwrap();
    let first = count(records)?;
    for number in first..first + lines {
        records.put(entry("book", number), &shape(call.version(), &json!(number)))?;
    }
    records.put(count_key(), &(first + lines))?;
    Ok(Value::Null)
}

/// Every line must have its currency, unless this version reads both shapes.
fn sum(call: &Call<'_>, records: &Records<'_>, both: bool) -> Result<Value, Failure> {
    let mut sum = 0;
    for number in 0..count(records)? {
        let key = entry("book", number);
        let line: Value = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        if !both && line["currency"] != "CNY" {
            return Err(Failure::Damaged(key));
        }
        sum += line["amount"].as_u64().unwrap();
    }
    assert!(call.version() > 1);
    Ok(json!(sum))
}

fn version(call: &Call<'_>, _: &mut Records<'_>) -> Result<Value, Failure> {
    Ok(json!(call.version()))
}

fn remind(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let due = BlockTime(call.body.arguments["due"].as_u64().unwrap());
    let key = call.body.arguments.get("key").and_then(Value::as_str);
    Ok(json!(call.schedule(records, due, key.unwrap_or("ask"))?))
}

fn line(_: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let found: Option<Value> = records.get(&entry("book", about["number"].as_u64().unwrap()))?;
    Ok(found.unwrap_or_default())
}

fn range(cursor: &Value, lines: u64, limit: u32) -> std::ops::Range<u64> {
    let first = cursor.as_u64().unwrap_or_default();
    first..lines.min(first + u64::from(limit))
}

fn reads(_: &Call<'_>, cursor: &Value, limit: u32) -> Vec<StateKey> {
    let lines = range(cursor, u64::MAX, limit).map(|number| entry("book", number));
    lines.chain([count_key()]).collect()
}

fn rewrite(records: &mut Records<'_>, cursor: &Value, limit: u32, to: u32) -> Result<Part, Failure> {
    let lines = count(records)?;
    let range = range(cursor, lines, limit);
    for number in range.clone() {
        let key = entry("book", number);
        let line: Value = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        records.put(key, &shape(to, &line["amount"]))?;
    }
    Ok(Part {
        records: u32::try_from(range.end - range.start).unwrap(),
        next: (range.end < lines).then(|| json!(range.end)),
    })
}

fn to_second(_: &Call<'_>, records: &mut Records<'_>, cursor: &Value, limit: u32) -> Result<Part, Failure> {
    rewrite(records, cursor, limit, 2)
}

fn to_third(_: &Call<'_>, records: &mut Records<'_>, cursor: &Value, limit: u32) -> Result<Part, Failure> {
    rewrite(records, cursor, limit, 3)
}

fn refuses(_: &Call<'_>, _: &mut Records<'_>, _: &Value, _: u32) -> Result<Part, Failure> {
    Err(Rejection::new(codes::TX_ARGUMENTS, "not today").into())
}

fn stands_still(_: &Call<'_>, _: &mut Records<'_>, cursor: &Value, _: u32) -> Result<Part, Failure> {
    Ok(Part {
        records: 0,
        next: Some(cursor.clone()),
    })
}

fn writes_too_much(_: &Call<'_>, records: &mut Records<'_>, _: &Value, limit: u32) -> Result<Part, Failure> {
    for number in 0..=u64::from(limit) {
        records.put(entry("book", number), &0)?;
    }
    Ok(Part {
        records: limit,
        next: None,
    })
}

const INVARIANTS: &[Invariant] = &[];

impl Scenario for Book {
    fn name(&self) -> &'static str {
        self.name
    }
    fn version(&self) -> u32 {
        self.version
    }
    fn before(&self) -> Option<Arc<dyn Scenario>> {
        let before = self.version.checked_sub(1).filter(|before| *before > 0)?;
        let scenario: Arc<dyn Scenario> = Arc::new(Self {
            version: before,
            fault: None,
            ..*self
        });
        (before != self.lacking).then_some(scenario)
    }
    fn migration(&self) -> Option<Migration> {
        let part = match (self.version, self.fault) {
            _ if !self.migrates => return None,
            (1, _) => return None,
            (_, Some(Fault::Refuses)) => refuses,
            (_, Some(Fault::StandsStill)) => stands_still,
            (_, Some(Fault::WritesTooMuch)) => writes_too_much,
            (2, None) => to_second,
            (_, None) => to_third,
        };
        Some(Migration {
            both_shapes: self.both_shapes,
            reads,
            part,
            invariants: INVARIANTS,
        })
    }
    fn operations(&self) -> &'static [Operation] {
        const FIRST: &[Operation] = &[
            operation("book.fill", fill),
            operation("book.remind", remind),
            operation("book.version", version),
        ];
        const STRICT: &[Operation] = &[
            operation("book.fill", fill),
            operation("book.remind", remind),
            operation("book.sum", |call, records| sum(call, records, false)),
            operation("book.version", version),
        ];
        const LENIENT: &[Operation] = &[
            operation("book.fill", fill),
            operation("book.sum", |call, records| sum(call, records, true)),
            operation("book.version", version),
        ];
        match (self.name, self.version, self.both_shapes || !self.migrates) {
            ("book", 1, _) => FIRST,
            ("book", _, false) => STRICT,
            ("book", _, true) => LENIENT,
            _ => &[],
        }
    }
    fn alarm(&self) -> Option<Alarm> {
        Some(Alarm {
            reads: |_, _| vec![count_key()],
            run: |call, _, key| Ok(Some(json!({ "key": key, "version": call.version() }))),
        })
    }
    fn questions(&self) -> &'static [Question] {
        const QUESTIONS: &[Question] = &[Question {
            id: "book.line",
            answer: line,
        }];
        if self.name == "book" { QUESTIONS } else { &[] }
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// Has a second version whose one part writes one record.
pub struct Shelf(pub u32);

impl Scenario for Shelf {
    fn name(&self) -> &'static str {
        "shelf"
    }
    fn version(&self) -> u32 {
        self.0
    }
    fn before(&self) -> Option<Arc<dyn Scenario>> {
        let before: Arc<dyn Scenario> = Arc::new(Self(self.0.checked_sub(1)?));
        (self.0 > 1).then_some(before)
    }
    fn migration(&self) -> Option<Migration> {
        (self.0 > 1).then_some(Migration {
            both_shapes: false,
            reads: |_, _, _| Vec::new(),
            part: |_, records, _, _| {
                records.put(entry("shelf", 0), &PART_RECORDS)?;
                Ok(Part {
                    records: 1,
                    next: None,
                })
            },
            invariants: INVARIANTS,
        })
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// Decides, takes notes and asks the book.
pub struct Council;

fn decide(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    let planned = Planned {
        height: Height(arguments["height"].as_u64().unwrap()),
        to: u32::try_from(arguments["to"].as_u64().unwrap()).unwrap(),
    };
    let mut versions = Versions::load(call.hash(), records)?.with("book", Some(planned));
    if let Some(other) = arguments.get("with").and_then(Value::as_str) {
        versions = versions.with(other, Some(planned));
    }
    records.put(Versions::key(call.hash()), &versions)?;
    Ok(Value::Null)
}

fn note(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    records.put(entry("council", 0), &call.id)?;
    Ok(Value::Null)
}

fn ask(call: &Call<'_>, records: &Records<'_>) -> Result<Value, Failure> {
    call.ask(records, "book.line", &json!({ "number": 0 }))
}

impl Scenario for Council {
    fn name(&self) -> &'static str {
        "council"
    }
    fn operations(&self) -> &'static [Operation] {
        const OPERATIONS: &[Operation] = &[
            operation("council.ask", |call, records| ask(call, records)),
            operation("council.decide", decide),
            operation("council.note", note),
            operation("council.remind", remind),
        ];
        OPERATIONS
    }
    fn alarm(&self) -> Option<Alarm> {
        Some(Alarm {
            reads: |_, _| Vec::new(),
            run: |call, records, _| ask(call, records).map(Some),
        })
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// A chain of these scenarios, the book in this version.
pub fn world(book: Book) -> World {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().unwrap(),
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let time = BlockTime(START);
    let genesis = Genesis::new(
        "test".to_owned(),
        Suite::Intl,
        time,
        vec![member],
        Limits::default(),
    );
    World::new(
        genesis.unwrap(),
        vec![Arc::new(book), Arc::new(Council), Arc::new(Shelf(2))],
    )
}
