//! Calling the router as the simulator does: without a socket and without tokio.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use futures::StreamExt;
use futures::executor::block_on;
use serde_json::Value;
use tower::ServiceExt;
use yinxin_api::{HttpLimits, router};

use crate::ledger::Ledger;
use crate::node::TestNode;
use crate::schema;

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The name of the code, after checking that the answer is a whole problem document.
    pub fn code(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], self.status);
        for member in ["title", "detail", "source"] {
            assert!(problem[member].is_string(), "{member}");
        }
        for language in ["en", "zh-CN"] {
            assert!(
                problem["messages"][language]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{language}"
            );
        }
        assert!(problem["number"].is_u64());
        if matches!(self.status, 429 | 503) {
            assert!(
                self.header("retry-after")
                    .parse::<u64>()
                    .is_ok_and(|seconds| seconds > 0)
            );
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}

pub struct Api {
    pub node: Arc<TestNode>,
    pub router: Router,
}

impl Api {
    pub fn new(ledger: Ledger) -> Self {
        Self::with(TestNode::new(ledger), HttpLimits::default())
    }

    pub fn with(node: TestNode, limits: HttpLimits) -> Self {
        let node = Arc::new(node);
        let router = router(Arc::clone(&node) as Arc<dyn yinxin_api::Node>, limits);
        Self { node, router }
    }

    pub fn get(&self, uri: &str) -> Answer {
        self.send("GET", uri, &[], Vec::new())
    }

    pub fn post(&self, uri: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send("POST", uri, &[("content-type", "application/json")], body.into())
    }

    /// The same with a cookie.
    pub fn get_with(&self, uri: &str, cookie: &str) -> Answer {
        self.send("GET", uri, &[("cookie", cookie)], Vec::new())
    }

    pub fn post_with(&self, uri: &str, cookie: &str, body: impl Into<Vec<u8>>) -> Answer {
        let headers = [("content-type", "application/json"), ("cookie", cookie)];
        self.send("POST", uri, &headers, body.into())
    }

    /// Sends a request; the answer is held against the OpenAPI document wherever the document speaks of the address.
    pub fn send(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request.body(Body::from(body)).unwrap())
                .await
                .unwrap();
            let (parts, body) = response.into_parts();
            let mut pieces = body.into_data_stream();
            let mut body = Vec::new();
            // The streams of events never end; the tests of events read them piece by piece.
            while parts.headers["content-type"] != "text/event-stream"
                && let Some(piece) = pieces.next().await
            {
                body.extend_from_slice(&piece.unwrap());
            }
            Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body,
            }
        });
        if let Some(endpoint) = schema::endpoint_of(method, uri)
            && method != "HEAD"
        {
            let checked = schema::check_answer(
                &endpoint,
                answer.status,
                answer.header("content-type"),
                &answer.body,
            );
            assert_eq!(checked, Ok(()));
        }
        answer
    }
}
