//! What changes in a mini app's requests and answers on their way through the container. Pure: text in, text out.

use axum::http::header::{
    ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_SECURITY_POLICY_REPORT_ONLY, HOST, LOCATION, ORIGIN, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
    REFERER, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::mini_apps::MiniApp;

/// Path of the script that gives a page its `gpContainer`.
pub(super) const SCRIPT_PATH: &str = "/__lunas/gp-container.js";

/// Headers of one connection; they end with it.
static HOP_BY_HOP: [HeaderName; 7] =
    [CONNECTION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];

/// What browsers say of where a request comes from, how it came about, and what its answer is for.
const FETCH_SITE: &str = "sec-fetch-site";
const FETCH_MODE: &str = "sec-fetch-mode";
const FETCH_DEST: &str = "sec-fetch-dest";

/// The headers the mini app's server gets: as if the page had been opened there.
///
/// An `Origin` that is not the mini app's stays as it is, so that the mini app's server can tell another site's request
/// from its own page's.
pub(super) fn request_headers(method: &Method, sent: &HeaderMap, mini_app: &MiniApp) -> HeaderMap {
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    let mut headers = without_hop_by_hop(sent);
    headers.remove(HOST);
    headers.remove(CONTENT_LENGTH);
    // The script can only be put into a page that is not compressed.
    headers.remove(ACCEPT_ENCODING);
    // The super-app opens a page as a browser does whose user typed its address; here the container's frame does.
    if headers.get(FETCH_MODE).is_some_and(|mode| mode == "navigate") && is_reading {
        headers.insert(FETCH_SITE, HeaderValue::from_static("none"));
        headers.insert(FETCH_DEST, HeaderValue::from_static("document"));
    }
    for name in [ORIGIN, REFERER] {
        let Some(text) = headers.get(&name).and_then(|value| value.to_str().ok()) else { continue };
        if let Some(value) = moved(text, &mini_app.shown_as, &mini_app.origin) {
            headers.insert(name, value);
        }
    }
    headers
}

/// The headers the browser gets. The page's own policy is dropped: it was not made for being shown here.
pub(super) fn answer_headers(sent: &HeaderMap, mini_app: &MiniApp) -> HeaderMap {
    let mut headers = without_hop_by_hop(sent);
    for name in [CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY_REPORT_ONLY, X_FRAME_OPTIONS] {
        headers.remove(name);
    }
    headers.remove(SET_COOKIE);
    for cookie in sent.get_all(SET_COOKIE) {
        if let Some(cookie) =
            cookie.to_str().ok().and_then(|text| HeaderValue::from_str(&cookie_here(text)).ok())
        {
            headers.append(SET_COOKIE, cookie);
        }
    }
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    if let Some(value) = location.and_then(|text| moved(text, &mini_app.origin, &mini_app.shown_as)) {
        headers.insert(LOCATION, value);
    }
    headers
}

fn without_hop_by_hop(sent: &HeaderMap) -> HeaderMap {
    let mut headers = sent.clone();
    let named: Vec<HeaderName> = sent
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    headers
}

/// `url` moved from one origin to another, if it was there.
fn moved(url: &str, from: &str, to: &str) -> Option<HeaderValue> {
    let rest = url.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))?;
    HeaderValue::from_str(&format!("{to}{rest}")).ok()
}

/// A cookie that a page in a frame of another site may keep: no domain, and marked for exactly that.
fn cookie_here(cookie: &str) -> String {
    let mut parts = cookie.split(';').map(str::trim);
    let mut kept = vec![parts.next().unwrap_or_default()];
    let dropped = ["domain", "samesite", "secure", "partitioned"];
    kept.extend(parts.filter(|part| {
        let name = part.split('=').next().unwrap_or_default().trim();
        !part.is_empty() && !dropped.iter().any(|dropped| name.eq_ignore_ascii_case(dropped))
    }));
    kept.extend(["SameSite=None", "Secure", "Partitioned"]);
    kept.join("; ")
}

/// A page with the container's script first in its head, before anything of its own can run.
pub(super) fn with_script(page: &[u8], container: &str) -> Vec<u8> {
    let script = format!("<script src=\"{SCRIPT_PATH}\" data-container=\"{container}\"></script>");
    let at = place(page);
    [&page[..at], script.as_bytes(), &page[at..]].concat()
}

/// After `<head>`, or else after `<html>`, or else after the doctype, or else at the start.
fn place(page: &[u8]) -> usize {
    ["<head", "<html", "<!doctype"].iter().find_map(|tag| after_tag(page, tag)).unwrap_or(0)
}

