//! URLs that a customer's browser or phone is sent to: which are fit to be opened. There is one answer for requests,
//! for what merchants register, and for the pages that open them, from the parser that browsers have.
//!
//! Whether a merchant may use a URL is a rule of business. Here it is only kept from being none, from being code, and
//! from being a call to something on the customer's device that is no shop's app.

use url::{ParseError, Url};

/// How a URL is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As a page, by `http` or `https`.
    Web,
    /// By an app, which claims the scheme for itself.
    App,
}

/// Schemes that run or show something in the program that opens them.
const CONTENT: &[&str] = &[
    "about",
    "blob",
    "brave",
    "chrome",
    "chrome-extension",
    "chrome-search",
    "chrome-untrusted",
    "cid",
    "content",
    "data",
    "devtools",
    "edge",
    "feed",
    "file",
    "filesystem",
    "its",
    "jar",
    "javascript",
    "livescript",
    "mhtml",
    "mid",
    "mk",
    "mocha",
    "moz-extension",
    "opera",
    "pcast",
    "res",
    "resource",
    "safari-web-extension",
    "vbscript",
    "view-source",
    "vivaldi",
    "webcal",
    "wyciwyg",
    "x-javascript",
];

/// Schemes that the device itself, or what comes with it, listens to: settings, searches, installers, scripts, other
/// apps by their parts.
const DEVICE: &[&str] = &[
    "ac",
    "android-app",
    "android.resource",
    "app-settings",
    "applescript",
    "applicationdata",
    "bitcoin",
    "calshow",
    "com-apple",
    "disk",
    "facetime",
    "facetime-audio",
    "googlechrome",
    "hcp",
    "help",
    "intent",
    "itms",
    "itms-apps",
    "itms-appss",
    "itms-beta",
    "itms-services",
    "itpc",
    "launchpad",
    "local",
    "macappstore",
    "macappstores",
    "market",
    "message",
    "onenote",
    "package",
    "photos-redirect",
    "prefs",
    "prefs-root",
    "search",
    "settings",
    "shareddocuments",
    "shell",
    "shortcuts",
    "skype",
    "steam",
    "terminal",
    "x-man-page",
    "x-radar",
    "zoommtg",
    "zoomus",
];

/// Beginnings and ends of such schemes: families that grow with each version of a system.
const DEVICE_BEGINNINGS: &[&str] = &[
    "com.android.",
    "com.apple.",
    "com.microsoft.",
    "microsoft-",
    "microsoft.",
    "ms-",
    "windows.",
    "x-apple",
    "x-help",
];
const DEVICE_ENDS: &[&str] = &["-ms"];

/// Schemes that call, write to or connect to somebody.
const CONTACT: &[&str] = &[
    "acap",
    "afp",
    "aim",
    "callto",
    "cifs",
    "dav",
    "davs",
    "dict",
    "dns",
    "ed2k",
    "finger",
    "fish",
    "fsp",
    "ftp",
    "ftps",
    "geo",
    "git",
    "gopher",
    "h323",
    "iax",
    "imap",
    "imaps",
    "ipp",
    "ipps",
    "irc",
    "irc6",
    "ircs",
    "jdbc",
    "ldap",
    "ldapi",
    "ldaps",
    "magnet",
    "mailto",
    "maps",
    "mms",
    "mmsh",
    "msrp",
    "mtqp",
    "news",
    "nfs",
    "nntp",
    "pop",
    "pop3",
    "rdp",
    "rlogin",
    "rsync",
    "rtmp",
    "rtsp",
    "scp",
    "sftp",
    "sgnl",
    "sip",
    "sips",
    "sms",
    "smsto",
    "smb",
    "smtp",
    "snews",
    "snmp",
    "ssh",
    "svn",
    "tag",
    "tel",
    "telnet",
    "telprompt",
    "tftp",
    "tn3270",
    "turn",
    "turns",
    "urn",
    "vnc",
    "wais",
    "ws",
    "wss",
    "xmpp",
];

/// What is said of a scheme that calls something else than a page or a shop's app.
pub const NO_APP: &str = "this scheme is not allowed";

/// Says how a URL is opened, or why it must not be.
pub fn kind(url: &str) -> Result<Kind, &'static str> {
    if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err("a URL has no blanks and no control characters");
    }
    let Some((scheme, rest)) = url.split_once(':') else { return Err("the URL has no scheme") };
    let scheme = scheme.to_ascii_lowercase();
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return Err("the URL has no scheme");
    }
    let is_web = matches!(scheme.as_str(), "http" | "https");
    if !is_web && !is_of_an_app(&scheme) {
        return Err(NO_APP);
    }
    // Browsers mend what is behind these two schemes; a URL that needs that was not meant so.
    let has_host = rest
        .strip_prefix("//")
        .is_some_and(|host| !host.is_empty() && !host.starts_with(['/', '?', '#', '\\']));
    if is_web && !has_host {
        return Err("the URL has no host");
    }
    let parsed = Url::parse(url).map_err(reason)?;
    if is_web && (!parsed.username().is_empty() || parsed.password().is_some()) {
        return Err("the URL has a user or a password before its host");
    }
    Ok(if is_web { Kind::Web } else { Kind::App })
}

