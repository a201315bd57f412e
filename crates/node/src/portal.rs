//! The portal, embedded in the program.

use yinxin_api::Asset;

#[derive(rust_embed::Embed)]
#[folder = "../../portal/dist"]
#[allow_missing = true]
struct Files;

/// A file of the portal by its path, if the portal was built into this program.
pub(crate) fn file(path: &str) -> Option<Asset> {
    let file = Files::get(path)?;
    let content_type = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        // The pieces of the font of PDF documents; the page unpacks them itself, so no encoding is announced.
        Some("gz") => "application/gzip",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    // The build puts files whose names carry a hash of their content under `assets/`.
    let immutable = path.starts_with("assets/");
    Some(Asset {
        bytes: file.data,
        content_type,
        tag: hex::encode(file.metadata.sha256_hash()),
        immutable,
    })
}
