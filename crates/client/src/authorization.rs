//! Authorizations: money of a linked account is reserved first, and captured or given back later.
//!
//! The messages keep the names of the contract, which other services use too, so they stand in a module of their own; the
//! calls are [`Client`](crate::Client)'s. Nobody is notified of an authorization: what became of one is asked for.
//!
//! ```no_run
//! use lunas_client::authorization::{AuthQueryRequest, CaptureRequest, Original, request};
//! use lunas_client::{CallOptions, Client, MerchantId, Money, PartnerResolutionNo, PartnerReferenceNo, Secret};
//!
//! # async fn run(client: Client, customer: Secret<String>) -> Result<(), Box<dyn std::error::Error>> {
//! let merchant_id = MerchantId::new("G000000001")?;
//! // The tokens of an account's options change, so they are asked for before each authorization.
//! let account = client.account(&customer).await?;
//! let wallet = account.payment_options.iter().find(|option| option.name == "GOPAY_WALLET");
//! let wallet = wallet.ok_or("the account has no wallet")?;
//! let order = PartnerReferenceNo::new("order-0100")?;
//! let order = request(order, merchant_id.clone(), wallet, Money::parse_idr("10000.00")?);
//! let options = CallOptions::default().on_device("phone-1");
//! let reserved = client.authorize(&customer, &order, options).await?;
//!
//! let (reference_no, partner_reference_no) = (reserved.reference_no, reserved.partner_reference_no);
//! let original = Original { reference_no, partner_reference_no, ..Original::default() };
//! // Under this number money is taken once, whichever call succeeds.
//! let once = PartnerResolutionNo::new("capture-0100")?;
//! let capture = CaptureRequest::new(original.clone(), merchant_id, once);
//! match client.capture(&capture, CallOptions::default()).await {
//!     Ok(captured) => println!("{:?}", captured.captured_at),
//!     // Nobody knows whether it was captured. The same number may be sent again, or it is asked for.
//!     Err(error) if error.is_unknown_outcome() => {
//!         println!("{:?}", client.authorization(&AuthQueryRequest { original }).await?.status);
//!     }
//!     Err(error) => eprintln!("not captured: {error}"),
//! }
//! # Ok(())
//! # }
//! ```

use lunas_vocab::{MerchantId, Money, PartnerReferenceNo};

pub use lunas_snap::message::Original;
pub use lunas_snap::message::auth_capture::{CaptureAnswer, CaptureRequest};
pub use lunas_snap::message::auth_payment::{AuthOption, AuthPaymentAnswer, AuthPaymentRequest};
pub use lunas_snap::message::auth_query::{AuthQueryAnswer, AuthQueryRequest};
pub use lunas_snap::message::auth_refund::{RefundAnswer, RefundRequest};
pub use lunas_snap::message::auth_void::{VoidAnswer, VoidRequest};
pub use lunas_snap::message::debit_payment::{CustomerDetails, Item, Quantity};

use crate::link::PaymentOption;

/// An order to reserve that much of an option, with what every such order has; the rest is added by name.
pub fn request(
    partner_reference_no: PartnerReferenceNo,
    merchant_id: MerchantId,
    option: &PaymentOption,
    amount: Money,
) -> AuthPaymentRequest {
    let pay_option = AuthOption {
        pay_method: "GOPAY".to_owned(),
        pay_option: option.name.clone(),
        amount,
        payment_option_token: option.token.clone(),
    };
    AuthPaymentRequest::new(partner_reference_no, merchant_id, pay_option)
}
