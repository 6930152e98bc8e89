//! Which engine an address names, and how addresses are shown: without a password, whatever else is wrong with them.
//!
//! A file is made from what names a file, and from nothing that was meant for a server: a slip in an address must not
//! end in a file that is called by a password. What is behind the scheme is each engine's own matter.

use super::postgres;
use crate::OpenError;

/// The engine that an address names, with what it needs of the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine<'a> {
    /// The whole address.
    Postgres(&'a str),
    /// The file's path.
    Sqlite(&'a str),
}

impl<'a> Engine<'a> {
    /// Reads the scheme; what has none is a path.
    pub(crate) fn of(address: &'a str) -> Result<Self, OpenError> {
        let unknown = || OpenError::UnknownScheme { address: hidden(address) };
        match scheme_of(address) {
            Some("postgres" | "postgresql") if address.contains("://") => Ok(Self::Postgres(address)),
            Some("sqlite") => {
                let path = address.strip_prefix("sqlite://").filter(|path| is_path(path));
                path.map(Self::Sqlite).ok_or_else(unknown)
            }
            None if is_path(address) => Ok(Self::Sqlite(address)),
            _ => Err(unknown()),
        }
    }
}

/// An address as it may be shown.
pub(crate) fn shown(address: &str) -> String {
    match Engine::of(address) {
        Ok(Engine::Postgres(address)) => postgres::shown(address),
        Ok(Engine::Sqlite(_)) => address.to_owned(),
        Err(_) => hidden(address),
    }
}

/// The parameters by which a server's address is told without a URL.
const PARAMETERS: [&str; 8] =
    ["host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service"];

/// Whether a text names a file rather than a server that somebody logs in to.
fn is_path(text: &str) -> bool {
    let has_login = text.find(':').is_some_and(|colon| text[colon..].contains('@'));
    !text.trim().is_empty() && !text.contains("://") && !has_login && parameter_in(text).is_none()
}

/// The first parameter of a connection that the text sets.
fn parameter_in(text: &str) -> Option<&'static str> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '?' | '&' | ';'));
    let mut words = words.peekable();
    while let Some(word) = words.next() {
        // `password=x`, `password =x` and `password = x` are the same.
        let name = match word.split_once('=') {
            Some((name, _)) => name,
            None if words.peek().is_some_and(|next| next.starts_with('=')) => word,
            None => continue,
        };
        let found = PARAMETERS.into_iter().find(|parameter| name.eq_ignore_ascii_case(parameter));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// What stands before the first colon, if that makes a scheme of it. On Windows one letter is a drive.
fn scheme_of(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_drive = cfg!(windows) && scheme.len() == 1;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    (is_scheme && !is_drive).then_some(scheme)
}

/// As much of an address that names nothing as helps to find the mistake. A name before a colon may be a user's.
fn hidden(address: &str) -> String {
    match (scheme_of(address), parameter_in(address)) {
        (_, Some(parameter)) => format!("{parameter}=…"),
        (Some(scheme), None) if address[scheme.len()..].starts_with(":/") => format!("{scheme}:…"),
        (Some("sqlite"), None) => "sqlite:…".to_owned(),
        _ if address.trim().is_empty() => "without an address".to_owned(),
        _ => "…".to_owned(),
    }
}

/// A text for people, an error's for example, without the passwords of addresses in it.
pub fn masked(text: &str) -> String {
    let is_end = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | ',' | ';')
    };
    let words = text.split_inclusive(is_end).map(|word| {
        let end = word.trim_end_matches(is_end).len();
        format!("{}{}", without_password(&word[..end]), &word[end..])
    });
    without_parameter(&words.collect::<String>())
}

/// A word without the password of a login in it. Passwords of servers' addresses hold anything; in a web address an `@`
/// further on is a part of the path.
fn without_password(word: &str) -> String {
    let behind = |mark: &str| word.find(mark).map(|at| at + mark.len());
    let start = behind("://").or_else(|| behind(":/")).unwrap_or(0);
    let (scheme, address) = word.split_at(start);
    let is_web = scheme.ends_with("http://") || scheme.ends_with("https://");
    let end = if is_web { address.find(['/', '?', '#']).unwrap_or(address.len()) } else { address.len() };
    let Some(at) = address[..end].rfind('@') else { return word.to_owned() };
    match address[..at].find(':') {
        Some(colon) => format!("{scheme}{}{}", &address[..colon], &address[at..]),
        None => word.to_owned(),
    }
}

