//! QR query (51): a merchant asks what became of a QR code.

use lunas_vocab::{MerchantId, Money, Timestamp};

use super::original::{AnyOriginal, Ids};
use super::service_code::{AnsweredCode, NeededCode};
use super::transaction_status::StatusWord;
use super::{Original, RefundEntry, TransactionStatus, message};
use crate::field::{Codec, Kept, Kind, Reader, Spread};
use crate::json::Value;

message! {
    /// Names the code that is asked about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct QueryRequest: request {
        /// The code's transaction, by one id at least.
        pub original: Original as Ids<AnyOriginal> => "";
        /// if sent, it must be yours
        pub merchant_id: Option<MerchantId> => "merchantId";
        /// `47`, the service that made the code; some SDKs write `54`, and nothing depends on it
        pub service_code: Option<String> as NeededCode<47> => "serviceCode", max 2, like "47";
    }
}

message! {
    /// What became of the code.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct QueryAnswer: answer QrQuery {
        /// The code's transaction.
        pub original: Original as Spread<Original> => "";
        /// the service that made the code: `47`, and other gateways may say `77` or `78` later
        pub service_code: String as AnsweredCode<47> => "serviceCode", max 2, like "47";
        /// how it stands
        pub status: TransactionStatus => "latestTransactionStatus", also "transactionStatusDesc" as StatusWord;
        /// when it was paid
        pub paid_at: Option<Timestamp> => "paidTime";
        /// what was to be paid
        pub amount: Option<Money> => "amount";
        /// the till
        pub terminal_id: Option<String> => "terminalId", max 16;
        /// until when it can be paid
        pub valid_up_to: Option<Timestamp> => "additionalInfo.expiryTime",
            behind "additionalInfo.paymentType" as Fixed<0>, behind "additionalInfo.transactionType" as Fixed<1>,
            behind "additionalInfo.channelType" as Fixed<2>;
        /// why it was called off, in your words; empty where it was not
        pub cancellation_reason: Option<String> as EmptyIfNone => "additionalInfo.cancellationReason", max 256;
        /// the refunds so far; absent while there is none
        pub refund_history: Vec<RefundEntry> => "additionalInfo.refundHistory",
            or "refundHistory", or "additionalData.refundHistory";
        /// what the call that made the code sent as `metadata`
        pub metadata: Option<Value> as Kept => "additionalInfo.metadata";
    }
}

/// What every code of this gateway is.
const FIXED: [&str; 3] = ["qris", "MERCHANT_TRANSACTION", "DYNAMIC_QR"];

/// A word of [`FIXED`].
struct Fixed<const AT: usize>;

impl<const AT: usize> Codec for Fixed<AT> {
    type Value = Option<Timestamp>;
    const KIND: Kind = Kind::Word(&[FIXED[AT]]);
    const DOC: &'static str = "always this word";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Option<Timestamp>> {
        Some(None)
    }

    fn write(_: &Option<Timestamp>) -> Option<Value> {
        Some(FIXED[AT].into())
    }
}

/// A text that may be absent; without one an empty text is written.
struct EmptyIfNone;

impl Codec for EmptyIfNone {
    type Value = Option<String>;
    const KIND: Kind = Kind::Text;
    const NEED: crate::field::Need = crate::field::Need::Optional;

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<Option<String>> {
        Option::<String>::read(from, name, max)
    }

    fn write(text: &Option<String>) -> Option<Value> {
        Some(text.as_deref().unwrap_or_default().into())
    }
}
