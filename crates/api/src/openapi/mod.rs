//! The OpenAPI document: the routes describe themselves, the documents of the formats are described in `documents.json`.

pub mod names;

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::{ContentBuilder, Info, License, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

use crate::problem::ProblemBody;
use crate::routes;
use crate::wallets::WalletErrorBody;

/// The document, as indented JSON with a newline at the end.
pub fn document() -> String {
    let info = Info::builder()
        .title("Yinxin (印信)")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The interface of a node. docs/reference/http-api.md defines it, docs/reference/formats.md the documents."))
        .license(Some(License::builder().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let (_, mut api) = routes::described().split_for_parts();
    api.info = info;
    let mut schemas = Vec::new();
    ProblemBody::schemas(&mut schemas);
    schemas.push((ProblemBody::name().into_owned(), ProblemBody::schema()));
    schemas.push((WalletErrorBody::name().into_owned(), WalletErrorBody::schema()));
    api.components.get_or_insert_default().schemas.extend(schemas);
    let mut document = serde_json::to_value(&api).unwrap_or_default();
    if let Some(Value::Object(described)) = document.pointer_mut("/components/schemas") {
        described.extend(names::documents());
    }
    // One order, whatever order maps keep in this program.
    document.sort_all_objects();
    // A value always has a JSON form.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn problems(statuses: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let problem = |(status, description): &(&str, &str)| {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let response = ResponseBuilder::new()
            .description(*description)
            .content("application/problem+json", content);
        ((*status).to_owned(), RefOr::T(response.build()))
    };
    statuses.iter().map(problem).collect()
}

/// What any route may answer instead.
pub(crate) struct Plain;

impl IntoResponses for Plain {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "the request is malformed"),
            ("405", "the address does not take the method"),
            ("429", "too many requests; `Retry-After` says when to come again"),
            (
                "503",
                "the node cannot answer now; `Retry-After` says when to try again",
            ),
        ])
    }
}

/// What a route for one thing answers where there is none.
pub(crate) struct Missing;

impl IntoResponses for Missing {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("404", "there is no such thing, or it is not final yet")])
    }
}

/// What a route answers about content that an order hides (RFC 7725).
pub(crate) struct Withheld;

impl IntoResponses for Withheld {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[(
            "451",
            "an order of an authority hides the content from the public",
        )])
    }
}

/// What a route answers whoever is not signed in, or is signed in as somebody else.
pub(crate) struct Closed;

impl IntoResponses for Closed {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("401", "nobody is signed in, or the session has ended"),
            ("403", "whoever is signed in may not see or do this"),
        ])
    }
}

/// How a body may be refused before anything in it is looked at.
pub(crate) struct Bodied;

impl IntoResponses for Bodied {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("413", "the body is too large"),
            ("415", "the body is not plain application/json"),
        ])
    }
}

/// How the rules of the ledger may refuse what a desk is asked for.
pub(crate) struct Ruled;

impl IntoResponses for Ruled {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "404",
                "no department's keys are kept here, or there is no such thing",
            ),
            ("409", "the state of the matter does not allow it"),
            ("410", "what it is about exists no more"),
        ])
    }
}

/// How a submission may be refused.
pub(crate) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            (
                "409",
                "the transaction was executed before, in a block that is not indexed here yet",
            ),
            ("413", "the body is too large"),
            ("415", "the body is not plain application/json"),
        ])
    }
}

/// How a wallet's request may be refused: as OAuth has it, or as a problem before anything in it is looked at.
pub(crate) struct OfWallets;

impl IntoResponses for OfWallets {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let statuses = [
            ("400", "the request is refused; `error` says how"),
            ("401", "there is no access, or no more"),
            ("404", "this node serves no wallets, or there is no such request"),
            ("405", "the address does not take the method"),
            ("413", "the body is too large"),
            ("415", "the body is not of the media type"),
            ("429", "too many requests; `Retry-After` says when to come again"),
            (
                "503",
                "the node cannot answer now; `Retry-After` says when to try again",
            ),
        ];
        let content = |name: &str| {
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(name)))
                .build()
        };
        let refused = |(status, description): (&str, &str)| {
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/json", content("WalletError"))
                .content("application/problem+json", content("Problem"));
            (status.to_owned(), RefOr::T(response.build()))
        };
        statuses.into_iter().map(refused).collect()
    }
}
