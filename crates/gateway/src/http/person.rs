//! Whether a person looks at an answer, and what a refusal needs to become a page for one.

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, Method};

/// Marks a refusal of a client's call that a customer's browser made: a page belongs in its place.
#[derive(Clone, Debug)]
pub(crate) struct Stranded {
    /// The query that was asked with.
    pub(crate) query: String,
    /// The headers that were asked with.
    pub(crate) headers: HeaderMap,
    /// What the merchant needs to know.
    pub(crate) detail: String,
}

/// Whether a person looks at the answer. Some HTTP libraries accept `text/html` by themselves, but they do not open a page
/// or send a form.
pub(crate) fn wants_page(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = || text(CONTENT_TYPE).to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let is_visit = method == Method::GET || method == Method::HEAD || is_form();
    is_visit && text(ACCEPT).to_ascii_lowercase().contains("text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_a_person_opens_a_page_or_sends_a_form_and_a_program_does_neither() {
        let check = |method: Method, headers: &[(&'static str, &'static str)], expected: bool| {
            let headers = headers.iter().map(|(name, value)| {
                (axum::http::HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
            });
            assert_eq!(wants_page(&method, &headers.collect()), expected);
        };
        let browser = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        check(Method::GET, &[browser], true);
        check(Method::HEAD, &[browser], true);
        check(Method::POST, &[browser, ("content-type", "application/x-www-form-urlencoded")], true);
        check(Method::POST, &[browser, ("content-type", "application/json")], false);
        check(Method::POST, &[browser], false);
        check(Method::GET, &[("accept", "*/*")], false);
        check(Method::GET, &[("accept", "application/json")], false);
        check(Method::GET, &[], false);
    }
}
