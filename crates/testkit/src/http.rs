//! Requests to the HTTP handlers of simulated nodes, without sockets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use tower::{Service, ServiceExt as _};
use yinxin_api::Answers;
use yinxin_consensus::runtime::Clock as _;
use yinxin_consensus::simulated::Context;
use yinxin_node::core::Core;

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked of a node, on its way.
pub enum Call {
    /// Over HTTP.
    Request(Box<Request<Full<Bytes>>>, oneshot::Sender<Answer>),
    /// As one of its own desks asks it.
    Inquiry(Vec<(String, Value)>, oneshot::Sender<Answers>),
}

/// What a node answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A text member of the JSON body.
    pub fn text(&self, name: &str) -> String {
        self.json()
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

/// Answers one call, by the node's own router where it came over HTTP.
pub async fn answer<S, B>(core: Arc<Core>, router: S, call: Call)
where
    S: Service<Request<Full<Bytes>>, Response = http::Response<B>, Error: std::fmt::Debug>,
    B: http_body::Body<Data: Send, Error: std::fmt::Debug>,
{
    match call {
        Call::Request(request, answer) => {
            if let Ok(response) = router.oneshot(*request).await {
                let status = response.status().as_u16();
                if let Ok(body) = response.into_body().collect().await {
                    // A client that gave up is gone.
                    let _ = answer.send(Answer {
                        status,
                        body: body.to_bytes(),
                    });
                }
            }
        }
        Call::Inquiry(questions, answer) => {
            if let Some(answers) = yinxin_api::Node::inquire(&*core, None, questions).await {
                // Whoever gave up is gone.
                let _ = answer.send(answers);
            }
        }
    }
}

/// The doors of the nodes that run now, by place.
#[derive(Clone, Default)]
pub struct Doors(Arc<Mutex<BTreeMap<usize, mpsc::UnboundedSender<Call>>>>);

impl Doors {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, mpsc::UnboundedSender<Call>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the door of a node.
    pub fn open(&self, place: usize) -> mpsc::UnboundedReceiver<Call> {
        let (sender, receiver) = mpsc::unbounded();
        self.lock().insert(place, sender);
        receiver
    }

    /// Shuts the door of a node that is no more.
    pub fn shut(&self, place: usize) {
        self.lock().remove(&place);
    }

    /// Asks a node. `None` if it does not run, or dies before it answers.
    pub async fn ask(
        &self,
        context: &Context,
        place: usize,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Full::new(Bytes::from(body))).ok()?;
        self.call(context, place, |answer| Call::Request(Box::new(request), answer))
            .await
    }

    /// Asks a node what its scenarios answer, all over the state of one height. `None` as for [`Doors::ask`].
    pub async fn inquire(
        &self,
        context: &Context,
        place: usize,
        questions: Vec<(String, Value)>,
    ) -> Option<Answers> {
        self.call(context, place, |answer| Call::Inquiry(questions, answer))
            .await
    }

    async fn call<T>(
        &self,
        context: &Context,
        place: usize,
        call: impl FnOnce(oneshot::Sender<T>) -> Call,
    ) -> Option<T> {
        let door = self.lock().get(&place).cloned()?;
        let (sender, answered) = oneshot::channel();
        door.unbounded_send(call(sender)).ok()?;
        drop(door);
        match select(answered, Box::pin(context.sleep(PATIENCE))).await {
            Either::Left((answer, _)) => answer.ok(),
            Either::Right(_) => None,
        }
    }

    /// Asks a node for something.
    pub async fn get(&self, context: &Context, place: usize, path: &str) -> Option<Answer> {
        self.ask(context, place, Method::GET, path, Vec::new()).await
    }

    /// Submits something to a node.
    pub async fn post(&self, context: &Context, place: usize, path: &str, body: Vec<u8>) -> Option<Answer> {
        self.ask(context, place, Method::POST, path, body).await
    }
}