/// Whether a scheme, in small letters, may be that of a shop's app: none that means something to everybody.
fn is_of_an_app(scheme: &str) -> bool {
    let is_listed = [CONTENT, DEVICE, CONTACT].iter().any(|list| list.contains(&scheme));
    let is_of_a_family = DEVICE_BEGINNINGS.iter().any(|start| scheme.starts_with(start))
        || DEVICE_ENDS.iter().any(|end| scheme.ends_with(end));
    !is_listed && !is_of_a_family
}

/// What the parser found, in our words.
#[expect(clippy::wildcard_enum_match_arm, reason = "the error is not ours, and grows")]
fn reason(error: ParseError) -> &'static str {
    match error {
        ParseError::EmptyHost => "the URL has no host",
        ParseError::InvalidPort => "the port of the URL is not a number up to 65535",
        ParseError::InvalidIpv4Address | ParseError::InvalidIpv6Address => "the address in the URL is none",
        ParseError::IdnaError | ParseError::InvalidDomainCharacter => "the host of the URL is not a name",
        _ => "it is not a URL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m19_pages_and_apps_are_opened() {
        let check = |url: &str, expected: Kind| assert_eq!(kind(url), Ok(expected), "{url}");
        check("https://shop.example/return?x=1&y=2", Kind::Web);
        check("HTTP://shop.example", Kind::Web);
        check("http://127.0.0.1:3000/r", Kind::Web);
        check("http://[::1]:3000/r", Kind::Web);
        check("https://toko-é.example/", Kind::Web);
        check("merchantapp://payments/callback/12345", Kind::App);
        check("merchantapp://", Kind::App);
        check("com.shop.app:/return", Kind::App);
        check("com.shop.app://return", Kind::App);
        check("tokoku+v2://x", Kind::App);
        check("msapp://x", Kind::App);
        check("shellfish://order", Kind::App);
        check("datashop://order", Kind::App);
        check("telur://order", Kind::App);
    }

    #[test]
    fn m19_what_calls_something_else_is_refused_by_its_kind() {
        let given = [
            "javascript",
            "data",
            "file",
            "vbscript",
            "blob",
            "about",
            "intent",
            "ms-msdt",
            "search-ms",
            "shell",
            "ms-officecmd",
            "ms-settings",
            "ms-appinstaller",
            "ms-word",
            "ms-cxh-full",
            "x-apple.systempreferences",
            "itms-services",
            "market",
            "tel",
            "sms",
            "mailto",
            "ftp",
            "smb",
            "ssh",
            "ldap",
            "view-source",
            "filesystem",
            "hcp",
            "callto",
            "facetime",
            "jar",
            "mhtml",
            "wss",
            "chrome",
            "edge",
            "android-app",
            "content",
            "magnet",
            "com.apple.tv",
            "x-help-script",
            "applescript",
            "microsoft-edge",
            "webcal",
            "geo",
            "vnc",
            "rdp",
        ];
        for scheme in given {
            for form in [scheme.to_owned(), scheme.to_uppercase()] {
                for rest in ["x", "//x", "/x", "//x/y?z=1", "alert(1)", ""] {
                    let url = format!("{form}:{rest}");
                    assert_eq!(kind(&url), Err("this scheme is not allowed"), "{url}");
                }
            }
        }
        let lists = [CONTENT, DEVICE, CONTACT].concat();
        for scheme in lists {
            assert_eq!(scheme, scheme.to_ascii_lowercase());
            assert_eq!(kind(&format!("{scheme}://x")), Err("this scheme is not allowed"), "{scheme}");
        }
    }

    #[test]
    fn r13_what_the_parser_of_browsers_does_not_read_is_refused() {
        let check = |url: &str, expected: &str| assert_eq!(kind(url), Err(expected), "{url}");
        check("https://shop.example:port/r", "the port of the URL is not a number up to 65535");
        check("https://shop.example:99999/r", "the port of the URL is not a number up to 65535");
        check("https://shop.example:-1/", "the port of the URL is not a number up to 65535");
        check("https://[::1/", "the address in the URL is none");
        check("https://1.2.3.256/", "the address in the URL is none");
        check("https://shop%zz.example/", "the host of the URL is not a name");
        check("https://shop|x.example/", "the host of the URL is not a name");
        check("https://:443/", "the URL has no host");
        check("https://\\evil.example", "the URL has no host");
        check("https:\\\\evil.example", "the URL has no host");
        check("https://shop.example@evil.example/", "the URL has a user or a password before its host");
        check("https://a:b@evil.example/", "the URL has a user or a password before its host");
        check("https:", "the URL has no host");
        check("https://", "the URL has no host");
        check("https:///path", "the URL has no host");
        check("https:shop.example", "the URL has no host");
        check("https://?x", "the URL has no host");
        check("", "the URL has no scheme");
        check("shop.example/return", "the URL has no scheme");
        check("//shop.example", "the URL has no scheme");
        check("://x", "the URL has no scheme");
        check("1app://x", "the URL has no scheme");
        check("shop_app://x", "the URL has no scheme");
        check("https://shop.example/a b", "a URL has no blanks and no control characters");
        check(" javascript:alert(1)", "a URL has no blanks and no control characters");
        check("java\tscript:alert(1)", "a URL has no blanks and no control characters");
        check("\u{1}javascript:alert(1)", "a URL has no blanks and no control characters");
    }
}
