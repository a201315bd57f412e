//! Tests of the interface through its router and its sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice,
    clippy::as_conversions,
    reason = "a test may stop at anything it did not expect"
)]

mod applications;
mod call;
mod desk;
mod drawings;
mod endpoints;
mod events;
mod input;
mod ledger;
mod limits;
mod node;
mod people;
mod portal;
mod receipts;
mod report;
mod schema;
mod session;
mod sockets;
mod submit;
mod usage;
mod wallets;
mod world;
