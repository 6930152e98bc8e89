//! The services of BI-SNAP that Lunas speaks: one row each, with everything about a service that is a fact.
//!
//! What a service does is not here. To add one, add a row to the table at the foot and a file under
//! [`crate::message`].

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident: $code:literal, $method:literal, $path:literal, $name:literal, $direction:ident;)*) => {
        /// One service of the standard.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Service {
            $($(#[$doc])* $variant,)*
        }

        impl Service {
            /// Every service, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The two digits in the middle of a response code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP method, in upper case as signatures want it.
            pub const fn method(self) -> &'static str {
                match self { $(Self::$variant => $method,)* }
            }

            /// The path after the host. For a notification it follows the merchant's own prefix.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => $path,)* }
            }

            /// The name people use.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Who calls whom.
            pub const fn direction(self) -> Direction {
                match self { $(Self::$variant => Direction::$direction,)* }
            }
        }
    };
}

/// Who calls a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Merchants call the gateway.
    Inbound,
    /// The gateway calls merchants.
    Outbound,
    /// Others call the gateway, and the gateway calls merchants at the same path behind their prefix.
    Both,
}

impl Service {
    /// Whether the gateway answers it.
    pub const fn inbound(self) -> bool {
        matches!(self.direction(), Direction::Inbound | Direction::Both)
    }

    /// Whether it is a notification that the gateway sends.
    pub const fn outbound(self) -> bool {
        matches!(self.direction(), Direction::Outbound | Direction::Both)
    }

    /// The service at that path. The path is compared as a whole, without a query.
    pub fn find(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|service| service.path() == path)
    }

    /// The service with those two digits.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|service| service.code() == code)
    }
}

/// A service stands for its two digits where a response code is made.
impl AsRef<str> for Service {
    fn as_ref(&self) -> &str {
        self.code()
    }
}

services! {
    /// A merchant's server asks for an access token.
    AccessTokenB2b: "73", "POST", "/v1.0/access-token/b2b", "access token", Inbound;
    /// A merchant charges: by redirect, from a mini app, or on a linked account.
    DebitPayment: "54", "POST", "/v1.0/debit/payment-host-to-host", "direct debit payment", Inbound;
    /// A merchant asks what became of a charge.
    DebitStatus: "55", "POST", "/v1.0/debit/status", "direct debit status", Inbound;
    /// A merchant calls off a charge that is not paid yet.
    DebitCancel: "57", "POST", "/v1.0/debit/cancel", "direct debit cancel", Inbound;
    /// A merchant gives back what a customer paid.
    DebitRefund: "58", "POST", "/v1.0/debit/refund", "direct debit refund", Inbound;
    /// The gateway tells a merchant that a charge changed its status.
    DebitNotify: "56", "POST", "/v1.0/debit/notify", "direct debit notification", Outbound;
    /// A merchant asks for a QR code that a customer can pay.
    QrGenerate: "47", "POST", "/v1.0/qr/qr-mpm-generate", "QR code", Inbound;
    /// A merchant asks what became of a QR code.
    QrQuery: "51", "POST", "/v1.0/qr/qr-mpm-query", "QR status", Inbound;
    /// A merchant calls off a QR code that is not paid yet.
    QrCancel: "77", "POST", "/v1.0/qr/qr-mpm-cancel", "QR cancel", Inbound;
    /// A merchant gives back what was paid by a QR code.
    QrRefund: "78", "POST", "/v1.0/qr/qr-mpm-refund", "QR refund", Inbound;
    /// The gateway tells a merchant that a QR code changed its status.
    QrNotify: "52", "POST", "/v1.0/qr/qr-mpm-notify", "QR notification", Outbound;
    /// A merchant asks for a number that a customer can transfer to.
    VaCreate: "27", "POST", "/v1.0/transfer-va/create-va", "virtual account", Inbound;
    /// A merchant asks what became of a virtual account.
    VaStatus: "26", "POST", "/v1.0/transfer-va/status", "virtual account status", Inbound;
    /// A merchant closes a virtual account that is not paid yet.
    VaDelete: "31", "POST", "/v1.0/transfer-va/delete-va", "virtual account delete", Inbound;
    /// A bank asks whose number a customer has typed, and what is due.
    VaInquiry: "24", "POST", "/v1.0/transfer-va/inquiry", "virtual account inquiry", Inbound;
    /// A bank reports that a virtual account was paid; the gateway tells a merchant the same.
    VaPayment: "25", "POST", "/v1.0/transfer-va/payment", "virtual account payment", Both;
    /// A merchant sends a customer's browser to where the customer consents.
    AuthCode: "10", "GET", "/v1.0/get-auth-code", "auth code", Inbound;
    /// A merchant exchanges a customer's consent for the token of the customer's account.
    AccountBinding: "07", "POST", "/v1.0/registration-account-binding", "account binding", Inbound;
    /// A merchant asks what a linked account can pay with.
    AccountInquiry: "08", "POST", "/v1.0/registration-account-inquiry", "account inquiry", Inbound;
    /// A merchant unlinks an account.
    AccountUnbinding: "09", "POST", "/v1.0/registration-account-unbinding", "account unbinding", Inbound;
    /// The gateway tells a merchant that an account was linked or unlinked.
    AccountNotify: "88", "POST", "/v1.0/registration-account/notify", "account notification", Outbound;
    /// A merchant has money of a linked account reserved.
    AuthPayment: "63", "POST", "/v1.0/auth/payment", "authorization", Inbound;
    /// A merchant asks what became of an authorization.
    AuthQuery: "64", "POST", "/v1.0/auth/query", "authorization status", Inbound;
    /// A merchant takes what was reserved.
    AuthCapture: "65", "POST", "/v1.0/auth/capture", "authorization capture", Inbound;
    /// A merchant gives back what was reserved.
    AuthVoid: "67", "POST", "/v1.0/auth/void", "authorization void", Inbound;
    /// A merchant gives back what it captured.
    AuthRefund: "69", "POST", "/v1.0/auth/refund", "authorization refund", Inbound;
    /// A merchant asks what it is owed.
    BalanceInquiry: "11", "POST", "/v1.0/balance-inquiry", "balance inquiry", Inbound;
    /// A merchant looks back at its transactions.
    HistoryList: "12", "POST", "/v1.0/transaction-history-list", "transaction history", Inbound;
    /// A merchant looks at one of its transactions.
    HistoryDetail: "13", "POST", "/v1.0/transaction-history-detail", "transaction detail", Inbound;
}
