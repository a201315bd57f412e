//! Who is behind a session, as the ledger knows it: the party of the account, and the posts it holds now.

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use yinxin_crypto::PublicKey;
use yinxin_index::{ConcernQuery, Role};
use yinxin_types::{BlockTime, Height, codes};

use crate::app::App;
use crate::node::Answers;
use crate::openapi::names;
use crate::problem::Problem;
use crate::session::cookie;

/// Under this name the index lists what concerns all members; whoever is known may see it.
const CONSORTIUM: &str = "governance";
/// The most mandates of one party that are looked at.
const MAX_MANDATES: u32 = 64;

/// A mandate that a party holds and that is alive.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Post {
    /// Unified social credit code of the body, or null where the mandate is of a person.
    pub(crate) body: Option<String>,
    /// Name of the body where it is a member.
    pub(crate) name: Option<String>,
    /// Roles of the body where it is a member.
    pub(crate) roles: Vec<String>,
    /// Identifier of the mandate.
    pub(crate) mandate: String,
    /// `post`, `representative`, `agent` or `guardian`.
    pub(crate) kind: String,
    /// 1 to 4.
    pub(crate) grade: u64,
    /// Operations, or scenarios with the point.
    pub(crate) scope: Vec<String>,
    /// When it ends; null where no end is set.
    #[schema(value_type = Option<names::Time>)]
    pub(crate) until: Option<BlockTime>,
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Who {
    /// The account.
    #[schema(value_type = names::PublicKey)]
    pub(crate) account: PublicKey,
    /// The party of the account; null where no party is bound to it.
    pub(crate) party: Option<String>,
    /// `person`, `organisation`, `department` or `device`.
    pub(crate) kind: Option<String>,
    /// The code of a body that signed in with its seal.
    pub(crate) code: Option<String>,
    /// `active`, or why the key cannot act.
    pub(crate) state: Option<String>,
    /// Mandates alive.
    pub(crate) posts: Vec<Post>,
    /// Height at which this was so.
    #[schema(value_type = names::Height)]
    pub(crate) height: Height,
}

impl Who {
    /// Whether a name, of a party or a body, is one for which this account may see what concerns it.
    pub(crate) fn stands_for(&self, name: &str) -> bool {
        self.state.as_deref() == Some("active")
            && (name == CONSORTIUM
                || self.party.as_deref() == Some(name)
                || self.code.as_deref() == Some(name)
                || self.posts.iter().any(|post| post.body.as_deref() == Some(name)))
    }

    /// Whether the account acts for a body with this role.
    pub(crate) fn serves(&self, role: &str) -> bool {
        self.state.as_deref() == Some("active")
            && self
                .posts
                .iter()
                .any(|post| post.roles.iter().any(|one| one == role))
    }
}

impl App {
    /// The name of this node's cookie. Nodes on one machine share its cookies whatever their ports are.
    pub(crate) fn cookie_name(&self) -> String {
        let validator = self.node.status().node.validator;
        let short = validator.as_bytes().get(..4).unwrap_or_default();
        format!("yinxin_{}", hex::encode(short))
    }

    /// The account that is signed in with a request, if any.
    pub(crate) fn signed_in(&self, headers: &HeaderMap) -> Option<PublicKey> {
        let token = cookie(headers, &self.cookie_name())?;
        self.sessions.account(token, self.node.now().0)
    }

    /// The same where there must be one.
    pub(crate) fn account(&self, headers: &HeaderMap) -> Result<PublicKey, Problem> {
        self.signed_in(headers)
            .ok_or_else(|| Problem::new(codes::SESSION_NEEDED, "no session, or it has ended"))
    }

    /// Who is signed in, as the ledger knows it now.
    pub(crate) async fn who(&self, headers: &HeaderMap) -> Result<Who, Problem> {
        let account = self.account(headers)?;
        self.who_is(account).await
    }

    /// Asks scenarios over the newest state.
    pub(crate) async fn inquire(
        &self,
        account: Option<PublicKey>,
        questions: Vec<(String, Value)>,
    ) -> Result<Answers, Problem> {
        self.node
            .inquire(account, questions)
            .await
            .ok_or_else(|| Problem::new(codes::API_UNAVAILABLE, "the state cannot be read now"))
    }

    /// One answer, or null where the question was refused.
    async fn answer(&self, question: &str, about: Value) -> Result<(Height, Value), Problem> {
        let answers = self.inquire(None, vec![(question.to_owned(), about)]).await?;
        let answer = answers.answers.into_iter().next();
        Ok((answers.height, answer.and_then(Result::ok).unwrap_or(Value::Null)))
    }

    /// The party of an account and its living mandates.
    pub(crate) async fn who_is(&self, account: PublicKey) -> Result<Who, Problem> {
        let (height, actor) = self
            .answer("identity.actor", json!({ "account": account }))
            .await?;
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let party = text(&actor, "party");
        let posts = match &party {
            Some(party) => self.posts(party).await?,
            None => Vec::new(),
        };
        Ok(Who {
            account,
            kind: text(&actor, "kind"),
            code: text(&actor, "code"),
            state: text(&actor, "state"),
            party,
            posts,
            height,
        })
    }

    async fn posts(&self, party: &str) -> Result<Vec<Post>, Problem> {
        let mut query = ConcernQuery::new(Role::Concerned, party);
        query.operation = Some("identity.grant".to_owned());
        query.allowed = Some(true);
        query.limit = MAX_MANDATES;
        let granted = self.read(move |index| index.concerning(&query)).await?;
        let mandates: Vec<(String, Value)> = granted
            .value
            .items
            .iter()
            .filter_map(|one| one.outcome.get("mandate"))
            .map(|id| ("identity.mandate".to_owned(), json!({ "id": id })))
            .collect();
        if mandates.is_empty() {
            return Ok(Vec::new());
        }
        let mut posts = Vec::new();
        let answers = self.inquire(None, mandates).await?.answers;
        for answer in answers.into_iter().filter_map(Result::ok) {
            let Some(found) = answer.pointer("/mandates/0") else {
                continue;
            };
            let mandate = found.get("mandate").cloned().unwrap_or_default();
            let held = mandate.get("holder").and_then(Value::as_str) == Some(party);
            if held && found.get("alive") == Some(&Value::Bool(true)) {
                posts.push(self.post(found, &mandate).await?);
            }
        }
        Ok(posts)
    }

    async fn post(&self, found: &Value, mandate: &Value) -> Result<Post, Problem> {
        let principal = mandate.get("principal").cloned().unwrap_or_default();
        let (_, principal) = self
            .answer("identity.party", json!({ "party": principal }))
            .await?;
        let body = principal.get("code").and_then(Value::as_str).map(str::to_owned);
        let member = match &body {
            Some(code) => self.answer("governance.member", json!({ "code": code })).await?.1,
            None => Value::Null,
        };
        let texts = |value: &Value, name: &str| -> Vec<String> {
            let list = value.get(name).and_then(Value::as_array);
            list.into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        Ok(Post {
            body,
            name: member.get("name").and_then(Value::as_str).map(str::to_owned),
            roles: texts(&member, "roles"),
            mandate: found
                .get("id")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            kind: mandate
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            grade: mandate.get("grade").and_then(Value::as_u64).unwrap_or_default(),
            scope: texts(mandate, "scope"),
            until: mandate.get("until").and_then(Value::as_u64).map(BlockTime),
        })
    }
}
