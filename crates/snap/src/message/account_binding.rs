//! Account binding (07): a merchant exchanges the code that a customer's consent gave it for the account's token.

use lunas_vocab::Secret;

use super::message;
use crate::field::{self, Codec, Field, FieldError, Kind, Need, OrDefault, Part, Reader, Shape};
use crate::json::{Object, Value};

/// The only grant there is.
const GRANT_TYPE: &str = "AUTHORIZATION_CODE";
/// The most characters of a grant type or of the merchant's payment handle.
pub(super) const TEXT_MAX: usize = 64;
/// The most characters of a code.
const CODE_MAX: usize = 256;
/// The most characters of a token.
pub(super) const TOKEN_MAX: usize = 2048;

/// A code to exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingRequest {
    /// `merchantId`: the merchant's payment handle, a UUID, and not its MID.
    pub payment_handle: String,
    /// `authCode`: as it came to the merchant's redirect URL.
    pub auth_code: Secret<String>,
}

const HANDLE: Field =
    Field::new("merchantId", Kind::Text, Need::Mandatory, "your payment handle, a UUID, and not the MID")
        .within(TEXT_MAX);
const CODE: Field = Field::new(
    "authCode",
    Kind::Text,
    Need::Mandatory,
    "what came back to your redirect URL; good once, for ten minutes",
)
.within(CODE_MAX);
const GRANT: Field = Field::new(
    "grantType",
    Kind::Word(&[GRANT_TYPE]),
    Need::Mandatory,
    "`AUTHORIZATION_CODE`; the SDKs' spelling `grant_type` is taken as well",
)
.within(TEXT_MAX);

/// By hand, because nothing is kept of the grant type.
impl Part for BindingRequest {
    const SHAPE: &'static Shape = &Shape {
        name: "BindingRequest",
        fields: &[HANDLE, CODE, Field { others: &["grant_type"], ..GRANT }],
    };

    fn read_members(from: &Reader<'_>) -> Option<Self> {
        let [handle, code, grant] = Self::SHAPE.fields else { return None };
        let payment_handle = from.field::<String>(handle);
        let auth_code = from.field::<Secret<String>>(code);
        from.field::<AuthorizationCode>(grant)?;
        Some(Self { payment_handle: payment_handle?, auth_code: auth_code? })
    }

    fn write_members(&self, to: &mut Object) {
        to.put(HANDLE.path, self.payment_handle.as_str().into());
        to.put(CODE.path, self.auth_code.expose().as_str().into());
        to.put(GRANT.path, GRANT_TYPE.into());
    }
}

impl BindingRequest {
    /// Reads a request.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read(body, Self::read_members)
    }

    /// Writes the request.
    pub fn write(&self) -> Value {
        self.to_object().into()
    }
}

/// The grant that a request has.
struct AuthorizationCode;

impl Codec for AuthorizationCode {
    type Value = ();
    const KIND: Kind = GRANT.kind;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<()> {
        from.parsed(name, max, |grant| match grant {
            GRANT_TYPE => Ok(()),
            _ => Err("the only grant type is AUTHORIZATION_CODE"),
        })
    }

    fn write((): &()) -> Option<Value> {
        Some(GRANT_TYPE.into())
    }
}

message! {
    /// The account is linked.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BindingAnswer: answer AccountBinding {
        /// a trace id for support
        pub reference_no: String as OrDefault<String> => "referenceNo", max TEXT_MAX;
        /// what the account is charged with. It lasts until the account is unlinked
        pub access_token: Secret<String> => "accessTokenInfo.accessToken", max TOKEN_MAX;
    }
}
