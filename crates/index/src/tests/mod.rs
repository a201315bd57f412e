//! One suite over every database: memory, a file, and PostgreSQL where `YINXIN_TEST_POSTGRES` names one.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "test data is small"
)]

mod answers;
mod audit;
mod concerns;
mod damage;
mod ledger;
mod order;
mod places;
mod rebuild;
