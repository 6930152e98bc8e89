//! The oracle: what everybody has and how everything stands, kept by rules that share no code with the gateway's.

use std::collections::BTreeMap;

use lunas_domain::virtual_account::Kind;

use super::{DAY, HOUR, MINUTE, TAKING_PART};

/// What a customer with pay-later may owe.
const LIMIT: i64 = 500_000_000;

/// From this amount on a charge on a linked account waits for the PIN.
const PIN_FROM: i64 = 10_000_000;

/// What a payment is sold as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Product {
    Debit,
    Qr,
    PreAuth,
}

impl Product {
    /// What is opened for whoever comes and pays it.
    pub(super) const OPENED: [Self; 2] = [Self::Debit, Self::Qr];

    /// How long after it was paid one may be refunded, in seconds.
    fn refund_window(self) -> u64 {
        match self {
            Self::Debit | Self::PreAuth => 180 * DAY,
            Self::Qr => 45 * DAY,
        }
    }
}

/// A payment as the oracle knows it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) product: Product,
    pub(super) reference_no: String,
    pub(super) minor: i64,
    pub(super) status: &'static str,
    /// When it stops waiting, or when nothing is reserved any more.
    due: u64,
    /// Whose linked account it charges or reserves money of, and whether on credit; nobody else can pay it.
    owner: Option<(usize, bool)>,
    /// Who paid, whether on credit, and when; of what was reserved, when it was captured.
    payer: Option<(usize, bool, u64)>,
    refunded: i64,
    /// Every state of it that its merchant is told of.
    pub(super) told: Vec<&'static str>,
}

impl Entry {
    /// Nobody is told of what is reserved.
    fn reach(&mut self, status: &'static str) {
        self.status = status;
        if self.product != Product::PreAuth {
            self.told.push(status);
        }
    }

    /// How much of it is reserved now.
    pub(super) fn held(&self) -> i64 {
        if self.status == "01" { self.minor } else { 0 }
    }
}

/// A virtual account as the oracle knows it.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) trx_id: String,
    pub(super) number: String,
    pub(super) minor: i64,
    pub(super) status: &'static str,
    due: u64,
    pub(super) payments: u32,
    pub(super) told: Vec<&'static str>,
}

/// The oracle's books, in minor units and in seconds since the history began.
pub(super) struct Books {
    pub(super) kind: Kind,
    pub(super) now: u64,
    pub(super) payments: Vec<Entry>,
    pub(super) accounts: Vec<Account>,
    pub(super) wallets: BTreeMap<usize, i64>,
    pub(super) owed_later: i64,
    pub(super) merchant: i64,
    pub(super) bank: i64,
    /// What is told of each link, by its token: that it began, and that it ended.
    pub(super) links: BTreeMap<String, Vec<&'static str>>,
}

impl Books {
    pub(super) fn new(kind: Kind) -> Self {
        let opening = |at: usize| match at {
            7 => 1_000,
            9 => 0,
            _ => 1_000_000_000,
        };
        let wallets = TAKING_PART.into_iter().map(|at| (at, opening(at))).collect();
        let (payments, accounts, links) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { kind, now: 0, payments, accounts, wallets, owed_later: 0, merchant: 0, bank: 0, links }
    }

    pub(super) fn open(&mut self, product: Product, reference_no: String, minor: i64) {
        let due = self.now + 15 * MINUTE;
        self.payments.push(Entry {
            product,
            reference_no,
            minor,
            status: "03",
            due,
            owner: None,
            payer: None,
            refunded: 0,
            told: vec!["03"],
        });
    }

    /// Whether a linked account can be charged so much.
    pub(super) fn can_be_charged(&self, customer: usize, is_later: bool, minor: i64) -> bool {
        let spendable = if is_later { LIMIT - self.owed_later } else { self.wallets[&customer] };
        let is_blocked = customer == 6;
        !is_blocked && minor <= spendable
    }

    /// A charge that was taken: it is paid at once, or waits for the PIN.
    pub(super) fn charge(&mut self, reference_no: String, customer: usize, is_later: bool, minor: i64) {
        self.open(Product::Debit, reference_no, minor);
        let at = self.payments.len() - 1;
        self.payments[at].owner = Some((customer, is_later));
        if minor < PIN_FROM {
            self.payments[at].told.clear();
            assert!(self.pay(at, customer, is_later), "it can be charged");
        }
    }

    /// Money that was reserved: its customer is short of it, and nobody has it yet.
    pub(super) fn authorize(&mut self, reference_no: String, customer: usize, is_later: bool, minor: i64) {
        self.open(Product::PreAuth, reference_no, minor);
        self.give_back(customer, is_later, -minor);
        let due = self.now + 7 * DAY;
        let entry = self.payments.last_mut().unwrap();
        (entry.status, entry.due, entry.owner) = ("01", due, Some((customer, is_later)));
        entry.told.clear();
    }

    /// What a capture leads to: the merchant has what was reserved, if it wants all of it.
    pub(super) fn capture(&mut self, payment: usize, is_whole: bool) -> bool {
        let entry = &mut self.payments[payment];
        let Some((customer, is_later)) = entry.owner.filter(|_| entry.status == "01" && is_whole) else {
            return false;
        };
        entry.payer = Some((customer, is_later, self.now));
        entry.reach("00");
        self.merchant += entry.minor;
        true
    }

