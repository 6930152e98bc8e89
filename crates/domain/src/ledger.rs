//! The chart of accounts and one recipe per journal entry.
//!
//! A posting's amount is positive when it credits the account and negative when it debits it, and the postings of one
//! journal entry sum to zero. An account's balance is the sum of its postings. What the gateway owes (wallets,
//! merchants) is therefore positive, and what it holds or is owed (cash, pay-later debts) is negative.

use lunas_vocab::{AccountId, BankId, CustomerId, MerchantId, Money, ReferenceNo, RefundNo, Timestamp};

/// An account of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What the gateway holds for a customer. Never below zero.
    Wallet(CustomerId),
    /// What a customer owes on pay-later, as a negative balance. Never below minus the limit.
    PayLater(CustomerId),
    /// What the gateway holds for a customer on the savings account. Never below zero.
    Savings(CustomerId),
    /// What the gateway owes a merchant.
    Merchant(MerchantId),
    /// What is reserved of a customer's money for one authorization. It goes to the merchant or back, as a whole.
    Hold(ReferenceNo),
    /// What a bank took for virtual accounts and has to hand over, as a negative balance.
    Bank(BankId),
    /// Money in the bank behind all of it; the other side of every top-up.
    Cash,
}

impl Account {
    /// The id under which the store keeps the account.
    pub fn id(&self) -> AccountId {
        let text = match self {
            Self::Wallet(customer) => format!("wallet:{customer}"),
            Self::PayLater(customer) => format!("pay-later:{customer}"),
            Self::Savings(customer) => format!("savings:{customer}"),
            Self::Merchant(merchant) => format!("merchant:{merchant}"),
            Self::Hold(authorization) => format!("hold:{authorization}"),
            Self::Bank(bank) => format!("bank:{bank}"),
            Self::Cash => "cash".to_owned(),
        };
        AccountId::new(text).expect("identifiers are printable and shorter than an account id may be")
    }

    /// Whether a payment must not push the balance below a floor. Only such accounts have a balance row that payments
    /// update; every other balance is the sum of its postings, so that a busy merchant is no bottleneck.
    pub fn has_floor(&self) -> bool {
        match self {
            Self::Wallet(_) | Self::PayLater(_) | Self::Savings(_) => true,
            Self::Merchant(_) | Self::Hold(_) | Self::Bank(_) | Self::Cash => false,
        }
    }
}

/// What there is for a merchant, as of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payable {
    /// What the gateway owes it: the balance of its account. Only a refund takes from it, and never more than there is.
    pub owed: Money,
    /// What customers have reserved for it. It is on other accounts until it is captured.
    pub reserved: Money,
}

lunas_vocab::words! {
    /// Where a customer's money for a payment comes from.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PayOption {
        /// The wallet's balance.
        Wallet = "GOPAY_WALLET",
        /// Credit, up to the customer's limit.
        PayLater = "PAY_LATER",
        /// The savings account; only linked accounts pay out of it.
        Savings = "GOPAY_SAVINGS",
    }
    /// The contract's word, as `payOption` and `userPaymentDetails` carry it.
    pub fn word, in any case;
}

impl PayOption {
    /// The account of `customer` that this option draws on.
    pub fn account(self, customer: CustomerId) -> Account {
        match self {
            Self::Wallet => Account::Wallet(customer),
            Self::PayLater => Account::PayLater(customer),
            Self::Savings => Account::Savings(customer),
        }
    }
}

/// One posting of a journal entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The account moved.
    pub account: Account,
    /// Positive credits the account, negative debits it.
    pub amount: Money,
}

lunas_vocab::words! {
    /// What moved the money.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Recipe {
        /// A customer put money into the wallet.
        TopUp = "top-up",
        /// A customer paid a merchant.
        Payment = "payment",
        /// A merchant gave back what a customer had paid, or a part of it.
        Refund = "refund",
        /// A bank reported that somebody paid into a merchant's virtual account.
        Transfer = "transfer",
        /// A merchant had a customer's money reserved.
        Hold = "hold",
        /// A merchant took what it had reserved.
        Capture = "capture",
        /// What was reserved went back to the customer.
        Release = "release",
    }
    /// The word kept in the store and shown in statements.
    pub fn word;
}

