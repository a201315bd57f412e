//! Failures as RFC 9457 problem documents, with the numbered code, both languages and the source of the rule.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use yinxin_execution::Registry;
use yinxin_types::Rejection;
use yinxin_types::codes::{self, Code};

/// A sentence for people in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Messages {
    /// English.
    pub en: String,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    pub zh: String,
}

impl Messages {
    /// The sentences for a code of this chain; of a code without any, its name in both places.
    pub fn of(registry: &Registry, name: &str) -> Self {
        let (zh, en) = registry.texts(name).unwrap_or((name, name));
        Self {
            en: en.to_owned(),
            zh: zh.to_owned(),
        }
    }

    fn platform(name: &str) -> Self {
        let text = |texts: &codes::Texts| texts.get(name).unwrap_or(name).to_owned();
        Self {
            en: text(&codes::EN),
            zh: text(&codes::ZH),
        }
    }
}

/// The document (RFC 9457 section 3.1, with members of our own).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Always `about:blank`: `code` says what the problem is.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The phrase of the HTTP status.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Stable name of the code.
    pub code: &'static str,
    /// Stable number of the code.
    pub number: u16,
    /// What exactly was wrong, in English.
    pub detail: String,
    /// The code for people.
    pub messages: Messages,
    /// The rule behind the code: article of law, standard or section of our formats.
    pub source: &'static str,
}

/// When to try again what is refused because records are being migrated, in seconds.
const MIGRATION_S: u64 = 30;

/// A failure on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem {
    body: Box<ProblemBody>,
    retry_after_s: Option<u64>,
}

impl Problem {
    fn with(code: Code, detail: String, messages: Messages) -> Self {
        let status = StatusCode::from_u16(code.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Whatever is refused for want of room or by rate may be tried again; a client is told when instead of guessing.
        let retry_after_s = if code == codes::SCENARIO_MIGRATING {
            Some(MIGRATION_S)
        } else {
            matches!(status.as_u16(), 429 | 503).then_some(1)
        };
        let title = status.canonical_reason().unwrap_or("Error");
        let body = ProblemBody {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            code: code.name,
            number: code.number,
            detail,
            messages,
            source: code.source,
        };
        Self {
            body: Box::new(body),
            retry_after_s,
        }
    }

    /// A problem of the interface itself, with one of the platform's codes.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self::with(code, detail.into(), Messages::platform(code.name))
    }

    /// A refused transaction; its code may be a scenario's.
    pub fn rejected(registry: &Registry, rejection: Rejection) -> Self {
        Self::with(
            rejection.code,
            rejection.detail,
            Messages::of(registry, rejection.code.name),
        )
    }

    /// A problem whose sentences name what it is about.
    pub fn in_words(code: Code, detail: impl Into<String>, messages: Messages) -> Self {
        Self::with(code, detail.into(), messages)
    }

    /// The same problem with the time after which another try makes sense.
    #[must_use]
    pub fn retry_after_ms(mut self, ms: u64) -> Self {
        self.retry_after_s = Some(ms.div_ceil(1000).max(1));
        self
    }

    /// Whether the problem has this code.
    pub fn is(&self, code: Code) -> bool {
        self.body.number == code.number
    }

    /// The document.
    pub fn into_body(self) -> ProblemBody {
        *self.body
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Texts and numbers always have a JSON form.
        let bytes = serde_json::to_vec(&self.body).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut response = (status, [(header::CONTENT_TYPE, kind)], bytes).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