    /// What is reserved goes back to its customer, if it is still reserved.
    fn release(&mut self, payment: usize, status: &'static str) -> bool {
        let entry = &mut self.payments[payment];
        let Some((customer, is_later)) = entry.owner.filter(|_| entry.status == "01") else { return false };
        let minor = entry.minor;
        entry.reach(status);
        self.give_back(customer, is_later, minor);
        true
    }

    /// What a customer spent comes back to where it came from.
    fn give_back(&mut self, customer: usize, is_later: bool, minor: i64) {
        match is_later {
            true => self.owed_later -= minor,
            false => *self.wallets.get_mut(&customer).unwrap() += minor,
        }
    }

    /// What a customer's attempt leads to: whether it is answered as done.
    pub(super) fn pay(&mut self, payment: usize, customer: usize, is_later: bool) -> bool {
        let Entry { minor, status, owner, .. } = self.payments[payment];
        let is_blocked = customer == 6;
        let has_credit = customer == 9;
        let is_anothers = owner.is_some_and(|owner| owner != (customer, is_later));
        if status != "03" || (is_later && !has_credit) || is_anothers {
            return false;
        }
        if is_blocked {
            self.payments[payment].reach("09");
            return true;
        }
        let wallet = self.wallets.get_mut(&customer).unwrap();
        match is_later {
            true if self.owed_later + minor > LIMIT => return false,
            true => self.owed_later += minor,
            false if *wallet < minor => return false,
            false => *wallet -= minor,
        }
        self.merchant += minor;
        self.payments[payment].payer = Some((customer, is_later, self.now));
        self.payments[payment].reach("00");
        true
    }

    /// What anything else does to a payment that waits, or to money that is reserved. That its time is up cancels an
    /// authorization, and nobody denies one.
    pub(super) fn end(&mut self, payment: usize, status: &'static str) -> bool {
        if self.payments[payment].product == Product::PreAuth {
            return match status {
                "09" => false,
                "06" => self.release(payment, "06"),
                _ => self.release(payment, "05"),
            };
        }
        let is_waiting = self.payments[payment].status == "03";
        if is_waiting {
            self.payments[payment].reach(status);
        }
        is_waiting
    }

    /// What a refund leads to: it goes back to where the money came from, and never more of it than came.
    pub(super) fn refund(&mut self, payment: usize, minor: Option<i64>) -> bool {
        let entry = &mut self.payments[payment];
        let Some((customer, is_later, paid_at)) = entry.payer else { return false };
        let left = entry.minor - entry.refunded;
        let minor = minor.unwrap_or(left);
        let is_closed = self.now >= paid_at + entry.product.refund_window();
        if is_closed || left == 0 || minor > left {
            return false;
        }
        entry.refunded += minor;
        entry.reach("04");
        self.merchant -= minor;
        self.give_back(customer, is_later, minor);
        true
    }

    pub(super) fn account_open(&mut self, trx_id: String, number: String, minor: i64) {
        // An account of many payments waits longer for its first.
        let life = if self.kind.takes_many() { 184 * DAY } else { 24 * HOUR };
        let due = self.now + life;
        let told = vec!["03"];
        self.accounts.push(Account { trx_id, number, minor, status: "03", due, payments: 0, told });
    }

    /// Whether an account takes that amount now.
    pub(super) fn takes(&self, account: usize, minor: i64) -> bool {
        let account = &self.accounts[account];
        let is_amount = match self.kind {
            Kind::Single => minor == account.minor,
            Kind::SingleOpen | Kind::Multi => minor > 0,
            Kind::MultiMinimum => minor >= account.minor,
        };
        account.status == "03" && is_amount
    }

    /// What a bank's report leads to.
    pub(super) fn report(&mut self, account: usize, minor: i64) -> bool {
        if !self.takes(account, minor) {
            return false;
        }
        let takes_many = self.kind.takes_many();
        let account = &mut self.accounts[account];
        account.payments += 1;
        account.told.push("00");
        account.status = if takes_many { "03" } else { "00" };
        self.merchant += minor;
        self.bank -= minor;
        true
    }

    /// What deleting an account or letting it expire leads to. Nobody is told of the end of an order that was paid.
    pub(super) fn account_end(&mut self, account: usize, status: &'static str) -> bool {
        let account = &mut self.accounts[account];
        if account.status != "03" {
            return false;
        }
        account.status = status;
        if account.payments == 0 {
            account.told.push(status);
        }
        true
    }

    /// Time passes, and what has waited long enough waits no longer.
    pub(super) fn advance(&mut self, seconds: u64) {
        self.now += seconds;
        let now = self.now;
        let due = |due: u64| due <= now;
        for entry in self.payments.iter_mut().filter(|entry| entry.status == "03" && due(entry.due)) {
            entry.reach("08");
        }
        for at in 0..self.payments.len() {
            if due(self.payments[at].due) {
                self.release(at, "05");
            }
        }
        for at in 0..self.accounts.len() {
            let Account { due, payments, .. } = self.accounts[at];
            if due <= self.now && payments == 0 {
                self.account_end(at, "08");
            }
        }
    }
}
