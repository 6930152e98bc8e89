//! A keep-alive connection over a bare socket.
//!
//! The client shares its cores with what it measures, so it does no more than it must: one write per request, and a
//! reader that knows `Content-Length` and no other way to end an answer.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long one answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// The most bytes of an answer.
const ANSWER_MAX: usize = 1 << 16;

/// A connection and what was read of it.
pub struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects to a host and port.
    pub async fn open(address: &str) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and gives the whole answer, head and body.
    pub async fn exchange(&mut self, request: &[u8]) -> std::io::Result<&[u8]> {
        let exchanged = tokio::time::timeout(ANSWER_TIMEOUT, self.exchange_patiently(request)).await;
        let length = exchanged.map_err(|_| std::io::Error::other("no answer in time"))??;
        Ok(&self.buffer[..length])
    }

    async fn exchange_patiently(&mut self, request: &[u8]) -> std::io::Result<usize> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if let Some(length) = answer_length(&self.buffer)?
                && self.buffer.len() >= length
            {
                return Ok(length);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(std::io::Error::other("the connection was closed before the answer"));
            }
        }
    }
}

/// The length of the answer that the bytes begin with, once its head is there.
fn answer_length(bytes: &[u8]) -> std::io::Result<Option<usize>> {
    let Some(head_end) = find(bytes, b"\r\n\r\n") else {
        let is_endless = bytes.len() > ANSWER_MAX;
        return if is_endless {
            Err(std::io::Error::other("the head of an answer has no end"))
        } else {
            Ok(None)
        };
    };
    let length = bytes[..head_end].split(|byte| *byte == b'\n').find_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        let value =
            name.eq_ignore_ascii_case(b"content-length").then(|| std::str::from_utf8(value).ok())??;
        value.trim().parse::<usize>().ok()
    });
    match length {
        Some(length) if length <= ANSWER_MAX => Ok(Some(head_end + 4 + length)),
        Some(_) => Err(std::io::Error::other("an answer is too long")),
        None => Err(std::io::Error::other("an answer has no Content-Length")),
    }
}

/// Whether an answer has this status and holds the mark of its response code.
pub fn is_answer(answer: &[u8], status: u16, mark: &[u8]) -> bool {
    answer.starts_with(format!("HTTP/1.1 {status} ").as_bytes()) && find(answer, mark).is_some()
}

/// Whether an answer says that the call was one too many, and when another one is welcome.
pub(crate) fn is_refusal(answer: &[u8]) -> bool {
    let says_when = |head: &[u8]| find(&head.to_ascii_lowercase(), b"\r\nretry-after: ").is_some();
    is_answer(answer, 429, b"\"responseCode\":\"429")
        && find(answer, b"\r\n\r\n").is_some_and(|end| says_when(&answer[..end]))
}

/// The text of a JSON member, as far as a search for its name finds it.
pub fn member<'a>(answer: &'a [u8], name: &str) -> Option<&'a str> {
    let begin = format!("\"{name}\":\"");
    let rest = &answer[find(answer, begin.as_bytes())? + begin.len()..];
    let end = rest.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_where_its_head_says() {
        let check = |bytes: &str, expected: Option<usize>| {
            assert_eq!(answer_length(bytes.as_bytes()).ok().flatten(), expected, "{bytes:?}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Some(40));
        check("HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\n", Some(39));
        check("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n", None);
        check("HTTP/1.1 200 OK\r\n\r\n", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n", None);
    }

    #[test]
    fn an_answer_counts_by_its_status_and_its_code() {
        let check = |answer: &str, counts: bool| {
            assert_eq!(is_answer(answer.as_bytes(), 200, b"\"2005400\""), counts, "{answer}");
        };
        check("HTTP/1.1 200 OK\r\n\r\n{\"responseCode\":\"2005400\"}", true);
        check("HTTP/1.1 200 OK\r\n\r\n{\"responseCode\":\"2025400\"}", false);
        check("HTTP/1.1 500 X\r\n\r\n{\"responseCode\":\"2005400\"}", false);
    }

    #[test]
    fn a_refusal_says_when_another_call_is_welcome() {
        let check = |head: &str, code: &str, is_one: bool| {
            let answer = format!("HTTP/1.1 {head}\r\n\r\n{{\"responseCode\":\"{code}\"}}");
            assert_eq!(is_refusal(answer.as_bytes()), is_one, "{answer}");
        };
        check("429 Too Many Requests\r\nRetry-After: 1", "4295400", true);
        check("429 Too Many Requests\r\nretry-after: 1", "4295400", true);
        check("429 Too Many Requests", "4295400", false);
        check("429 Too Many Requests\r\nretry-after: 1", "5005400", false);
        check("503 Service Unavailable\r\nretry-after: 1", "4295400", false);
    }

    #[test]
    fn members_are_found_by_their_names() {
        let check = |answer: &str, expected: Option<&str>| {
            assert_eq!(member(answer.as_bytes(), "referenceNo"), expected, "{answer}");
        };
        check(r#"{"responseCode":"2005400","referenceNo":"A1","x":"y"}"#, Some("A1"));
        check(r#"{"originalReferenceNo":"A1"}"#, None);
        check(r#"{"referenceNo":"A1"#, None);
    }
}