/// Where the first tag of that name ends. `<header>` is not `<head>`.
fn after_tag(page: &[u8], tag: &str) -> Option<usize> {
    let ends_name = |at: usize| page.get(at).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
    let start = page
        .windows(tag.len())
        .enumerate()
        .find(|(at, window)| window.eq_ignore_ascii_case(tag.as_bytes()) && ends_name(at + tag.len()))
        .map(|(at, _)| at)?;
    page[start..].iter().position(|byte| *byte == b'>').map(|length| start + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mini_app() -> MiniApp {
        MiniApp {
            origin: "http://localhost:3000".to_owned(),
            container: "http://127.0.0.1:8080".to_owned(),
            shown_as: "http://ab.miniapp.localhost:8080".to_owned(),
        }
    }

    fn map(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn the_script_stands_before_all_others() {
        let check = |page: &str, before: &str| {
            let with = String::from_utf8(with_script(page.as_bytes(), "http://127.0.0.1:8080")).unwrap();
            let rest = &page[before.len()..];
            let script =
                format!("<script src=\"{SCRIPT_PATH}\" data-container=\"http://127.0.0.1:8080\"></script>");
            assert_eq!(with, format!("{before}{script}{rest}"));
        };
        check("<!doctype html><html><head><title>x</title>", "<!doctype html><html><head>");
        check("<HTML lang=id>\n<HEAD data-x='1'>\n<script>", "<HTML lang=id>\n<HEAD data-x='1'>");
        check("<html><header>hi</header>", "<html>");
        check("<!DOCTYPE html><p>hi", "<!DOCTYPE html>");
        check("<p>hi", "");
        check("", "");
        check("<head", "");
        check("é<head>", "é<head>");
    }

    #[test]
    fn requests_look_as_if_the_page_were_at_home() {
        let check = |sent: &[(&'static str, &'static str)], expected: &[(&'static str, &'static str)]| {
            assert_eq!(request_headers(&Method::GET, &map(sent), &mini_app()), map(expected), "{sent:?}");
        };
        check(
            &[
                ("host", "ab.miniapp.localhost:8080"),
                ("origin", "http://ab.miniapp.localhost:8080"),
                ("referer", "http://ab.miniapp.localhost:8080/cart?x"),
                ("cookie", "a=b"),
                ("accept-encoding", "gzip"),
                ("content-length", "3"),
            ],
            &[
                ("origin", "http://localhost:3000"),
                ("referer", "http://localhost:3000/cart?x"),
                ("cookie", "a=b"),
            ],
        );
        // Another site's request stays another site's.
        check(&[("origin", "https://evil.example")], &[("origin", "https://evil.example")]);
        check(
            &[("origin", "http://ab.miniapp.localhost:80801")],
            &[("origin", "http://ab.miniapp.localhost:80801")],
        );
        check(
            &[
                ("connection", "close, X-Private"),
                ("x-private", "1"),
                ("keep-alive", "5"),
                ("te", "trailers"),
            ],
            &[],
        );
    }

    #[test]
    fn m6_a_frame_opens_a_page_as_its_user_would_and_posts_as_what_it_is() {
        let check = |method: Method, mode: &'static str, site: &'static str, expected: &str| {
            let sent = map(&[(FETCH_MODE, mode), (FETCH_SITE, site), (FETCH_DEST, "iframe")]);
            let carried = request_headers(&method, &sent, &mini_app());
            assert_eq!(carried[FETCH_SITE], expected, "{method} {mode} {site}");
        };
        check(Method::GET, "navigate", "cross-site", "none");
        check(Method::GET, "cors", "same-origin", "same-origin");
        check(Method::GET, "no-cors", "cross-site", "cross-site");
        check(Method::POST, "navigate", "cross-site", "cross-site");
        check(Method::POST, "cors", "same-origin", "same-origin");
    }

    #[test]
    fn answers_fit_the_name_the_page_is_shown_under() {
        let check = |sent: &[(&'static str, &'static str)], expected: &[(&'static str, &'static str)]| {
            assert_eq!(answer_headers(&map(sent), &mini_app()), map(expected), "{sent:?}");
        };
        check(
            &[
                ("content-security-policy", "frame-ancestors 'none'"),
                ("content-security-policy-report-only", "default-src 'self'"),
                ("x-frame-options", "DENY"),
                ("transfer-encoding", "chunked"),
                ("content-type", "text/html"),
            ],
            &[("content-type", "text/html")],
        );
        let moves: &[(&'static str, &'static str)] = &[
            ("http://localhost:3000/next?x", "http://ab.miniapp.localhost:8080/next?x"),
            ("http://localhost:3000", "http://ab.miniapp.localhost:8080"),
            ("/next", "/next"),
            ("http://localhost:30001/next", "http://localhost:30001/next"),
            ("https://pay.example/", "https://pay.example/"),
        ];
        for (from, to) in moves {
            check(&[("location", from)], &[("location", to)]);
        }
        check(
            &[
                ("set-cookie", "s=1; Domain=localhost; Path=/; HttpOnly; SameSite=Lax"),
                ("set-cookie", "t=2; secure"),
            ],
            &[
                ("set-cookie", "s=1; Path=/; HttpOnly; SameSite=None; Secure; Partitioned"),
                ("set-cookie", "t=2; SameSite=None; Secure; Partitioned"),
            ],
        );
    }
}
