//! The crate from outside: standards and their published examples, each rule kept once and broken once, arbitrary bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::string_slice,
    reason = "a test stops at the first surprise"
)]

mod any_bytes;
mod credentials;
mod dcql;
mod keys;
mod openid4vci;
mod openid4vp;
mod rfc9901;
mod sd_jwt;
mod sd_jwt_cases;
mod status_lists;
mod support;
mod yaml;
