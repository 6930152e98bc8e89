//! Every message of every service, with what it is made of: for printed tables, for descriptions of the interface, and for
//! the tests that hold messages to what is declared of them.
//!
//! ```
//! use lunas_snap::field::Need;
//! use lunas_snap::message::catalogue::{self, Role};
//! use lunas_snap::service::Service;
//!
//! let cancel = catalogue::find(Service::DebitCancel, Role::Request).expect("it is listed");
//! let first = cancel.shape.members()[0];
//! assert_eq!((first.path, first.need), ("originalReferenceNo", Need::Conditional));
//! ```

use crate::field::{FieldError, Part, Shape};
use crate::json::Value;
use crate::service::Service;

/// What a message is to its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What the gateway is asked. It is read strictly.
    Request,
    /// What it answers, when it succeeds; the two members that open every answer are not listed.
    Answer,
    /// What it tells a merchant.
    Notification,
    /// What the merchant answers to that.
    Reply,
}

/// One message.
#[derive(Debug)]
pub struct Message {
    /// Whose message it is.
    pub service: Service,
    /// What it is to the service.
    pub role: Role,
    /// Its members.
    pub shape: &'static Shape,
    again: fn(&Value) -> Result<Value, FieldError>,
}

impl Message {
    /// Reads a body and writes what was understood of it.
    pub fn again(&self, body: &Value) -> Result<Value, FieldError> {
        (self.again)(body)
    }
}

/// The message of a service in that role, if there is one.
pub fn find(service: Service, role: Role) -> Option<&'static Message> {
    ALL.iter().find(|message| message.service == service && message.role == role)
}

macro_rules! messages {
    ($($service:ident $role:ident: $module:ident::$Type:ident;)*) => {
        /// Every message, service by service.
        pub const ALL: &[Message] = &[$(
            Message {
                service: Service::$service,
                role: Role::$role,
                shape: super::$module::$Type::SHAPE,
                again: |body| super::$module::$Type::read(body).map(|message| messages!(@write $role message)),
            },
        )*];
    };
    (@write Notification $message:ident) => { $message.to_message().into() };
    (@write $role:ident $message:ident) => { $message.write() };
}

messages! {
    AccessTokenB2b Request: token::TokenRequest;
    AccessTokenB2b Answer: token::TokenAnswer;
    DebitPayment Request: debit_payment::PaymentRequest;
    DebitPayment Answer: debit_payment::PaymentAnswer;
    DebitStatus Request: debit_status::StatusRequest;
    DebitStatus Answer: debit_status::StatusAnswer;
    DebitCancel Request: debit_cancel::CancelRequest;
    DebitCancel Answer: debit_cancel::CancelAnswer;
    DebitRefund Request: debit_refund::RefundRequest;
    DebitRefund Answer: debit_refund::RefundAnswer;
    DebitNotify Notification: debit_notify::Notification;
    DebitNotify Reply: debit_notify::NotificationAnswer;
    QrGenerate Request: qr_generate::GenerateRequest;
    QrGenerate Answer: qr_generate::GenerateAnswer;
    QrQuery Request: qr_query::QueryRequest;
    QrQuery Answer: qr_query::QueryAnswer;
    QrCancel Request: qr_cancel::CancelRequest;
    QrCancel Answer: qr_cancel::CancelAnswer;
    QrRefund Request: qr_refund::RefundRequest;
    QrRefund Answer: qr_refund::RefundAnswer;
    QrNotify Notification: qr_notify::Notification;
    QrNotify Reply: debit_notify::NotificationAnswer;
    VaCreate Request: va_create::CreateRequest;
    VaCreate Answer: va_create::CreateAnswer;
    VaStatus Request: va_status::StatusRequest;
    VaStatus Answer: va_status::StatusAnswer;
    VaDelete Request: va_delete::DeleteRequest;
    VaDelete Answer: va_delete::DeleteAnswer;
    VaInquiry Request: va_inquiry::InquiryRequest;
    VaInquiry Answer: va_inquiry::InquiryAnswer;
    VaPayment Request: va_report::ReportRequest;
    VaPayment Answer: va_report::ReportAnswer;
    VaPayment Notification: va_notify::Notification;
    VaPayment Reply: va_notify::NotificationAnswer;
    AccountBinding Request: account_binding::BindingRequest;
    AccountBinding Answer: account_binding::BindingAnswer;
    AccountInquiry Request: account_inquiry::InquiryRequest;
    AccountInquiry Answer: account_inquiry::InquiryAnswer;
    AccountUnbinding Request: account_unbinding::UnbindingRequest;
    AccountUnbinding Answer: account_unbinding::UnbindingAnswer;
    AccountNotify Notification: account_notify::Notification;
    AccountNotify Reply: debit_notify::NotificationAnswer;
    AuthPayment Request: auth_payment::AuthPaymentRequest;
    AuthPayment Answer: auth_payment::AuthPaymentAnswer;
    AuthQuery Request: auth_query::AuthQueryRequest;
    AuthQuery Answer: auth_query::AuthQueryAnswer;
    AuthCapture Request: auth_capture::CaptureRequest;
    AuthCapture Answer: auth_capture::CaptureAnswer;
    AuthVoid Request: auth_void::VoidRequest;
    AuthVoid Answer: auth_void::VoidAnswer;
    AuthRefund Request: auth_refund::RefundRequest;
    AuthRefund Answer: auth_refund::RefundAnswer;
    BalanceInquiry Request: balance_inquiry::BalanceRequest;
    BalanceInquiry Answer: balance_inquiry::BalanceAnswer;
    HistoryList Request: history_list::HistoryListRequest;
    HistoryList Answer: history_list::HistoryListAnswer;
    HistoryDetail Request: history_detail::HistoryDetailRequest;
    HistoryDetail Answer: history_detail::HistoryDetailAnswer;
}