impl Recipe {
    /// The recipe of a journal entry, by its id.
    pub fn of_entry(id: &str) -> Option<Self> {
        Self::parse(id.split_once(':')?.0)
    }
}

/// One journal entry: postings that sum to zero, written together and never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Unique per journal entry, so that nothing can be booked twice: the recipe and what it was made for.
    pub id: String,
    /// What moved the money.
    pub recipe: Recipe,
    /// When.
    pub at: Timestamp,
    /// The lines.
    pub postings: Vec<Posting>,
}

impl JournalEntry {
    /// A customer's wallet is filled from the bank. `reference` makes the journal entry unique.
    pub fn top_up(customer: CustomerId, amount: Money, reference: &str, at: Timestamp) -> Option<Self> {
        Self::put_in(Account::Wallet(customer), amount, reference, at)
    }

    /// A customer's account of any kind is filled from the bank. `reference` makes the journal entry unique.
    pub fn put_in(account: Account, amount: Money, reference: &str, at: Timestamp) -> Option<Self> {
        Self::moved(Recipe::TopUp, reference, Account::Cash, account, amount, at)
    }

    /// A customer pays a merchant. A payment is paid once, so its reference makes the journal entry unique.
    pub fn payment(
        payer: CustomerId,
        option: PayOption,
        merchant: MerchantId,
        amount: Money,
        reference: &ReferenceNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (option.account(payer), Account::Merchant(merchant));
        Self::moved(Recipe::Payment, reference.as_str(), from, to, amount, at)
    }

    /// A merchant gives money back to where it came from. A payment may be refunded in parts, so it is the refund's own
    /// number that makes the journal entry unique.
    pub fn refund(
        merchant: MerchantId,
        payer: CustomerId,
        option: PayOption,
        amount: Money,
        refund_no: &RefundNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (Account::Merchant(merchant), option.account(payer));
        Self::moved(Recipe::Refund, refund_no.as_str(), from, to, amount, at)
    }

    /// Somebody paid into a merchant's virtual account, and the bank has the money now. A bank reports each payment
    /// once, so the gateway's id of it makes the journal entry unique.
    pub fn transfer(
        bank: BankId,
        merchant: MerchantId,
        amount: Money,
        payment_no: &ReferenceNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (Account::Bank(bank), Account::Merchant(merchant));
        Self::moved(Recipe::Transfer, payment_no.as_str(), from, to, amount, at)
    }

    /// A customer's money is reserved. An authorization is made once and ends once, so its reference makes this journal
    /// entry and the one that ends it unique.
    pub fn hold(
        payer: CustomerId,
        option: PayOption,
        amount: Money,
        authorization: &ReferenceNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (option.account(payer), Account::Hold(authorization.clone()));
        Self::moved(Recipe::Hold, authorization.as_str(), from, to, amount, at)
    }

    /// A merchant takes what was reserved.
    pub fn capture(
        merchant: MerchantId,
        amount: Money,
        authorization: &ReferenceNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (Account::Hold(authorization.clone()), Account::Merchant(merchant));
        Self::moved(Recipe::Capture, authorization.as_str(), from, to, amount, at)
    }

    /// What was reserved goes back to where it came from.
    pub fn release(
        payer: CustomerId,
        option: PayOption,
        amount: Money,
        authorization: &ReferenceNo,
        at: Timestamp,
    ) -> Option<Self> {
        let (from, to) = (Account::Hold(authorization.clone()), option.account(payer));
        Self::moved(Recipe::Release, authorization.as_str(), from, to, amount, at)
    }

    /// Whether the postings sum to zero in one currency.
    pub fn is_balanced(&self) -> bool {
        let sum = self.postings.iter().try_fold(Money::ZERO_IDR, |sum, p| sum.checked_add(p.amount));
        sum == Some(Money::ZERO_IDR)
    }

