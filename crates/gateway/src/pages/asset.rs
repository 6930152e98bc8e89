//! Style sheets, scripts and pictures, compiled in and served under a path that names their contents.
//!
//! A browser may keep such a path for good, because other contents have another path.

use std::fmt;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::brand::Brand;

/// One file. Its `Display` is the path it is served under.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    name: &'static str,
    content_type: &'static str,
    text: &'static str,
    fingerprint: u64,
}

/// The operator's mark where the brand has no logo.
pub static MARK_SVG: Asset = Asset::new("mark.svg", "image/svg+xml", include_str!("../../assets/mark.svg"));
/// The style of every page.
pub static PAGE_CSS: Asset =
    Asset::new("page.css", "text/css; charset=utf-8", include_str!("../../assets/page.css"));
/// The review page's script.
pub(super) static REVIEW_JS: Asset =
    Asset::new("review.js", "text/javascript; charset=utf-8", include_str!("../../assets/review.js"));
/// The script of a page that shows a result.
pub(super) static RECEIPT_JS: Asset =
    Asset::new("receipt.js", "text/javascript; charset=utf-8", include_str!("../../assets/receipt.js"));

/// What the pages here load.
pub(super) static ALL: [&Asset; 4] = [&MARK_SVG, &PAGE_CSS, &REVIEW_JS, &RECEIPT_JS];

/// What a file that somebody else made may do.
const NO_CODE: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// The contents will never change under this path.
const KEEP: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A page of another release asked: it gets what there is, but must ask again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

impl Asset {
    /// A file that is compiled in: its name, its type and its contents.
    pub const fn new(name: &'static str, content_type: &'static str, text: &'static str) -> Self {
        Self { name, content_type, text, fingerprint: fnv1a(text.as_bytes()) }
    }

    /// The file itself, to be kept as `cache` says.
    pub fn answer(&self, cache: HeaderValue) -> Response {
        let headers = [
            (CONTENT_TYPE, HeaderValue::from_static(self.content_type)),
            (CACHE_CONTROL, cache),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ];
        (headers, self.text).into_response()
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/assets/{:016x}/{}", self.fingerprint, self.name)
    }
}

/// Serves `/assets/{fingerprint}/{name}`.
pub(super) async fn serve(
    assets: Arc<[&'static Asset]>,
    State(app): State<Arc<App>>,
    Path((fingerprint, name)): Path<(String, String)>,
) -> Response {
    of_brand(&app.brand, &fingerprint, &name).unwrap_or_else(|| compiled_in(&assets, &fingerprint, &name))
}

/// A file of the operator's brand, if that is what the name says.
fn of_brand(brand: &Brand, fingerprint: &str, name: &str) -> Option<Response> {
    let (content_type, bytes, is_this_one) = match (name, &brand.logo) {
        ("brand.css", _) => {
            ("text/css; charset=utf-8", brand.css.clone().into_bytes(), brand.is_css(fingerprint))
        }
        (_, Some(logo)) if name == logo.name() => {
            (logo.content_type(), logo.bytes.clone(), logo.is(fingerprint))
        }
        _ => return None,
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (CACHE_CONTROL, if is_this_one { KEEP } else { ASK_AGAIN }),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // A picture that is opened by itself is a page, and runs nothing.
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_CODE)),
    ];
    Some((headers, bytes).into_response())
}

fn compiled_in(assets: &[&Asset], fingerprint: &str, name: &str) -> Response {
    let Some(asset) = assets.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let is_this_one = fingerprint == format!("{:016x}", asset.fingerprint);
    asset.answer(if is_this_one { KEEP } else { ASK_AGAIN })
}

/// The 64-bit FNV-1a hash: enough to tell one release's file from another's, and it runs in the compiler.
#[expect(clippy::as_conversions, reason = "the compiler cannot run `u64::from` yet")]
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_the_contents() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(
            PAGE_CSS.to_string(),
            format!("/assets/{:016x}/page.css", fnv1a(PAGE_CSS.text.as_bytes()))
        );
    }

    #[test]
    fn only_the_current_contents_may_be_kept() {
        let ask = |fingerprint: String, name: &str| {
            let answer = compiled_in(&ALL, &fingerprint, name);
            let cache = answer.headers().get(CACHE_CONTROL).cloned();
            (answer.status().as_u16(), cache)
        };
        let current = format!("{:016x}", PAGE_CSS.fingerprint);
        assert_eq!(ask(current.clone(), "page.css"), (200, Some(KEEP)));
        assert_eq!(ask("0".to_owned(), "page.css"), (200, Some(ASK_AGAIN)));
        assert_eq!(ask(current, "page.cs"), (404, None));
    }
}
