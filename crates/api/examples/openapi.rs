//! Prints the OpenAPI document; `cargo xtask openapi` keeps `docs/reference/openapi.json` equal to it.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(yinxin_api::document().as_bytes())
}
