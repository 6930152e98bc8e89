//! Virtual account status (26): a merchant asks what became of an account.
//!
//! An account of many uses is answered with a page of its payments instead of one state. Of one use, the answer has the
//! members of both editions of the contract.

use std::str::FromStr;

use lunas_vocab::{MerchantId, Money, ReferenceNo, Timestamp, TrxId};

use super::va_account::{AnyAmount, OneMerchant, Padded};
use super::va_bill::{self, Bill, EndOf, FreeTexts, REASON, REFERENCE_NO_MAX};
use super::va_create::Words;
use super::{TransactionStatus, message, success};
use crate::field::{self, Always, Codec, FieldError, Kind, Need, Part as _, Reader, Spread, Through};
use crate::json::{Object, Value};
use crate::service::Service;
use crate::virtual_account::{Bank, Number};

/// How many payments a page has when nothing is said.
pub const PAGE_SIZE_DEFAULT: u32 = 10;
/// The most payments a page has.
pub const PAGE_SIZE_MAX: u32 = 15;
/// The most characters of a count.
const COUNT_MAX: usize = 10;

message! {
    /// Names the account that is asked about.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StatusRequest: request, checked by page_fits {
        /// Its number.
        pub number: Number as Padded => "";
        /// send it: the `trxId`, of the account or of a payment into it. Without it and the next, the number says which is
        /// meant
        pub inquiry_request_id: Option<TrxId> => "inquiryRequestId";
        /// the gateway's id of the payment, as notifications have it
        pub payment_request_id: Option<TrxId> => "paymentRequestId";
        /// your MID
        pub merchant_id: MerchantId as OneMerchant => "additionalInfo.merchantId", or "additionalInfo.merchant_id";
        /// which bank's account, where no id is given and several banks have the number
        pub bank: Option<Bank> => "additionalInfo.bank";
        /// of an account of many payments; the first page is 0
        pub page: Option<u32> as Option<Count> => "additionalInfo.page";
        /// how many payments a page has: 1 to 15, 10 if absent
        pub page_size: Option<u32> as Option<Count> => "additionalInfo.pageSize";
    }
}

fn page_fits(request: &StatusRequest, body: &Reader<'_>) -> Option<()> {
    if request.page_size.is_none_or(|size| (1..=PAGE_SIZE_MAX).contains(&size)) {
        return Some(());
    }
    body.section("additionalInfo").malformed("pageSize", "a page has from 1 to 15 payments");
    None
}

message! {
    /// What became of the account.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct StatusAnswer: part {
        /// Its number.
        pub number: Number as Padded => "virtualAccountData";
        /// your id of the account
        pub inquiry_request_id: Option<TrxId> => "virtualAccountData.inquiryRequestId";
        /// your MID
        pub merchant_id: Option<MerchantId> => "additionalInfo.merchantId", or "additionalInfo.merchant_id",
            or "virtualAccountData.additionalInfo.merchantId", or "virtualAccountData.additionalInfo.merchant_id";
        /// One state, or a page of payments.
        pub state: State as Through<EitherState, State> => "";
    }
}

impl StatusAnswer {
    /// Reads a successful answer.
    pub fn read(body: &Value) -> Result<Self, FieldError> {
        field::read_leniently(body, Self::read_members)
    }

    /// Writes a successful answer. The object beside the account is there even when there is nothing in it.
    pub fn write(&self) -> Value {
        let mut answer = self.written_behind(success(Service::VaStatus));
        answer.put("additionalInfo", Object::new().into());
        answer.into()
    }
}

/// The state of an account, by its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The account takes one payment.
    Single(SingleUse),
    /// The account takes many.
    Multi(MultiUse),
}

message! {
    /// Where the two kinds of a state stand.
    pub struct EitherState: part {
        /// An account of one payment.
        pub single: SingleUse as Spread<SingleUse> => "virtualAccountData";
        /// an account of many payments
        pub multi: Option<MultiUse> as Option<Through<Pages, MultiUse>> => "additionalInfo.recurringPaymentDetail";
    }
}

impl From<EitherState> for State {
    fn from(state: EitherState) -> Self {
        match state.multi {
            Some(multi) => Self::Multi(multi),
            None => Self::Single(state.single),
        }
    }
}

impl From<State> for EitherState {
    fn from(state: State) -> Self {
        match state {
            State::Single(single) => Self { single, multi: None },
            State::Multi(multi) => Self { single: SingleUse::default(), multi: Some(multi) },
        }
    }
}

message! {
    /// An account of one payment.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct SingleUse: part {
        /// the gateway's id of the payment
        pub payment_request_id: Option<ReferenceNo> => "paymentRequestId";
        /// what is to be paid
        pub amount: Option<Money> as Option<AnyAmount> => "totalAmount";
        /// what was paid
        pub paid_amount: Option<Money> as Option<AnyAmount> => "paidAmount";
        /// when the account was opened
        pub created_at: Option<Timestamp> => "trxDateTime";
        /// when it was paid
        pub paid_at: Option<Timestamp> => "transactionDate";
        /// the bank's code of the payment; of a longer one the end, and the gateway's own where the bank gave none
        pub reference_no: Option<String> as Option<EndOf<REFERENCE_NO_MAX>> => "referenceNo", max REFERENCE_NO_MAX;
        /// `03` waits, `00` paid, `05` deleted, `08` expired
        pub status: Option<TransactionStatus> => "paymentFlagStatus", behind "paymentType" as OncePaid,
            behind "flagAdvise" as OncePaid, also "paymentFlagReason" as Option<FlagReason>;
        /// what the account is for
        pub bills: Vec<Bill> => "billDetails";
        /// what the bank shows
        pub free_texts: Vec<Words> as FreeTexts => "freeTexts";
    }
}

