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
    /// A merchant looks back at its transactions.
    HistoryList: "12", "POST", "/v1.0/transaction-history-list", "transaction history", Inbound;
    /// A merchant looks at one of its transactions.
    HistoryDetail: "13", "POST", "/v1.0/transaction-history-detail", "transaction detail", Inbound;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_is_found_by_its_path_and_by_its_code() {
        let check = |service: Service, code: &str, path: &str, inbound: bool| {
            assert_eq!((service.code(), service.path(), service.inbound()), (code, path, inbound));
        };
        check(Service::AccessTokenB2b, "73", "/v1.0/access-token/b2b", true);
        check(Service::DebitPayment, "54", "/v1.0/debit/payment-host-to-host", true);
        check(Service::DebitStatus, "55", "/v1.0/debit/status", true);
        check(Service::DebitCancel, "57", "/v1.0/debit/cancel", true);
        check(Service::DebitRefund, "58", "/v1.0/debit/refund", true);
        check(Service::DebitNotify, "56", "/v1.0/debit/notify", false);
        check(Service::QrGenerate, "47", "/v1.0/qr/qr-mpm-generate", true);
        check(Service::QrQuery, "51", "/v1.0/qr/qr-mpm-query", true);
        check(Service::QrCancel, "77", "/v1.0/qr/qr-mpm-cancel", true);
        check(Service::QrRefund, "78", "/v1.0/qr/qr-mpm-refund", true);
        check(Service::QrNotify, "52", "/v1.0/qr/qr-mpm-notify", false);
        check(Service::VaCreate, "27", "/v1.0/transfer-va/create-va", true);
        check(Service::VaStatus, "26", "/v1.0/transfer-va/status", true);
        check(Service::VaDelete, "31", "/v1.0/transfer-va/delete-va", true);
        check(Service::VaInquiry, "24", "/v1.0/transfer-va/inquiry", true);
        check(Service::VaPayment, "25", "/v1.0/transfer-va/payment", true);
        check(Service::AuthCode, "10", "/v1.0/get-auth-code", true);
        check(Service::AccountBinding, "07", "/v1.0/registration-account-binding", true);
        check(Service::AccountInquiry, "08", "/v1.0/registration-account-inquiry", true);
        check(Service::AccountUnbinding, "09", "/v1.0/registration-account-unbinding", true);
        check(Service::AccountNotify, "88", "/v1.0/registration-account/notify", false);
        check(Service::AuthPayment, "63", "/v1.0/auth/payment", true);
        check(Service::AuthQuery, "64", "/v1.0/auth/query", true);
        check(Service::AuthCapture, "65", "/v1.0/auth/capture", true);
        check(Service::AuthVoid, "67", "/v1.0/auth/void", true);
        check(Service::AuthRefund, "69", "/v1.0/auth/refund", true);
        check(Service::HistoryList, "12", "/v1.0/transaction-history-list", true);
        check(Service::HistoryDetail, "13", "/v1.0/transaction-history-detail", true);
        for service in Service::ALL.iter().copied() {
            assert_eq!(Service::find(service.path()), Some(service), "a path is given twice");
            assert_eq!(Service::of_code(service.code()), Some(service), "a code is given twice");
            assert_eq!(service.method() == "GET", service == Service::AuthCode);
        }
        let sent: Vec<_> = Service::ALL.iter().filter(|service| service.outbound()).collect();
        let expected = [Service::DebitNotify, Service::QrNotify, Service::VaPayment, Service::AccountNotify];
        assert_eq!(sent, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn other_paths_have_no_service() {
        for path in
            ["", "/", "/v1.0/debit/status/", "/v1.0/debit/status?x=1", "/V1.0/debit/status", "debit/status"]
        {
            assert_eq!(Service::find(path), None, "{path}");
        }
    }
}
