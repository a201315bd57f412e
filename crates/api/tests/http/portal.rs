//! The portal's files.

use crate::call::Api;
use crate::ledger::Ledger;

#[test]
fn addresses_of_rooms_lead_to_the_start_page_and_missing_files_do_not() {
    let api = Api::new(Ledger::new());
    for address in ["/", "/index.html", "/verify", "/evidence/sha256:00", "/receipts/"] {
        let answer = api.get(address);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{address}"
        );
    }
    for address in ["/missing.js", "/assets/gone-1234.css", "/verify/../secret.txt"] {
        let answer = api.get(address);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "API_NOT_FOUND"),
            "{address}"
        );
    }
}

#[test]
fn only_files_whose_name_changes_with_them_are_kept_for_ever() {
    let api = Api::new(Ledger::new());
    assert_eq!(
        api.get("/assets/main-3f2a.js").header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(api.get("/").header("cache-control"), "no-cache");
}

#[test]
fn a_file_the_browser_has_is_not_sent_again() {
    let api = Api::new(Ledger::new());
    let tag = api.get("/").header("etag").to_owned();
    assert_eq!(tag, "W/\"abc123\"");
    let known = format!("\"other\", {tag}");
    let answer = api.send("GET", "/", &[("if-none-match", &known)], Vec::new());
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(
        api.send("GET", "/", &[("if-none-match", "W/\"old\"")], Vec::new())
            .status,
        200
    );
}

#[test]
fn a_page_is_compressed_on_the_way_and_what_is_compressed_already_is_not() {
    let api = Api::new(Ledger::new());
    let accepted = [("accept-encoding", "gzip")];
    let page = api.send("GET", "/", &accepted, Vec::new());
    assert_eq!(page.header("content-encoding"), "gzip");
    let font = api.send("GET", "/assets/core-3f2a.ttf.gz", &accepted, Vec::new());
    assert_eq!(
        (
            font.header("content-encoding"),
            font.header("content-type"),
            font.body.len()
        ),
        ("", "application/gzip", 100)
    );
}

#[test]
fn the_portal_may_load_nothing_from_elsewhere() {
    let api = Api::new(Ledger::new());
    let answer = api.get("/");
    let policy = answer.header("content-security-policy").to_owned();
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.split("; ").any(|one| one == rule), "{policy}");
    }
    assert!(!policy.contains("unsafe"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}