/// One page of an account's payments, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MultiUse {
    /// The payments on this page.
    pub payments: Vec<Payment>,
    /// How many there are on all pages.
    pub total: u32,
    /// Which page this is, counted from nothing.
    pub page: u32,
    /// How many payments a page has.
    pub page_size: u32,
}

message! {
    /// A page as it is sent: other gateways leave out the counts.
    pub struct Pages: part {
        /// the payments on this page, the newest first
        pub payments: Vec<Payment> as Always<Payment> => "recurringOrders";
        /// how many there are on all pages
        pub total: Option<u32> as Option<Count> => "paginationMetadata.total";
        /// how many payments a page has
        pub page_size: Option<u32> as Option<Count> => "paginationMetadata.pageSize";
        /// which page this is; the first is 0
        pub page: Option<u32> as Option<Count> => "paginationMetadata.page";
    }
}

impl From<Pages> for MultiUse {
    fn from(pages: Pages) -> Self {
        let shown = u32::try_from(pages.payments.len()).unwrap_or(u32::MAX);
        Self {
            total: pages.total.unwrap_or(shown),
            page: pages.page.unwrap_or(0),
            page_size: pages.page_size.unwrap_or(PAGE_SIZE_DEFAULT),
            payments: pages.payments,
        }
    }
}

impl From<MultiUse> for Pages {
    fn from(multi: MultiUse) -> Self {
        let MultiUse { payments, total, page, page_size } = multi;
        Self { payments, total: Some(total), page_size: Some(page_size), page: Some(page) }
    }
}

message! {
    /// One payment into an account of many uses.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Payment: part {
        /// what was paid
        pub amount: Option<Money> as Option<AnyAmount> => "totalAmount";
        /// the gateway's id of the payment
        pub payment_request_id: Option<ReferenceNo> => "paymentRequestId";
        /// `03` waits, `00` paid, `05` deleted, `08` expired
        pub status: TransactionStatus => "paymentFlagStatus", behind "paymentFlagReason" as FlagReason;
        /// when the payment was made known
        pub created_at: Option<Timestamp> => "trxDateTime";
        /// when it was paid
        pub paid_at: Option<Timestamp> => "transactionDate";
        /// the payment's id: the account's own for the first, one made from it for the others
        pub trx_id: TrxId => "trxId";
    }
}

/// A count, as a text or as a number.
struct Count;

impl Codec for Count {
    type Value = u32;
    const KIND: Kind = Kind::Digits;
    const LENGTH_MAX: Option<usize> = Some(COUNT_MAX);

    fn read(from: &Reader<'_>, name: &str, max: usize) -> Option<u32> {
        let text = from.text_or_number(name, max)?;
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let count = is_digits.then(|| u32::from_str(&text).ok()).flatten();
        if count.is_none() {
            from.malformed(name, "a whole number was expected");
        }
        count
    }

    fn write(count: &u32) -> Option<Value> {
        Some(count.to_string().into())
    }
}

/// Banks do not agree on the words of these, so that nothing in them is what the samples have.
struct OncePaid;

impl Codec for OncePaid {
    type Value = Option<TransactionStatus>;
    const KIND: Kind = Kind::Text;
    const NEED: Need = Need::Optional;
    const DOC: &'static str = "empty, once it is paid";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<Option<TransactionStatus>> {
        Some(None)
    }

    fn write(status: &Option<TransactionStatus>) -> Option<Value> {
        (*status == Some(TransactionStatus::Success)).then(|| "".into())
    }
}

/// `paymentFlagReason`: in English the word of the edition that is newer, in Indonesian that of the one that has it.
struct FlagReason;

impl Codec for FlagReason {
    type Value = TransactionStatus;
    const KIND: Kind = Kind::Object(REASON);
    const DOC: &'static str = "the same in words";

    fn read(_: &Reader<'_>, _: &str, _: usize) -> Option<TransactionStatus> {
        None
    }

    fn write(status: &TransactionStatus) -> Option<Value> {
        let english = match status {
            TransactionStatus::Success => "settlement".to_owned(),
            TransactionStatus::Cancelled => "cancel".to_owned(),
            TransactionStatus::Expired => "expire".to_owned(),
            TransactionStatus::Initiated
            | TransactionStatus::Paying
            | TransactionStatus::Pending
            | TransactionStatus::Refunded
            | TransactionStatus::Failed
            | TransactionStatus::NotFound
            | TransactionStatus::Rejected => status.word().to_ascii_lowercase(),
        };
        let indonesia = va_bill::names(*status).1.to_uppercase();
        Some(Object::new().with("english", english).with("indonesia", indonesia).into())
    }
}
