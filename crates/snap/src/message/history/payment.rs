//! What the detail of a payment adds: what the charge sent along, and what was given back.

use lunas_vocab::{Money, Timestamp};

use crate::field::{Codec, IfMarked, Kind, Marked, Need, OrDefault, Part as _, Reader, Sent, Shape, Truth};
use crate::json::{Object, Value};
use crate::message::debit_payment::{Address, CustomerDetails, Item};
use crate::message::message;

/// The most characters of a text here.
const TEXT_MAX: usize = 256;
/// Where the goods go, beside the customer.
const SHIPPING: &str = "shippingAddress";
/// Where the bill goes.
const BILLING: &str = "billingAddress";

message! {
    /// `payment` of a transaction's detail.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryPayment: part {
        /// until when it can or could be paid
        pub expires_at: Timestamp => "expiryTime";
        /// which interface opened it; the contract's word for all of this gateway is `core_api`
        pub source: String as OrDefault<String> => "source", max TEXT_MAX;
        /// what it was paid with, if that was GoPay
        pub gopay_option: Option<String> => "gopayPaymentOption", max TEXT_MAX;
        /// The two sides of a payment by code, once it was paid.
        pub qris: Option<HistoryQris> as IfMarked<HistoryQris> => "";
        /// The number that was to be paid to, if the payment is one into a virtual account.
        pub transfer: Option<HistoryTransfer> as IfMarked<HistoryTransfer> => "";
        /// what was given back; absent while nothing was
        pub refunds: Vec<HistoryRefund> => "refunds";
        /// who buys, as the payment told it, without the addresses
        pub customer: Option<Sent<CustomerDetails>> as Shown => "customer", also "shippingAddress" as GoodsGoTo;
        /// what is bought, as the payment told it
        pub items: Vec<Sent<Item>> => "items";
    }
}

/// The customer with the address that stands beside. The address of the bill is not shown.
struct Shown;

impl Codec for Shown {
    type Value = Option<Sent<CustomerDetails>>;
    const KIND: Kind = Kind::Object(&Shape {
        name: "Customer",
        fields: &[
            CustomerDetails::SHAPE.fields[0],
            CustomerDetails::SHAPE.fields[1],
            CustomerDetails::SHAPE.fields[2],
            CustomerDetails::SHAPE.fields[3],
        ],
    });
    const NEED: Need = Need::Optional;

    fn read(payment: &Reader<'_>, name: &str, _: usize) -> Option<Option<Sent<CustomerDetails>>> {
        let mut sent = payment.section(name).whole();
        sent.remove(BILLING);
        if let Some(address) = payment.value(SHIPPING) {
            sent.put(SHIPPING, address.clone());
        }
        Some((!sent.is_empty()).then(|| Sent::parse(&sent.into())).flatten())
    }

    fn write(customer: &Option<Sent<CustomerDetails>>) -> Option<Value> {
        let mut shown = sent(customer)?;
        [BILLING, SHIPPING].iter().for_each(|address| shown.remove(address));
        (!shown.is_empty()).then(|| shown.into())
    }
}

/// Where the goods go.
struct GoodsGoTo;

impl Codec for GoodsGoTo {
    type Value = Option<Sent<CustomerDetails>>;
    const KIND: Kind = Kind::Object(Address::SHAPE);
    const NEED: Need = Need::Optional;
    const DOC: &'static str = "where the goods go, as the payment told it";

    fn read(payment: &Reader<'_>, name: &str, max: usize) -> Option<Option<Sent<CustomerDetails>>> {
        Shown::read(payment, name, max)
    }

    fn write(customer: &Option<Sent<CustomerDetails>>) -> Option<Value> {
        sent(customer)?.get(SHIPPING).cloned()
    }
}

fn sent(customer: &Option<Sent<CustomerDetails>>) -> Option<Object> {
    customer.as_ref().map(|customer| customer.to_object())
}

message! {
    /// Who stands on either side of a payment by code.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryQris: part {
        /// one company is both
        pub is_on_us: bool as Truth => "qrisOnUs";
        /// whose customer paid
        pub issuer: String => "qrisIssuer", max TEXT_MAX;
        /// whose merchant was paid
        pub acquirer: String => "qrisAcquirer", max TEXT_MAX;
    }
}

impl Marked for HistoryQris {
    const MARKS: &'static [&'static str] = &["qrisIssuer"];
}

message! {
    /// The number that a transfer goes to, and what its bank makes of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryTransfer: part {
        /// the number, without blanks
        pub virtual_account_number: String => "virtualAccountNumber", max TEXT_MAX;
        /// `fixed_payment`, or `open_payment` where other amounts will do
        pub bni_va_type: Option<String> => "bniVaType", max TEXT_MAX;
        /// the number behind the company's code
        pub mandiri_bill_key: Option<String> => "mandiriBillKey", max TEXT_MAX;
        /// labels and values, one after the other
        pub mandiri_bill_infos: Vec<String> => "mandiriBillInfos", max TEXT_MAX;
    }
}

impl Marked for HistoryTransfer {
    const MARKS: &'static [&'static str] = &["virtualAccountNumber"];
}

message! {
    /// One refund of a payment.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryRefund: part {
        /// the gateway's id
        pub id: String => "id", max TEXT_MAX;
        /// what was given back
        pub amount: Money => "amount";
        /// why, in your words
        pub reason: Option<String> => "reason", max TEXT_MAX;
        /// when it was asked for
        pub created_at: Timestamp => "createdTime";
        /// when it was carried out
        pub confirmed_at: Option<Timestamp> => "bankConfirmedTime";
        /// when it was called off
        pub cancelled_at: Option<Timestamp> => "cancelledTime";
    }
}
