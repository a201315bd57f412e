//! The policies (策略) of sharing: the default ones, which lie in `policies/`, and what no policy takes away. Who acts, as they see it, is
//! [`yinxin_execution::who`].

pub(crate) use yinxin_execution::who::{Representative, Who, given, own};

/// The default policies of the scenario.
pub(crate) const POLICIES: &[(&str, &str)] = &[
    (
        "sharing/catalogue.cedar",
        include_str!("../policies/catalogue.cedar"),
    ),
    (
        "sharing/certificates.cedar",
        include_str!("../policies/certificates.cedar"),
    ),
    (
        "sharing/extracts.cedar",
        include_str!("../policies/extracts.cedar"),
    ),
    (
        "sharing/listings.cedar",
        include_str!("../policies/listings.cedar"),
    ),
    ("sharing/loans.cedar", include_str!("../policies/loans.cedar")),
    ("sharing/looks.cedar", include_str!("../policies/looks.cedar")),
    ("sharing/wallets.cedar", include_str!("../policies/wallets.cedar")),
];

/// What a law gives to the person concerned, or to whoever is listed, and no policy of governance takes away: to withdraw consent, to look, to
/// have erased, to speak and to object (个人信息保护法 §15, §45 to §47, 行政处罚法 §45).
pub(crate) const RIGHTS: &[&str] = &[
    "sharing.cancel",
    "sharing.end_lease",
    "sharing.erase",
    "sharing.listing_object",
    "sharing.listing_statement",
    "sharing.view",
];
