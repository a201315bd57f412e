//! Keep encrypted materials (材料) off the chain, and forget them for good when the law says so.
//!
//! A material is content, such as a certificate, encrypted under a data key (数据密钥) of its own. The ledger holds a
//! commitment to it, which tells nothing; the vault (材料库) holds the ciphertext and, apart from it, the keys record (密钥记录):
//! the data key wrapped for each party that may read. Destroying that record erases the material, whoever else has a copy
//! of the ciphertext (个人信息保护法 §47).
//!
//! The crate knows disks and object stores but no network of nodes, no clock and no scenario: who may read what is
//! decided on the ledger before anybody asks a vault.

pub mod codes;
mod commitment;
mod error;
mod keys;
mod material;
mod object;
mod protocol;
mod store;

#[cfg(feature = "s3")]
mod bucket;
mod files;

#[cfg(feature = "s3")]
pub use bucket::{ObjectStore, S3};
pub use commitment::{SALT_LENGTH, commitment};
pub use error::VaultError;
pub use files::LocalStore;
pub use keys::{Keys, RECIPIENTS_MAX};
pub use material::{Content, Material};
pub use object::{CONTENT_MAX, Object};
pub use store::{Damage, DamageKind, Erasure, Scrub, Store};
