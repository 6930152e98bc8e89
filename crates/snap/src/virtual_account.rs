//! Numbers of virtual accounts: how long each bank has them, how they are padded, and when two are the same.
//!
//! Whether a number is taken is for the one who keeps them to say; [`assign`] is asked again with another customer
//! number then.
//!
//! ```
//! use lunas_snap::virtual_account::{Bank, assign};
//!
//! let number = assign(Bank::Cimb, "    1234", "99", "");
//! assert_eq!(number.virtual_account_no(), "1234000000000099");
//! assert_eq!(number.padded_partner_service_id(), "    1234");
//! ```

#[cfg(test)]
mod tests;

/// The width of `partnerServiceId`, filled with blanks from the left.
pub const COMPANY_WIDTH: usize = 8;
/// The most characters of `customerNo`.
pub const CUSTOMER_NO_MAX: usize = 20;
/// The most characters of `virtualAccountNo` with its blanks.
pub const NUMBER_MAX: usize = 28;
/// The most characters of a phone number that BNI takes.
const BNI_PHONE_MAX: usize = 30;

macro_rules! banks {
    ($($variant:ident: $word:literal;)*) => {
        /// A bank that keeps virtual accounts.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Bank {
            $(#[doc = concat!("`", $word, "`.")] $variant,)*
        }

        impl Bank {
            /// Every bank.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The words of all of them.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];

            /// The wire's word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

banks! {
    Permata: "permata";
    Bca: "bca";
    Mandiri: "mandiri";
    Cimb: "cimb";
    Bni: "bni";
    Bri: "bri";
    Danamon: "danamon";
    Bsi: "bsi";
    Seabank: "seabank";
    Saqu: "saqu";
}

impl Bank {
    /// Reads the word, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bank| text.eq_ignore_ascii_case(bank.as_str()))
    }

    /// Whether the bank takes that phone number of a customer. BNI alone is particular, and only with long company
    /// codes: the number begins with `+62` or `0` and has at most thirty characters.
    pub fn takes_phone(self, partner_service_id: &str, phone: &str) -> bool {
        let is_particular = self == Self::Bni && partner_service_id.trim().len() != BNI_SHORT;
        let is_local = phone.starts_with("+62") || phone.starts_with('0');
        !is_particular || (is_local && phone.chars().count() <= BNI_PHONE_MAX)
    }
}

/// The length of BNI's short company codes, which have a rule of their own.
const BNI_SHORT: usize = 3;

/// A length of a number, in digits.
#[derive(Clone, Copy)]
enum Length {
    /// Of the whole number.
    Whole(usize),
    /// Of the part behind the company's code.
    Behind(usize),
}

impl Length {
    /// How many digits that leaves to the customer's number.
    fn behind(self, company: usize) -> usize {
        match self {
            Self::Whole(digits) => digits.saturating_sub(company),
            Self::Behind(digits) => digits,
        }
    }
}

/// How one bank makes a number.
struct Rule {
    bank: Bank,
    /// The rule holds for company codes of this length only.
    company: Option<usize>,
    /// Stands before the company's code.
    prefix: &'static str,
    /// How many random digits follow the company's code.
    random: usize,
    min: Length,
    max: Length,
}

const fn rule(bank: Bank, min: Length, max: Length) -> Rule {
    Rule { bank, company: None, prefix: "", random: 0, min, max }
}

use Length::{Behind, Whole};

/// The rules of the banks; the first that fits counts, and every bank has one without a condition.
const RULES: &[Rule] = &[
    Rule { random: 2, ..rule(Bank::Permata, Whole(16), Whole(16)) },
    rule(Bank::Bca, Behind(6), Whole(23)),
    rule(Bank::Mandiri, Behind(6), Behind(12)),
    rule(Bank::Cimb, Whole(16), Whole(16)),
    Rule { company: Some(BNI_SHORT), prefix: "8", ..rule(Bank::Bni, Behind(12), Behind(12)) },
    Rule { prefix: "988", ..rule(Bank::Bni, Behind(8), Behind(8)) },
    rule(Bank::Bri, Whole(18), Whole(18)),
    rule(Bank::Danamon, Behind(12), Behind(12)),
    rule(Bank::Bsi, Behind(12), Behind(12)),
    rule(Bank::Seabank, Behind(10), Behind(19)),
    rule(Bank::Saqu, Behind(12), Behind(12)),
];

/// A number of a virtual account, in the three parts that messages carry. None of them has blanks around it here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    partner_service_id: String,
    customer_no: String,
    virtual_account_no: String,
}

impl Number {
    /// The number of a customer at a company. Blanks around either part do not count.
    pub fn new(partner_service_id: &str, customer_no: &str) -> Self {
        let (company, customer) = (partner_service_id.trim(), customer_no.trim());
        Self::of_parts(company, customer, &format!("{company}{customer}"))
    }

    /// A number as somebody wrote it. The whole counts, even where it is not the two parts in a row: a customer
    /// number that was sent as a JSON number has lost its zeros.
    pub fn of_parts(partner_service_id: &str, customer_no: &str, virtual_account_no: &str) -> Self {
        Self {
            partner_service_id: partner_service_id.trim().to_owned(),
            customer_no: customer_no.trim().to_owned(),
            virtual_account_no: virtual_account_no.trim().to_owned(),
        }
    }

    /// `partnerServiceId`: the company's code, without blanks.
    pub fn partner_service_id(&self) -> &str {
        &self.partner_service_id
    }

    /// `partnerServiceId` as the wire has it: eight characters, filled with blanks from the left.
    pub fn padded_partner_service_id(&self) -> String {
        format!("{:>COMPANY_WIDTH$}", self.partner_service_id)
    }

    /// `customerNo`: the number behind the company's code.
    pub fn customer_no(&self) -> &str {
        &self.customer_no
    }

    /// The whole number, as customers type it.
    pub fn virtual_account_no(&self) -> &str {
        &self.virtual_account_no
    }

    /// `virtualAccountNo` as the wire has it, with the blanks of the company's code in front.
    pub fn padded_virtual_account_no(&self) -> String {
        let blanks = COMPANY_WIDTH.saturating_sub(self.partner_service_id.chars().count());
        format!("{}{}", " ".repeat(blanks), self.virtual_account_no)
    }

    /// Whether the whole number is the two parts in a row.
    pub fn is_consistent(&self) -> bool {
        self.virtual_account_no == format!("{}{}", self.partner_service_id, self.customer_no)
    }

    /// Whether both name the same account: by the whole number, or by the two parts in a row.
    pub fn is_same(&self, other: &Self) -> bool {
        let joined = |number: &Self| format!("{}{}", number.partner_service_id, number.customer_no);
        self.virtual_account_no == other.virtual_account_no || joined(self) == joined(other)
    }
}

/// The number that a bank gives for a company and the customer number that was asked for.
///
/// A customer number that is too long loses digits at its end, one that is too short gets zeros in front. Permata's
/// two random digits are taken from `random`, which nobody else needs; what is missing there are zeros. Characters
/// that are no digits do not count.
pub fn assign(bank: Bank, partner_service_id: &str, customer_no: &str, random: &str) -> Number {
    let rule = rule_of(bank, partner_service_id);
    let (company, min, max) = company(rule, partner_service_id, random);
    let customer: String = digits(customer_no).take(max).collect();
    Number::new(&company, &format!("{customer:0>min$}"))
}

/// A number that nobody chose: the longest that the bank has and that `customerNo` can carry, its digits taken from
/// `random`, and zeros once those are used up.
pub fn assign_random(bank: Bank, partner_service_id: &str, random: &str) -> Number {
    let rule = rule_of(bank, partner_service_id);
    let (company, _, max) = company(rule, partner_service_id, random);
    let length = max.min(CUSTOMER_NO_MAX);
    let customer: String = digits(random).skip(rule.random).take(length).collect();
    Number::new(&company, &format!("{customer:0<length$}"))
}

/// The company's code with what the bank adds, and the least and the most digits that follow it.
fn company(rule: &Rule, partner_service_id: &str, random: &str) -> (String, usize, usize) {
    let company: String = digits(partner_service_id).collect();
    let chance: String = digits(random).take(rule.random).collect();
    let company = format!("{}{company}{chance:0<width$}", rule.prefix, width = rule.random);
    let (min, max) = (rule.min.behind(company.len()), rule.max.behind(company.len()));
    (company, min, max)
}

fn rule_of(bank: Bank, partner_service_id: &str) -> &'static Rule {
    let length = digits(partner_service_id).count();
    let fits = |rule: &&Rule| rule.bank == bank && rule.company.is_none_or(|company| company == length);
    RULES.iter().find(fits).expect("every bank has a rule without a condition")
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}
