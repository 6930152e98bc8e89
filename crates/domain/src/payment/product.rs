//! What a payment is sold as, who carries it out, and the limits that follow from both.

use std::time::Duration;

use crate::ledger::PayOption;

const DAY: Duration = Duration::from_hours(24);

/// How long an order that has a QR code gets no second one: three months, however long they are.
pub const ORDER_LIFE: Duration = Duration::from_hours(92 * 24);

lunas_vocab::words! {
    /// What the merchant asked for. Calls about one product never find a payment of another.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Product {
        /// A charge by redirect or from a mini app.
        DirectDebit = "direct-debit",
        /// A QR code that a customer scans.
        Qris = "qris",
        /// Money of a linked account that is reserved first, and captured or given back later.
        PreAuth = "pre-auth",
    }
    /// The word kept in the store.
    pub fn word;
}

impl Product {
    /// Who can carry it out.
    pub fn methods(self) -> &'static [Method] {
        match self {
            Self::DirectDebit => &Method::ALL,
            Self::Qris => &[Method::Gopay, Method::Shopeepay],
            Self::PreAuth => &[Method::Gopay],
        }
    }

    /// How long one waits when the merchant does not say: for its customer a quarter of an hour, for its merchant a week.
    pub fn validity_default(self) -> Duration {
        match self {
            Self::DirectDebit | Self::Qris => Duration::from_mins(15),
            Self::PreAuth => 7 * DAY,
        }
    }

    /// The longest time that one may wait.
    pub fn validity_max(self, method: Method) -> Duration {
        match (self, method) {
            (Self::Qris | Self::PreAuth, _) | (Self::DirectDebit, Method::Gopay) => 180 * DAY,
            (Self::DirectDebit, Method::Shopeepay) => 5 * DAY,
            (Self::DirectDebit, Method::Dana) => DAY,
        }
    }

    /// How long after it was paid one may be refunded. Of direct debit the contract has a window for GoPay only; the
    /// others get the same.
    pub fn refund_window(self, method: Method) -> Duration {
        match (self, method) {
            (Self::DirectDebit | Self::PreAuth, _) => 180 * DAY,
            (Self::Qris, Method::Gopay | Method::Dana) => 45 * DAY,
            (Self::Qris, Method::Shopeepay) => 365 * DAY,
        }
    }

    /// Whether a part of a payment can be given back, and at any hour. A code that ShopeePay acquired is given back whole
    /// or not at all, and not around midnight.
    pub(super) fn refunds_freely(self, method: Method) -> bool {
        match (self, method) {
            (Self::DirectDebit | Self::PreAuth, _) | (Self::Qris, Method::Gopay | Method::Dana) => true,
            (Self::Qris, Method::Shopeepay) => false,
        }
    }
}

lunas_vocab::words! {
    /// Who carries the payment out; of a QR code, its acquirer.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Method {
        /// GoPay.
        Gopay = "GOPAY",
        /// ShopeePay, which as an acquirer calls itself AirPay Shopee.
        Shopeepay = "SHOPEEPAY",
        /// DANA, which acquires no codes here.
        Dana = "DANA",
    }
    /// The contract's word.
    pub fn word, in any case;
}

impl Method {
    /// Whether a customer of this method can pay out of that. Only GoPay has more than the
    /// wallet.
    pub fn offers(self, option: PayOption) -> bool {
        match option {
            PayOption::Wallet => true,
            PayOption::PayLater | PayOption::Savings => self == Self::Gopay,
        }
    }

    /// The contract's word for what a payment by this method was paid with. Only GoPay tells its options apart.
    pub fn option_word(self, option: PayOption) -> &'static str {
        match self {
            Self::Gopay => option.word(),
            Self::Shopeepay | Self::Dana => self.word(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for product in Product::ALL {
            assert_eq!(Product::parse(product.word()), Some(product));
            assert!(!product.methods().is_empty());
        }
        for method in Method::ALL {
            assert_eq!(Method::parse(&method.word().to_lowercase()), Some(method));
        }
        assert_eq!(Product::parse("QRIS"), None);
        assert_eq!(Method::parse("OVO"), None);
    }

    #[test]
    fn each_acquirer_has_its_window() {
        let check = |product: Product, method: Method, days: u32| {
            assert_eq!(product.refund_window(method), DAY * days, "{product:?} {method:?}");
        };
        check(Product::DirectDebit, Method::Gopay, 180);
        check(Product::DirectDebit, Method::Shopeepay, 180);
        check(Product::Qris, Method::Gopay, 45);
        check(Product::Qris, Method::Shopeepay, 365);
        check(Product::PreAuth, Method::Gopay, 180);
    }
}
