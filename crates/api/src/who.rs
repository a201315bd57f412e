//! Who is behind a session, as the ledger knows it: the party of the account, and the posts it holds now.

use std::collections::{BTreeMap, BTreeSet};

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
pub(crate) const CONSORTIUM: &str = "governance";
/// The role of the bodies whose officers may see every look.
pub(crate) const AUDIT: &str = "audit";
/// The most parties of which one party's mandates are looked at.
const MOST_PRINCIPALS: usize = 64;
/// The most pages of grants that are read to find them.
const MOST_PAGES: usize = 4;

/// A mandate that a party holds and that is alive.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Post {
    /// Unified social credit code of the body, or null where the mandate is of a person.
    pub(crate) body: Option<String>,
    /// Name of the body where it is a member.
    pub(crate) name: Option<String>,
    /// Roles of the body while it is an active member.
    pub(crate) roles: Vec<String>,
    /// Identifier of the mandate.
    pub(crate) mandate: String,
    /// The party in whose name it acts.
    #[schema(value_type = names::Digest)]
    pub(crate) principal: String,
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
    /// Mandates alive; none of a key that cannot act.
    pub(crate) posts: Vec<Post>,
    /// Height at which this was so.
    #[schema(value_type = names::Height)]
    pub(crate) height: Height,
}

impl Who {
    /// Whether the key can act.
    pub(crate) fn acts(&self) -> bool {
        self.state.as_deref() == Some("active")
    }

    /// Whether a name, of a party or a body, is one for which this account may see what concerns it: all of it, or what one operation did.
    pub(crate) fn stands_for(&self, name: &str, operation: Option<&str>) -> bool {
        self.acts()
            && (name == CONSORTIUM
                || self.is(name)
                || self
                    .posts
                    .iter()
                    .any(|post| post.is_for(name) && post.sees(operation)))
    }

    /// Whether the account may do an operation in the name of this person, as its guardian or agent.
    pub(crate) fn represents(&self, person: &str, operation: &str) -> bool {
        let for_person = |post: &Post| {
            matches!(post.kind.as_str(), "agent" | "guardian")
                && post.body.is_none()
                && post.is_for(person)
                && post.sees(Some(operation))
        };
        self.acts() && self.posts.iter().any(for_person)
    }

    /// Whether a name is one for which this account may read what a personal question answers about it.
    pub(crate) fn reads(&self, name: &str, question: &str) -> bool {
        let for_it = |post: &Post| post.is_for(name) && post.reads(question);
        self.acts() && (self.is(name) || self.posts.iter().any(for_it))
    }

    /// Whether a name is its own, of the party or, of a seal, of the body.
    fn is(&self, name: &str) -> bool {
        [&self.party, &self.code]
            .into_iter()
            .any(|own| own.as_deref() == Some(name))
    }

    /// Whether the account holds a post at a body with this role.
    pub(crate) fn serves(&self, role: &str) -> bool {
        let has = |post: &Post| post.kind == "post" && post.roles.iter().any(|one| one == role);
        self.acts() && self.posts.iter().any(has)
    }
}

