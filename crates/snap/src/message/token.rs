//! Access token B2B (73): a client asks for the token that its calls carry.

use lunas_vocab::Secret;

use super::message;
use crate::field::{self, Codec, Field, FieldError, Kind, Need, Part, Reader, Shape};
use crate::json::{Object, Value};

/// The only grant there is.
const GRANT_TYPE: &str = "client_credentials";
/// The most characters of a grant type.
const GRANT_TYPE_MAX: usize = 64;
/// The most characters of a token.
const TOKEN_MAX: usize = 2048;
/// How long a token lives when the answer does not say, in seconds.
const EXPIRES_IN_S: u32 = 900;

/// Asks for a token. Who asks stands in the headers, so the body says the grant type and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRequest;

const GRANT: Field = Field::new(
    "grantType",
    Kind::Word(&[GRANT_TYPE]),
    Need::Mandatory,
    "`client_credentials`; the SDKs' spelling `grant_type` is taken as well",
)
.within(GRANT_TYPE_MAX);

impl Part for TokenRequest {
    const SHAPE: &'static Shape =
        &Shape { name: "TokenRequest", fields: &[Field { others: &["grant_type"], ..GRANT }] };

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        from.field::<Granted>(&Self::SHAPE.fields[0])
    }

    fn write_members(&self, to: &mut Object) {
        to.put(Self::SHAPE.fields[0].path, GRANT_TYPE.into());
    }
}

/// The grant that a request for a token has.
struct Granted;

impl Codec for Granted {
    type Value = TokenRequest;
    const KIND: Kind = Kind::Word(&[GRANT_TYPE]);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<TokenRequest> {
        from.parsed(name, max, |grant| match grant {
            GRANT_TYPE => Ok(TokenRequest),
            _ => Err("the only grant type is client_credentials"),
        })
    }

    fn write(_: &TokenRequest) -> Option<Value> {
        Some(GRANT_TYPE.into())
    }
}

impl TokenRequest {
    /// Reads a request; SDKs spell the field in snake case.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, Self::read_members)
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.to_message().into()
    }
}

message! {
    /// The token and its life. One that is not said or cannot be read is that of the contract, 900 seconds.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TokenAnswer: answer AccessTokenB2b {
        /// opaque to you
        pub access_token: Secret<String> => "accessToken", max TOKEN_MAX, also "tokenType" as Bearer;
        /// seconds from now until it is refused, as a text
        pub expires_in_s: u32 as Seconds => "expiresIn";
    }
}

/// `tokenType`.
struct Bearer;

impl Codec for Bearer {
    type Value = Secret<String>;
    const KIND: Kind = Kind::Word(&["Bearer"]);
    const DOC: &'static str = "always this word";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Secret<String>> {
        None
    }

    fn write(_: &Secret<String>) -> Option<Value> {
        Some("Bearer".into())
    }
}

/// A life in seconds.
struct Seconds;

impl Codec for Seconds {
    type Value = u32;
    const KIND: Kind = Kind::Digits;
    const LENGTH_MAX: Option<usize> = Some(10);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<u32> {
        Some(from.parsed_optional(name, max, str::parse).unwrap_or(EXPIRES_IN_S))
    }

    fn write(seconds: &u32) -> Option<Value> {
        Some(seconds.to_string().into())
    }
}
