//! The mark (标记) of an extract (摘录): two departments never get the same copy of a list, so that a copy found outside names the delivery.
//!
//! ```text
//! rows ─► Mark::plan ─► apply ─► the recipient's copy        found.csv ─► Found ─► evidence(mark) ─► bits, or nothing
//!              │ secret, canary rows, order                       ▲
//!              └─ commitment on the ledger, opening in the vault ─┘
//! ```
//!
//! Two things carry the mark, both made from one secret of the delivery: the **order** of the rows, which is that of a keyed function of one
//! column, and **canary rows** (诱饵行), invented rows whose identifiers can be nobody's by construction.
//!
//! | what is done to the copy | order | canary rows |
//! |---|---|---|
//! | some rows are left out, foreign rows added, two copies joined one after the other or shuffled into each other | survives | survive |
//! | columns removed, renamed, moved; the key column removed | survives; lost | survive while one other column with many values is left |
//! | quoting, separators, white space, full-width digits, UTF-8, UTF-16, GB18030 | survives | survive |
//! | rows sorted or shuffled | lost | survive |
//! | canary rows taken out (they can be recognised by whoever checks every identifier), or two copies of the same rows compared and only what both have kept | survives | lost |
//! | sorted *and* canary rows taken out; every cell rewritten; retyped as a total or a picture | lost | lost |
//!
//! **What a finding is worth.** [`Evidence::bits`] bounds how likely an innocent delivery looks as guilty as this one by chance: at most
//! 2^-bits, whatever the found file is, because the secret of an innocent delivery is independent of it. [`named`] pays for having asked many
//! deliveries and names one only from [`NAMING_BITS`] on. It does not protect a recipient from an owner who lies: whoever keeps the secret
//! can make the copy too.

mod bits;
mod canary;
mod column;
mod mark;
#[expect(
    clippy::arithmetic_side_effects,
    reason = "only bits are added and subtracted, which saturate"
)]
mod order;
mod table;
#[expect(
    clippy::arithmetic_side_effects,
    reason = "only bits are added and subtracted, which saturate"
)]
mod trace;

pub use bits::Bits;
pub use column::Column;
pub use mark::{KeyedColumn, MAX_CANARIES, MIN_CANARIES, Mark, MarkError, SECRET_BYTES, usual_canaries};
pub use table::{MAX_BYTES, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS, Table, TableError};
pub use trace::{Evidence, Found, NAMING_BITS, named};