    /// The shape of every journal entry so far: one account gives, another takes. An amount that is not positive moves
    /// nothing and has no journal.
    fn moved(
        recipe: Recipe,
        reference: &str,
        from: Account,
        to: Account,
        amount: Money,
        at: Timestamp,
    ) -> Option<Self> {
        let taken = amount.checked_neg().filter(|_| amount.is_positive())?;
        let postings = vec![Posting { account: from, amount: taken }, Posting { account: to, amount }];
        Some(Self { id: format!("{}:{reference}", recipe.word()), recipe, at, postings })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer() -> CustomerId {
        CustomerId::new("c1").unwrap()
    }

    #[test]
    fn every_recipe_moves_what_it_says_and_sums_to_zero() {
        let merchant = MerchantId::new("G1").unwrap();
        let reference = ReferenceNo::new("A1").unwrap();
        let at = Timestamp::from_ms(0);
        let check = |journal: Option<JournalEntry>, id: &str, expected: [(&str, i64); 2]| {
            let journal = journal.unwrap();
            assert!(journal.is_balanced());
            assert_eq!((journal.id.as_str(), Recipe::of_entry(id)), (id, Some(journal.recipe)));
            let moved: Vec<_> =
                journal.postings.iter().map(|p| (p.account.id().into_string(), p.amount.minor())).collect();
            assert_eq!(moved, expected.map(|(account, minor)| (account.to_owned(), minor)));
        };
        let ten = Money::idr(10);
        check(
            JournalEntry::top_up(customer(), ten, "x", at),
            "top-up:x",
            [("cash", -1000), ("wallet:c1", 1000)],
        );
        check(
            JournalEntry::payment(customer(), PayOption::Wallet, merchant.clone(), ten, &reference, at),
            "payment:A1",
            [("wallet:c1", -1000), ("merchant:G1", 1000)],
        );
        check(
            JournalEntry::payment(customer(), PayOption::PayLater, merchant.clone(), ten, &reference, at),
            "payment:A1",
            [("pay-later:c1", -1000), ("merchant:G1", 1000)],
        );
        let refund_no = RefundNo::new("R1").unwrap();
        check(
            JournalEntry::refund(merchant.clone(), customer(), PayOption::Wallet, ten, &refund_no, at),
            "refund:R1",
            [("merchant:G1", -1000), ("wallet:c1", 1000)],
        );
        let bank = BankId::new("B1").unwrap();
        check(
            JournalEntry::transfer(bank, merchant.clone(), ten, &reference, at),
            "transfer:A1",
            [("bank:B1", -1000), ("merchant:G1", 1000)],
        );
        check(
            JournalEntry::refund(merchant.clone(), customer(), PayOption::PayLater, ten, &refund_no, at),
            "refund:R1",
            [("merchant:G1", -1000), ("pay-later:c1", 1000)],
        );
        check(
            JournalEntry::hold(customer(), PayOption::Wallet, ten, &reference, at),
            "hold:A1",
            [("wallet:c1", -1000), ("hold:A1", 1000)],
        );
        check(
            JournalEntry::capture(merchant, ten, &reference, at),
            "capture:A1",
            [("hold:A1", -1000), ("merchant:G1", 1000)],
        );
        check(
            JournalEntry::release(customer(), PayOption::PayLater, ten, &reference, at),
            "release:A1",
            [("hold:A1", -1000), ("pay-later:c1", 1000)],
        );
    }

    #[test]
    fn recipes_are_read_as_they_are_written() {
        for recipe in Recipe::ALL {
            assert_eq!(Recipe::parse(recipe.word()), Some(recipe));
        }
        assert_eq!(Recipe::parse("gift"), None);
    }

    #[test]
    fn nothing_and_less_than_nothing_cannot_be_moved() {
        for minor in [0, -1, i64::MIN] {
            let at = Timestamp::from_ms(0);
            assert_eq!(JournalEntry::top_up(customer(), Money::idr_minor(minor), "x", at), None);
        }
    }

    #[test]
    fn only_a_customers_accounts_have_a_floor() {
        let merchant = MerchantId::new("G1").unwrap();
        assert!(Account::Wallet(customer()).has_floor() && Account::PayLater(customer()).has_floor());
        assert!(!Account::Merchant(merchant).has_floor() && !Account::Cash.has_floor());
    }
}
