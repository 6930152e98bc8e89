//! Numbers as each bank makes them, and any request at all.

use proptest::prelude::*;

use super::*;

#[test]
fn each_bank_has_its_lengths() {
    let check = |bank: Bank, company: &str, customer: &str, expected: &str| {
        let number = assign(bank, company, customer, "7359");
        assert_eq!(number.virtual_account_no(), expected, "{bank:?} {company} {customer}");
        assert!(number.is_consistent());
    };
    let long = "12345678901234567890";
    check(Bank::Cimb, "1234", "99", "1234000000000099");
    check(Bank::Cimb, "    1234", long, "1234123456789012");
    check(Bank::Mandiri, "   70012", "6280123456", "700126280123456");
    check(Bank::Mandiri, "70012", "1", "70012000001");
    check(Bank::Mandiri, "70012", long, "70012123456789012");
    check(Bank::Bri, "88899", long, "888991234567890123");
    check(Bank::Bri, "88899", "1", "888990000000000001");
    check(Bank::Bca, "12345", "1", "12345000001");
    check(Bank::Bca, "12345", long, "12345123456789012345678");
    check(Bank::Permata, "8562", "1", "8562730000000001");
    check(Bank::Permata, "8562", long, "8562731234567890");
    check(Bank::Danamon, "7915", "1", "7915000000000001");
    check(Bank::Bsi, "8215", long, "8215123456789012");
    check(Bank::Seabank, "123", "1", "1230000000001");
    check(Bank::Seabank, "123", long, "1231234567890123456789");
    check(Bank::Saqu, "123", "1", "123000000000001");
    check(Bank::Bni, "123", "1", "8123000000000001");
    check(Bank::Bni, "123", long, "8123123456789012");
    check(Bank::Bni, "12345", "1", "9881234500000001");
    check(Bank::Bni, "12345", long, "9881234512345678");
}

#[test]
fn random_numbers_are_made_of_what_chance_gives() {
    let check = |bank: Bank, company: &str, random: &str, expected: &str| {
        let number = assign_random(bank, company, random);
        assert_eq!(number.virtual_account_no(), expected, "{bank:?} {company} {random}");
    };
    check(Bank::Cimb, "1234", "98765432109876", "1234987654321098");
    check(Bank::Cimb, "1234", "98", "1234980000000000");
    check(Bank::Permata, "8562", "1234567890123", "8562123456789012");
    check(Bank::Permata, "8562", "", "8562000000000000");
    check(Bank::Seabank, "1", "11111111111111111111111", "11111111111111111111");
}

#[test]
fn blanks_and_lost_zeros_do_not_make_another_number() {
    let sent = Number::of_parts("   70012", "6280123456", "   700126280123456");
    let check = |company: &str, customer: &str, whole: &str, same: bool| {
        let number = Number::of_parts(company, customer, whole);
        assert_eq!(number.is_same(&sent), same, "{company} {customer} {whole}");
    };
    check("70012", "6280123456", "700126280123456", true);
    check(" 70012", "6280123456", "  700126280123456", true);
    check("70012", "6280123456", "", true);
    check("70012", "280123456", "700126280123456", true);
    check("70012", "6280123457", "   700126280123457", false);
    check("7001", "26280123456", "", true);
    assert_eq!(sent.padded_partner_service_id(), "   70012");
    assert_eq!(sent.padded_virtual_account_no(), "   700126280123456");
    assert_eq!(sent.virtual_account_no(), "700126280123456");
    assert_eq!(Number::new("12345678", "1").padded_virtual_account_no(), "123456781");
}

#[test]
fn banks_are_named_in_any_case_and_bni_looks_at_phones() {
    for bank in Bank::ALL.iter().copied() {
        assert_eq!(Bank::parse(&bank.as_str().to_uppercase()), Some(bank));
        assert!(rule_of(bank, "123456").company.is_none(), "{bank:?} has a rule");
    }
    assert_eq!(Bank::parse("other"), None);
    let check = |bank: Bank, company: &str, phone: &str, expected: bool| {
        assert_eq!(bank.takes_phone(company, phone), expected, "{bank:?} {company} {phone}");
    };
    check(Bank::Bni, "12345", "+628123", true);
    check(Bank::Bni, "12345", "08123", true);
    check(Bank::Bni, "12345", "628123", false);
    check(Bank::Bni, "12345", &"0".repeat(31), false);
    check(Bank::Bni, "     123", "628123", true);
    check(Bank::Bca, "12345", "628123", true);
}

proptest! {
    #[test]
    fn every_number_has_a_length_of_its_bank(
        bank in proptest::sample::select(Bank::ALL),
        company in " {0,3}[0-9]{3,5}",
        customer in ".{0,24}",
        random in ".{0,24}",
    ) {
        let rule = rule_of(bank, &company);
        for number in [assign(bank, &company, &customer, &random), assign_random(bank, &company, &random)] {
            let company = number.partner_service_id().len();
            let length = number.customer_no().len();
            prop_assert!((rule.min.behind(company)..=rule.max.behind(company)).contains(&length), "{number:?}");
            prop_assert!(number.virtual_account_no().bytes().all(|byte| byte.is_ascii_digit()), "{number:?}");
            prop_assert!(number.padded_partner_service_id().len() == COMPANY_WIDTH, "{number:?}");
        }
    }
}