/// The text without what stands behind `password=`.
fn without_parameter(text: &str) -> String {
    const NAME: &str = "password";
    let (lower, mut shown, mut from) = (text.to_ascii_lowercase(), String::with_capacity(text.len()), 0);
    while let Some(found) = lower[from..].find(NAME) {
        let behind = from + found + NAME.len();
        let value = lower[behind..].trim_start().strip_prefix('=').map(str::trim_start);
        let Some(value) = value else {
            shown.push_str(&text[from..behind]);
            from = behind;
            continue;
        };
        let start = lower.len() - value.len();
        let quote = value.chars().next().filter(|first| matches!(first, '\'' | '"'));
        let length = match quote {
            Some(quote) => value[1..].find(quote).map_or(value.len(), |end| end + 2),
            None => value
                .find(|c: char| c.is_whitespace() || matches!(c, '&' | ';' | '"' | '\'' | '`'))
                .unwrap_or(value.len()),
        };
        shown.push_str(&text[from..behind]);
        shown.push_str("=…");
        from = start + length;
    }
    shown.push_str(&text[from..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A password that no message, and no file's name, may have in it.
    const PW: &str = "s3cr3t";

    #[test]
    fn m14_what_names_a_server_is_never_taken_for_a_file() {
        let check = |address: &str, shown_as: &str| {
            let refused = Engine::of(address).unwrap_err().to_string();
            assert!(refused.contains(shown_as) && !refused.contains(PW), "{address}: {refused}");
            assert!(!shown(address).contains(PW), "{address}: {}", shown(address));
            for way_out in ["sqlite:///", "postgres://user:password@host"] {
                assert!(refused.contains(way_out), "{address}: {refused}");
            }
        };
        check("postgre://u:s3cr3t@h/d", "postgre:…");
        check("postgresql:/u:s3cr3t@h/d", "postgresql:…");
        check("postgres:/h/d?password=s3cr3t", "password=…");
        check("postgres:u:s3cr3t@h/d", "…");
        check("POSTGRES://u:s3cr3t@h/d", "POSTGRES:…");
        check(" postgres://u:s3cr3t@h/d", "…");
        check("\npostgres://u:s3cr3t@h/d", "…");
        check("psql postgres://u:s3cr3t@h/d", "…");
        check("'postgres://u:s3cr3t@h/d'", "…");
        check("pgsql://u:s3cr3t@h/d", "pgsql:…");
        check("mysql://u:s3cr3t@h/d", "mysql:…");
        check("jdbc:postgresql://h/d?user=u&password=s3cr3t", "user=…");
        check("http://u:s3cr3t@h/d", "http:…");
        check("redis+tls://:s3cr3t@h", "redis+tls:…");
        check("host=h password=s3cr3t", "host=…");
        check("host = h password = s3cr3t", "host=…");
        check("password='s3cr3t' host=h", "password=…");
        check("PASSWORD=s3cr3t", "password=…");
        check("dbname=lunas\tuser=u password=s3cr3t", "dbname=…");
        check("u:s3cr3t@h/d", "…");
        check("s3cr3t:x@h", "…");
        check("//u:s3cr3t@h/d", "…");
        check("/u:s3cr3t@h/d", "…");
        check("sqlite://u:s3cr3t@h/d", "sqlite:…");
        check("sqlite://postgres://u:s3cr3t@h/d", "sqlite:…");
        check("sqlite:lunas-s3cr3t.db", "sqlite:…");
        check("sqlite:/s3cr3t.db", "sqlite:…");
        check("sqlite://x.db?password=s3cr3t", "password=…");
        check("file:s3cr3t.db", "…");
        check("file:///s3cr3t.db", "file:…");
        check("sqlite://", "sqlite:…");
        check("", "without an address");
        check("  ", "without an address");
    }

    #[test]
    fn files_and_servers_are_told_apart() {
        let check = |address: &str, expected: Engine<'_>| {
            assert_eq!(Engine::of(address).ok(), Some(expected), "{address}");
        };
        check("sqlite:///var/lib/lunas/lunas.db", Engine::Sqlite("/var/lib/lunas/lunas.db"));
        check("sqlite://lunas.db", Engine::Sqlite("lunas.db"));
        check("sqlite:///mnt/a b/x=1/lunas@2.db", Engine::Sqlite("/mnt/a b/x=1/lunas@2.db"));
        check("lunas.db", Engine::Sqlite("lunas.db"));
        check("./a:b.db", Engine::Sqlite("./a:b.db"));
        check("/srv/lunas 2/db", Engine::Sqlite("/srv/lunas 2/db"));
        check("hosts/user.db", Engine::Sqlite("hosts/user.db"));
        check("postgres://u:p@h/d", Engine::Postgres("postgres://u:p@h/d"));
        check("postgresql://h/d", Engine::Postgres("postgresql://h/d"));
    }

    #[test]
    fn m14_a_text_loses_the_passwords_of_addresses() {
        let check = |text: &str, expected: &str| assert_eq!(masked(text), expected);
        check("nothing to hide: a@b", "nothing to hide: a@b");
        check("url = \"postgres://u:s3cr3t@h/d\"", "url = \"postgres://u@h/d\"");
        check("postgre://u:s3/cr?3t#@h/d and mysql://:x@h", "postgre://u@h/d and mysql://@h");
        check(
            "unexpected argument 'postgres://u:p@w@h/d' found",
            "unexpected argument 'postgres://u@h/d' found",
        );
        check("postgresql:/u:s3cr3t@h/d, u:s3cr3t@h/d", "postgresql:/u@h/d, u@h/d");
        check("store=postgres://u:s3cr3t@h\n", "store=postgres://u@h\n");
        check("at 10:15:00 by me@example, ö:ß@é", "at 10:15:00 by me@example, ö@é");
        check("see https://shop.example:80/a@b:c", "see https://shop.example:80/a@b:c");
        check("see https://me:s3cr3t@shop.example/", "see https://me@shop.example/");
        check("host=h password=s3cr3t user=u", "host=h password=… user=u");
        check("host=h PassWord = 's3 cr3t' user=u", "host=h PassWord=… user=u");
        check("postgres://h/d?password=s3cr3t&x=1", "postgres://h/d?password=…&x=1");
        check("the password is wrong", "the password is wrong");
        check("ends in password=", "ends in password=…");
        check("ö password=é", "ö password=…");
    }
}
