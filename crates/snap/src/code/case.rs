//! The standard's generic table of cases, as one table.
//!
//! It is a list longer than most files here because it is a list; there is nothing else in it.

macro_rules! cases {
    ($($variant:ident: $http:literal, $digits:literal, $message:literal, $meaning:literal;)*) => {
        /// What a response code says beyond the service: HTTP status and two digits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Case {
            $(#[doc = $meaning] $variant,)*
        }

        impl Case {
            /// Every case, by HTTP status and digits.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
        }

        /// The facts about each case, in the order of [`Case::ALL`].
        const TABLE: &[Row] = &[$(Row { http: $http, digits: $digits, message: $message, meaning: $meaning },)*];
    };
}

struct Row {
    http: u16,
    digits: &'static str,
    message: &'static str,
    meaning: &'static str,
}

impl Case {
    #[expect(clippy::as_conversions, reason = "the number of a fieldless variant has no other name")]
    fn row(self) -> &'static Row {
        // A fieldless enum numbers its variants from zero, and the table has one row for each of them.
        &TABLE[self as usize]
    }

    /// The HTTP status, which is also the first three digits of the response code.
    pub fn http(self) -> u16 {
        self.row().http
    }

    /// The last two digits of the response code.
    pub fn digits(self) -> &'static str {
        self.row().digits
    }

    /// The standard's words, without the field or reason that may follow them.
    pub fn message(self) -> &'static str {
        self.row().message
    }

    /// What the case means, as a sentence.
    pub fn meaning(self) -> &'static str {
        self.row().meaning
    }

    /// The case with that HTTP status and those two digits.
    pub fn of(http: u16, digits: &str) -> Option<Self> {
        let at = TABLE.iter().position(|row| row.http == http && row.digits == digits)?;
        Self::ALL.get(at).copied()
    }
}

