//! The refusals that the HTTP library writes by itself, which have no body, and what stands in their place.
//!
//! What cannot be read as a request never reaches the site: a broken head, one that is too long, one with too many
//! headers. The library answers those with a status and nothing else, and no setting of it changes that. They are known
//! by their form, which nothing else that is sent here has: a status of these and an empty body.

/// The statuses that the library answers by itself.
const STATUSES: [u16; 3] = [400, 414, 431];
const END: &[u8] = b"\r\n\r\n";
const BEGIN: &[u8] = b"HTTP/1.";
/// Bytes before the status.
const STATUS_AT: usize = "HTTP/1.1 ".len();

/// Where in `written` such a refusal begins, if one is its end, and its status. What the library writes comes as a whole.
pub(super) fn find(written: &[u8]) -> Option<(usize, u16)> {
    if !written.ends_with(END) {
        return None;
    }
    let at = written.windows(BEGIN.len()).rposition(|window| window == BEGIN)?;
    let head = std::str::from_utf8(&written[at..]).ok()?.to_ascii_lowercase();
    let status = head.get(STATUS_AT..STATUS_AT + 3)?.parse().ok()?;
    let is_empty = head.contains("\r\ncontent-length: 0\r\n") && !head.contains("\r\ncontent-type:");
    (STATUSES.contains(&status) && is_empty).then_some((at, status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_only_a_refusal_of_the_librarys_own_is_replaced() {
        let check = |written: &str, expected: Option<(usize, u16)>| {
            assert_eq!(find(written.as_bytes()), expected, "{written:?}");
        };
        let own = "HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\
                   date: Mon, 30 Nov 2026 00:00:00 GMT\r\n\r\n";
        check(own, Some((0, 431)));
        let before = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        check(&format!("{before}{own}"), Some((before.len(), 431)));
        check(before, None);
        check("HTTP/1.1 303 See Other\r\ncontent-length: 0\r\n\r\n", None);
        check("HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n", None);
        check("HTTP/1.1 400 Bad Request\r\ncontent-length: 40\r\n\r\n", None);
        check("x\r\n\r\n", None);
        check("\r\n\r\nHTTP/1.", None);
        check("HTTP/1.\r\n\r\n", None);
        check("", None);
    }
}
