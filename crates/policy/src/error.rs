//! Why policies are refused.

use thiserror::Error;

/// Why policies are refused, with the source or the policy at fault.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// An operation is not of the form `scenario.verb`, or there are too many.
    #[error("`{0}` cannot be an operation of the schema")]
    Operation(String),
    /// Two sources have one name.
    #[error("two sources are named `{0}`")]
    Source(String),
    /// A source has more bytes than allowed.
    #[error("`{0}` is longer than allowed")]
    Size(String),
    /// A source has too many policies.
    #[error("`{0}` has more policies than allowed")]
    Count(String),
    /// A policy has too many words and signs.
    #[error("policy {place} of `{source_name}` has more words and signs than allowed")]
    Tokens {
        /// The source.
        source_name: String,
        /// Which of its policies, from 1.
        place: usize,
    },
    /// Brackets nest too deeply.
    #[error("policy {place} of `{source_name}` nests deeper than allowed")]
    Nesting {
        /// The source.
        source_name: String,
        /// Which of its policies, from 1.
        place: usize,
    },
    /// A function is called that policies may not call: one of Cedar's extensions, or one on tags.
    #[error(
        "policy {place} of `{source_name}` calls another function than `contains`, `containsAll`, `containsAny`, `isEmpty`"
    )]
    Function {
        /// The source.
        source_name: String,
        /// Which of its policies, from 1.
        place: usize,
    },
    /// A character that is not seen, or changes the direction of what is read.
    #[error("`{0}` has a control character, or one that changes the direction of the text")]
    Character(String),
    /// To check the source would take too long.
    #[error("`{0}` names too many operations in too long policies")]
    Work(String),
    /// The text is no list of policies, or one has blanks to be filled in.
    #[error("`{source_name}` is no list of policies: {detail}")]
    Syntax {
        /// The source.
        source_name: String,
        /// What was found.
        detail: String,
    },
    /// A policy has no `@id`, a malformed one, or that of another in the source.
    #[error("a policy of `{0}` has no `@id` of small letters, digits and hyphens that is its own")]
    Id(String),
    /// An annotation with another name.
    #[error("policy `{0}` has another annotation than `id`, `law`, `zh` and `en`")]
    Annotation(String),
    /// A policy names no operation, or one that does not exist.
    #[error("policy `{0}` does not name operations of the schema")]
    Unnamed(String),
    /// A policy reads what no request has, compares what cannot be compared, or can never apply.
    #[error("policy `{policy}` does not fit the schema: {detail}")]
    Invalid {
        /// The policy.
        policy: String,
        /// What was found.
        detail: String,
    },
}
