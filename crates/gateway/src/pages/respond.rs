//! How every page leaves: rendered, not to be cached, and with the headers that keep other sites and injected code out.

use askama::Template;
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

/// What a page may load: its own style, script and pictures, and nothing written into it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      form-action 'self'; frame-ancestors 'self'; base-uri 'none'";

/// When a queue that is full has moved on.
const SOON_SECONDS: u64 = 2;

static CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A rendered page.
pub fn page(status: StatusCode, template: &impl Template) -> Response {
    page_with(status, template, "")
}

/// A rendered page that needs more than [`page`] allows: `allowed` are further directives of its policy.
pub fn page_with(status: StatusCode, template: &impl Template, allowed: &str) -> Response {
    let rendered = template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a page could not be rendered");
        String::new()
    });
    let mut answer = Response::new(Body::from(rendered));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    guard(headers, allowed);
    answer
}

/// A rendered page whose form leads to `site` in the end; [`page`] lets forms lead to the gateway only.
pub fn page_leading_to(status: StatusCode, template: &impl Template, site: &str) -> Response {
    let mut answer = page(status, template);
    let policy = POLICY.replace("form-action 'self'", &format!("form-action 'self' {site}"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    answer
}

/// A small answer for this browser alone, which nobody keeps.
pub fn private(content_type: &'static str, body: String) -> Response {
    let mut answer = Response::new(Body::from(body));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    guard(answer.headers_mut(), "");
    answer
}

/// An answer that says that it is worth asking again in a moment.
pub fn soon(answer: Response) -> Response {
    after(SOON_SECONDS, answer)
}

/// An answer that says from when on it is worth asking again.
pub fn after(seconds: u64, mut answer: Response) -> Response {
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    answer
}

/// After a form: the browser is to get `location`, so that a reload repeats nothing.
pub fn see_other(location: &str) -> Response {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    guard(answer.headers_mut(), "");
    match HeaderValue::from_str(location) {
        Ok(location) => {
            answer.headers_mut().insert(LOCATION, location);
        }
        Err(_) => *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    answer
}

fn guard(headers: &mut HeaderMap, allowed: &str) {
    let policy = if allowed.is_empty() { POLICY.to_owned() } else { format!("{POLICY}; {allowed}") };
    // A policy that cannot be written must not leave the page without one.
    let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(POLICY));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CROSS_ORIGIN_OPENER_POLICY.clone(), HeaderValue::from_static("same-origin"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Template)]
    #[template(source = "<p>{{ name }}</p>", ext = "html")]
    struct Hello<'a> {
        name: &'a str,
    }

    #[tokio::test]
    async fn pages_are_escaped_guarded_and_never_kept() {
        let answer = page_with(StatusCode::OK, &Hello { name: "<b>" }, "frame-src http://x.localhost");
        let header = |name: &HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header(&CACHE_CONTROL), "no-store");
        assert_eq!(header(&CONTENT_SECURITY_POLICY), format!("{POLICY}; frame-src http://x.localhost"));
        let body = axum::body::to_bytes(answer.into_body(), 1024).await.unwrap();
        assert_eq!(body, "<p>&#60;b&#62;</p>");
    }

    #[test]
    fn a_form_may_lead_to_one_site_more() {
        let check = |site: &str, expected: &str| {
            let answer = page_leading_to(StatusCode::OK, &Hello { name: "" }, site);
            let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(policy.contains(&format!("; form-action 'self'{expected}; ")), "{policy}");
        };
        check("https://shop.example", " https://shop.example");
        check("\n", "");
    }

    #[test]
    fn a_policy_that_cannot_be_written_falls_back_to_the_strict_one() {
        let answer = page_with(StatusCode::OK, &Hello { name: "" }, "frame-src \n");
        assert_eq!(answer.headers()[CONTENT_SECURITY_POLICY], POLICY);
    }

    #[test]
    fn a_form_ends_in_a_page_to_get() {
        let check = |location: &str, status: u16| assert_eq!(see_other(location).status().as_u16(), status);
        check("/app/merchanttransfer?tref=x", 303);
        check("/a\nb", 500);
    }
}