impl Post {
    /// A mandate as `identity.mandate` answers it, of a body as `governance.member` answers it.
    fn of(found: &Value, body: Option<&str>, member: &Value) -> Self {
        let mandate = found.get("mandate").cloned().unwrap_or_default();
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let texts = |value: &Value, name: &str| -> Vec<String> {
            let list = value.get(name).and_then(Value::as_array);
            list.into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        Self {
            body: body.map(str::to_owned),
            name: text(member, "name"),
            // A body that was suspended or has left has no role any more.
            roles: match member.get("status").and_then(Value::as_str) {
                Some("active") => texts(member, "roles"),
                _ => Vec::new(),
            },
            mandate: text(found, "id").unwrap_or_default(),
            principal: text(&mandate, "principal").unwrap_or_default(),
            kind: text(&mandate, "kind").unwrap_or_default(),
            grade: mandate.get("grade").and_then(Value::as_u64).unwrap_or_default(),
            scope: texts(&mandate, "scope"),
            until: mandate.get("until").and_then(Value::as_u64).map(BlockTime),
        }
    }

    /// Whether it is held of whom this names. A body has two names: outcomes call it by its code where it acts, and by its party where
    /// something is about it, such as a listing (失信名单).
    fn is_for(&self, name: &str) -> bool {
        self.principal == name || self.body.as_deref() == Some(name)
    }

    /// An officer and a legal representative see what concerns the body, an agent and a guardian what is within their mandates (民法典 §34, §165).
    fn sees(&self, operation: Option<&str>) -> bool {
        self.sees_all() || operation.is_some_and(|operation| self.covers(operation))
    }

    /// Who may see all that concerns the body sees what a question answers about it, an agent and a guardian where their mandates cover the
    /// scenario, or an operation on what it is about: whoever may object to a listing may read it.
    fn reads(&self, question: &str) -> bool {
        let acts_on = |one: &String| {
            let rest = one.strip_prefix(question);
            rest.is_some_and(|rest| rest.starts_with('_'))
        };
        self.sees_all() || self.covers(question) || self.scope.iter().any(acts_on)
    }

    fn sees_all(&self) -> bool {
        matches!(self.kind.as_str(), "post" | "representative")
    }

    fn covers(&self, name: &str) -> bool {
        let covers = |one: &String| one == name || (one.ends_with('.') && name.starts_with(one));
        self.scope.iter().any(covers)
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
        let mut who = Who {
            account,
            kind: text(&actor, "kind"),
            code: text(&actor, "code"),
            state: text(&actor, "state"),
            party: text(&actor, "party"),
            posts: Vec::new(),
            height,
        };
        if let (true, Some(party)) = (who.acts(), &who.party) {
            who.posts = self.posts(party).await?;
        }
        Ok(who)
    }

    /// Who ever granted a mandate to a party. They are counted and not their grants: else somebody who grants again and again could push
    /// the posts of others out of sight.
    async fn principals(&self, party: &str) -> Result<Vec<String>, Problem> {
        let mut query = ConcernQuery::new(Role::Concerned, party);
        query.operation = Some("identity.grant".to_owned());
        query.allowed = Some(true);
        query.limit = ConcernQuery::MAX_LIMIT;
        let mut principals: Vec<String> = Vec::new();
        for _ in 0..MOST_PAGES {
            let wanted = query.clone();
            let page = self.read(move |index| index.concerning(&wanted)).await?.value;
            let named = page.items.iter().filter_map(|one| one.outcome.get("concerns"));
            let others = named
                .filter_map(Value::as_array)
                .flatten()
                .filter_map(Value::as_str)
                .filter(|name| *name != party);
            for name in others {
                if principals.len() < MOST_PRINCIPALS && !principals.iter().any(|one| one == name) {
                    principals.push(name.to_owned());
                }
            }
            query.before = page.next;
            if query.before.is_none() {
                break;
            }
        }
        Ok(principals)
    }

    async fn posts(&self, party: &str) -> Result<Vec<Post>, Problem> {
        let principals = self.principals(party).await?;
        let about = principals
            .iter()
            .map(|principal| json!({ "holder": party, "principal": principal }));
        let mut alive: Vec<Value> = Vec::new();
        for answer in self.each("identity.mandate", about.collect()).await? {
            let mandates = answer.get("mandates").and_then(Value::as_array);
            let held = mandates.into_iter().flatten().filter(|found| {
                let holder = found.pointer("/mandate/holder").and_then(Value::as_str);
                holder == Some(party) && found.get("alive") == Some(&Value::Bool(true))
            });
            alive.extend(held.cloned());
        }
        // Of each principal once, however many of its mandates are alive.
        let of = |found: &Value| found.pointer("/mandate/principal").cloned().unwrap_or_default();
        let granting: BTreeSet<String> = alive
            .iter()
            .filter_map(|found| of(found).as_str().map(str::to_owned))
            .collect();
        let about = granting.iter().map(|principal| json!({ "party": principal }));
        let parties = self.each("identity.party", about.collect()).await?;
        let codes: Vec<Value> = parties
            .iter()
            .map(|party| party.get("code").cloned().unwrap_or_default())
            .collect();
        let about = codes.iter().map(|code| json!({ "code": code }));
        let members = self.each("governance.member", about.collect()).await?;
        let bodies: BTreeMap<String, (Value, Value)> =
            granting.into_iter().zip(codes.into_iter().zip(members)).collect();
        let post = |found: &Value| {
            let (code, member) = of(found)
                .as_str()
                .and_then(|principal| bodies.get(principal).cloned())
                .unwrap_or_default();
            Post::of(found, code.as_str(), &member)
        };
        Ok(alive.iter().map(post).collect())
    }

    /// The answers to one question about each of several things, null where it was refused.
    async fn each(&self, question: &str, about: Vec<Value>) -> Result<Vec<Value>, Problem> {
        if about.is_empty() {
            return Ok(Vec::new());
        }
        let questions = about.into_iter().map(|about| (question.to_owned(), about));
        let answers = self.inquire(None, questions.collect()).await?.answers;
        Ok(answers
            .into_iter()
            .map(|answer| answer.unwrap_or(Value::Null))
            .collect())
    }
}
