//! Names of the documents and values that other crates define, for references in the OpenAPI document. What each name stands for is
//! written in `documents.json`, next to this file; a test holds real answers against it.

use std::borrow::Cow;

use serde_json::{Map, Value};
use utoipa::openapi::schema::Object;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The schemas of all names.
pub(crate) fn documents() -> Map<String, Value> {
    serde_json::from_str(include_str!("documents.json")).unwrap_or_default()
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name;

            impl PartialSchema for $name {
                /// Stands in until [`super::document`] puts the schema of `documents.json` in its place.
                fn schema() -> RefOr<Schema> {
                    RefOr::T(Schema::Object(Object::new()))
                }
            }

            impl ToSchema for $name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }
            }
        )*
    };
}

names! {
    /// Algorithm and 32 bytes.
    Digest
    /// Algorithm and key.
    PublicKey
    /// 32 bytes without algorithm.
    Hash
    /// Position of a block.
    Height
    /// Number of blocks in a tree of the history.
    TreeSize
    /// Milliseconds since 1970.
    Time
    /// Hash suite.
    Suite
    /// Limits of a chain.
    Limits
    /// Founding document.
    Genesis
    /// Transaction in JSON.
    Envelope
    /// One signature and the key that made it.
    KeyedSignature
    /// Transactions submitted together.
    Batch
    /// Header of a block.
    Header
    /// Finality certificate.
    Certificate
    /// Receipt file.
    ReceiptFile
    /// Open or sealed.
    CommitmentKind
    /// Where a page ended.
    Cursor
    /// Page of entries.
    EntryPage
    /// Entry with links and challenges.
    EntryDetail
    /// The same inside a report.
    ReportEntry
}