cases! {
    Successful: 200, "00", "Successful",
        "The request was carried out.";
    RequestInProgress: 202, "00", "Request In Progress",
        "The request is still being worked on; ask again later.";
    BadRequest: 400, "00", "Bad Request",
        "The message could not be understood.";
    InvalidFieldFormat: 400, "01", "Invalid Field Format",
        "A field is there but written wrongly.";
    InvalidMandatoryField: 400, "02", "Invalid Mandatory Field",
        "A mandatory field is missing or empty.";
    Unauthorized: 401, "00", "Unauthorized",
        "The caller is unknown, its signature does not verify, or it may not call this.";
    InvalidToken: 401, "01", "Invalid Token (B2B)",
        "The access token is unknown or has expired.";
    InvalidCustomerToken: 401, "02", "Invalid Customer Token",
        "The customer's token is unknown or has expired.";
    TokenNotFound: 401, "03", "Token Not Found (B2B)",
        "There is no such access token.";
    CustomerTokenNotFound: 401, "04", "Customer Token Not Found",
        "There is no such customer token.";
    TransactionExpired: 403, "00", "Transaction Expired",
        "The transaction ran out of time.";
    FeatureNotAllowed: 403, "01", "Feature Not Allowed",
        "The merchant may not use this service.";
    ExceedsTransactionAmountLimit: 403, "02", "Exceeds Transaction Amount Limit",
        "The amount is above what one transaction may have.";
    SuspectedFraud: 403, "03", "Suspected Fraud",
        "The fraud rules refused it.";
    ActivityCountLimitExceeded: 403, "04", "Activity Count Limit Exceeded",
        "It was done too often.";
    DoNotHonor: 403, "05", "Do Not Honor",
        "The account is not in a state to pay.";
    FeatureNotAllowedAtThisTime: 403, "06", "Feature Not Allowed At This Time",
        "The service is closed at this hour.";
    CardBlocked: 403, "07", "Card Blocked",
        "The card is blocked.";
    CardExpired: 403, "08", "Card Expired",
        "The card has expired.";
    DormantAccount: 403, "09", "Dormant Account",
        "The account has been asleep for too long.";
    NeedToSetTokenLimit: 403, "10", "Need To Set Token Limit",
        "The customer has to set a limit first.";
    OtpBlocked: 403, "11", "OTP Blocked",
        "One-time passwords are blocked for this customer.";
    OtpLifetimeExpired: 403, "12", "OTP Lifetime Expired",
        "The one-time password has expired.";
    OtpSentToCardholder: 403, "13", "OTP Sent To Cardholder",
        "A one-time password is on its way to the customer.";
    InsufficientFunds: 403, "14", "Insufficient Funds",
        "There is not enough money.";
    TransactionNotPermitted: 403, "15", "Transaction Not Permitted",
        "The rules forbid this transaction.";
    SuspendTransaction: 403, "16", "Suspend Transaction",
        "The transaction is suspended.";
    TokenLimitExceeded: 403, "17", "Token Limit Exceeded",
        "The amount is above the limit of the customer's token.";
    InactiveAccount: 403, "18", "Inactive Card/Account/Customer",
        "The card, account or customer is not active.";
    MerchantBlacklisted: 403, "19", "Merchant Blacklisted",
        "The merchant is blocked.";
    MerchantLimitExceed: 403, "20", "Merchant Limit Exceed",
        "The merchant reached its total for the day.";
    SetLimitNotAllowed: 403, "21", "Set Limit Not Allowed",
        "The limit cannot be set.";
    TokenLimitInvalid: 403, "22", "Token Limit Invalid",
        "The limit of the customer's token is not valid.";
    AccountLimitExceed: 403, "23", "Account Limit Exceed",
        "The account reached its total for the day.";
    InvalidTransactionStatus: 404, "00", "Invalid Transaction Status",
        "The transaction's state does not allow it.";
    TransactionNotFound: 404, "01", "Transaction Not Found",
        "The caller has no such transaction.";
    InvalidRouting: 404, "02", "Invalid Routing",
        "There is no route to the account.";
    BankNotSupportedBySwitch: 404, "03", "Bank Not Supported By Switch",
        "The switch does not serve that bank.";
    TransactionCancelled: 404, "04", "Transaction Cancelled",
        "The customer called it off.";
    MerchantNotRegistered: 404, "05", "Merchant Is Not Registered For Card Registration Services",
        "The merchant may not link accounts.";
    NeedToRequestOtp: 404, "06", "Need To Request OTP",
        "A one-time password has to be asked for first.";
    JourneyNotFound: 404, "07", "Journey Not Found",
        "There is no such journey.";
    InvalidMerchant: 404, "08", "Invalid Merchant",
        "The merchant is unknown or not in order.";
    NoIssuer: 404, "09", "No Issuer",
        "Nobody issued that card or account.";
    InvalidApiTransition: 404, "10", "Invalid API Transition",
        "This call cannot follow the one before.";
    InvalidAccount: 404, "11", "Invalid Card/Account/Customer/Virtual Account",
        "The card, account, customer or virtual account is not valid.";
    InvalidBill: 404, "12", "Invalid Bill/Virtual Account",
        "The bill or virtual account is not valid.";
    InvalidAmount: 404, "13", "Invalid Amount",
        "The amount is not what it has to be.";
    PaidBill: 404, "14", "Paid Bill",
        "The bill was paid before.";
    InvalidOtp: 404, "15", "Invalid OTP",
        "The one-time password is wrong.";
    PartnerNotFound: 404, "16", "Partner Not Found",
        "There is no such partner.";
    InvalidTerminal: 404, "17", "Invalid Terminal",
        "The terminal is unknown.";
    InconsistentRequest: 404, "18", "Inconsistent Request",
        "The same reference was used before with other content.";
    BillExpired: 404, "19", "Invalid Bill/Virtual Account",
        "The bill has expired.";
    FunctionNotSupported: 405, "00", "Requested Function Is Not Supported",
        "The gateway does not offer this.";
    OperationNotAllowed: 405, "01", "Requested Operation Is Not Allowed",
        "The operation is not allowed here.";
    Conflict: 409, "00", "Conflict",
        "The X-EXTERNAL-ID was used before.";
    DuplicatePartnerReferenceNo: 409, "01", "Duplicate partnerReferenceNo",
        "The reference has succeeded before.";
    TooManyRequests: 429, "00", "Too Many Requests",
        "The caller is too quick; slow down.";
    GeneralError: 500, "00", "General Error",
        "Something failed on the gateway's side.";
    InternalServerError: 500, "01", "Internal Server Error",
        "Something failed inside the gateway; try the same request again.";
    ExternalServerError: 500, "02", "External Server Error",
        "Something behind the gateway failed.";
    Timeout: 504, "00", "Timeout",
        "The issuer did not answer in time; the outcome is unknown.";
}
