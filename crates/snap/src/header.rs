//! Names of the HTTP headers of BI-SNAP, and the few rules that one header has for itself.
//!
//! Each constant is lower case, as maps of headers want it for look-ups; [`canonical`] gives the spelling of the
//! standard, for sending and for naming a header in an error.

macro_rules! headers {
    ($($(#[$doc:meta])* $name:ident: $lower:literal, $canonical:literal;)*) => {
        $($(#[$doc])* pub const $name: &str = $lower;)*

        /// Every header named here, lower case first and then as the standard spells it.
        pub const ALL: &[(&str, &str)] = &[$(($lower, $canonical),)*];
    };
}

headers! {
    /// `Bearer` and the B2B access token.
    AUTHORIZATION: "authorization", "Authorization";
    /// `Bearer` and the token of a linked customer account.
    AUTHORIZATION_CUSTOMER: "authorization-customer", "Authorization-Customer";
    /// Five digits, any.
    CHANNEL_ID: "channel-id", "CHANNEL-ID";
    /// The media type of the body: JSON.
    CONTENT_TYPE: "content-type", "Content-Type";
    /// An id that SDKs add for their own logs.
    DEBUG_ID: "debug-id", "debug-id";
    /// The caller's domain.
    ORIGIN: "origin", "ORIGIN";
    /// Names the client that asks for a token.
    X_CLIENT_KEY: "x-client-key", "X-CLIENT-KEY";
    /// The customer's device, or its user agent.
    X_DEVICE_ID: "x-device-id", "X-DEVICE-ID";
    /// The caller's id for one call; the key of idempotency.
    X_EXTERNAL_ID: "x-external-id", "X-EXTERNAL-ID";
    /// The customer's address on the network.
    X_IP_ADDRESS: "x-ip-address", "X-IP-ADDRESS";
    /// Where the customer is, north or south.
    X_LATITUDE: "x-latitude", "X-LATITUDE";
    /// Where the customer is, east or west.
    X_LONGITUDE: "x-longitude", "X-LONGITUDE";
    /// The partner's id. It identifies nobody: the token does.
    X_PARTNER_ID: "x-partner-id", "X-PARTNER-ID";
    /// The signature, in base64.
    X_SIGNATURE: "x-signature", "X-SIGNATURE";
    /// When the sender made the message, by ISO 8601.
    X_TIMESTAMP: "x-timestamp", "X-TIMESTAMP";
}

/// The most characters of `X-PARTNER-ID`.
pub const PARTNER_ID_MAX: usize = 36;
/// The most characters of `X-DEVICE-ID`.
pub const DEVICE_ID_MAX: usize = 400;

/// The standard's spelling of a header; a name not known here stays as it is.
pub fn canonical(name: &str) -> &str {
    ALL.iter().find(|(lower, _)| name.eq_ignore_ascii_case(lower)).map_or(name, |(_, canonical)| canonical)
}

/// Whether a text may be a `CHANNEL-ID`: five digits, with no further meaning.
pub fn is_channel_id(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The token of an `Authorization` header, whatever the case of the word `Bearer`.
pub fn bearer(text: &str) -> Option<&str> {
    let (word, token) = text.trim().split_once(' ')?;
    let token = token.trim_start();
    (word.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_differ_in_case_only() {
        for (lower, canonical_name) in ALL {
            assert_eq!(canonical_name.to_ascii_lowercase(), *lower);
            assert_eq!(canonical(lower), *canonical_name);
        }
        assert_eq!(canonical("X-Device-id"), "X-DEVICE-ID");
        assert_eq!(canonical("x-other"), "x-other");
    }

    #[test]
    fn a_channel_id_is_five_digits() {
        assert!(is_channel_id("12345"));
        assert!(is_channel_id("00000"));
        for bad in ["", "1234", "123456", "1234a", "12 45", "١٢٣٤٥"] {
            assert!(!is_channel_id(bad), "{bad}");
        }
    }

    #[test]
    fn a_bearer_token_is_what_follows_the_word() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(bearer(text), expected, "{text:?}");
        check("Bearer abc", Some("abc"));
        check("bearer abc", Some("abc"));
        check("BEARER  abc ", Some("abc"));
        for bad in ["", "Bearer", "Bearer ", "abc", "Basic abc", "Bearerabc"] {
            check(bad, None);
        }
    }
}
