//! Codes with known texts, codes that are refused, and any code at all.

use proptest::option::of;
use proptest::prelude::*;

use super::*;

const DYNAMIC: &str = "00020101021226610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI51440014ID.CO.QRIS.WWW0215ID10000000000010303UMI520454995303360540810000.005802ID5911TOKO CONTOH6007JAKARTA61051219062070703A016304D671";
const WITH_BILL_NUMBER: &str = "00020101021226610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI51440014ID.CO.QRIS.WWW0215ID10000000000010303UMI520454995303360540810000.005802ID5911TOKO CONTOH6007JAKARTA61051219062360125A120240930074508AAAAAAAAA0703A0163044318";
const STATIC: &str = "00020101021126610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI51440014ID.CO.QRIS.WWW0215ID10000000000010303UMI5204549953033605802ID5911TOKO CONTOH6007JAKARTA61051219062070703A0163040191";

fn dynamic() -> Payload {
    Payload {
        point_of_initiation: PointOfInitiation::Dynamic,
        acquirer: AcquirerTemplate {
            domain: ACQUIRER_DOMAIN.to_owned(),
            pan: "936009143000000012".to_owned(),
            merchant_id: "G000000001".to_owned(),
            criteria: "UMI".to_owned(),
        },
        national: Some(NationalTemplate { nmid: "ID1000000000001".to_owned(), criteria: "UMI".to_owned() }),
        mcc: Mcc::new(5499).expect("four digits"),
        amount: Some(Money::idr(10_000)),
        merchant_name: "TOKO CONTOH".to_owned(),
        city: "JAKARTA".to_owned(),
        postal_code: Some("12190".to_owned()),
        bill_number: None,
        terminal_label: Some("A01".to_owned()),
    }
}

/// A text with the checksum it ought to have.
fn sealed(text: &str) -> String {
    let text = format!("{text}6304");
    let crc = crc16(text.as_bytes());
    format!("{text}{crc:04X}")
}

#[test]
fn the_checksum_has_its_check_value() {
    let check = |bytes: &str, expected: u16| assert_eq!(crc16(bytes.as_bytes()), expected, "{bytes}");
    check("123456789", 0x29B1);
    check("", 0xFFFF);
}

#[test]
fn codes_have_their_known_texts() {
    let check = |payload: Payload, text: &str, length: usize| {
        assert_eq!(payload.write(), text);
        assert_eq!(text.len(), length);
        assert_eq!(Payload::parse(text), Ok(payload.clone()));
        assert_eq!(Payload::parse(&format!("\n {text} ")), Ok(payload), "blanks around it do not matter");
    };
    check(dynamic(), DYNAMIC, 212);
    check(
        Payload { bill_number: Some("A120240930074508AAAAAAAAA".to_owned()), ..dynamic() },
        WITH_BILL_NUMBER,
        241,
    );
    check(Payload { point_of_initiation: PointOfInitiation::Static, amount: None, ..dynamic() }, STATIC, 200);
}

#[test]
fn damaged_and_foreign_codes_are_refused_in_sentences() {
    let check = |text: &str, expected: &str| {
        let refusal = Payload::parse(text).map_err(|error| error.to_string());
        assert_eq!(refusal, Err(expected.to_owned()), "{text}");
    };
    let body = DYNAMIC.strip_suffix("6304D671").expect("its checksum");
    let changed = |from: &str, to: &str| {
        assert!(body.contains(from), "{from} stands in the code");
        sealed(&body.replacen(from, to, 1))
    };
    check("", "This is not a QRIS code.");
    check("https://shop.example", "This is not a QRIS code.");
    check(&"0".repeat(513), "The code is longer than 512 characters.");
    check(&DYNAMIC.replace("TOKO", "TÖKO"), "The code holds characters other than printable ASCII.");
    for length in 3..DYNAMIC.len() {
        let cut = DYNAMIC.get(..length).expect("ASCII");
        assert!(Payload::parse(cut).is_err(), "{cut}");
    }
    check(DYNAMIC.get(..50).expect("ASCII"), "The code is cut short.");
    check(body, "The code does not end with a checksum.");
    check("00xx", "The code is not a row of tags, lengths and values.");
    check(
        &DYNAMIC.replace("10000.00", "10000.01"),
        "The checksum of the code is D671, but its text gives 4994; it was damaged or changed.",
    );
    check(&changed("000201", "000202"), "This is not a QRIS code.");
    check(
        &changed("010212", "010213"),
        "The point of initiation of the code is wrong: 11 or 12 was expected.",
    );
    check(
        &changed("5303360", "5303840"),
        "The currency of the code is wrong: only the rupiah, 360, can be paid.",
    );
    check(&changed("5303360", ""), "The code lacks the currency.");
    check(&changed("5802ID", "5802SG"), "The country of the code is wrong: ID was expected.");
    check(&changed("5911TOKO CONTOH", ""), "The code lacks the merchant's name.");
    check(&changed("5911TOKO CONTOH", "5900"), "The code lacks the merchant's name.");
    check(&changed("6007JAKARTA", "60021160021 "), "The code has the field 60 twice.");
    check(
        &changed("6007JAKARTA", "6016JAKARTA JAKARTA "),
        "The city of the code is wrong: it has more characters than the standard allows.",
    );
    check(
        &changed("52045499", "5203549"),
        "The merchant category of the code is wrong: four digits were expected.",
    );
    for amount in ["54010", "54040.00", "54021,", "54031e3", "5402-1"] {
        check(
            &changed("540810000.00", amount),
            "The amount of the code is wrong: digits with at most two decimals were expected, and more than nothing.",
        );
    }
}

#[test]
fn fields_that_are_not_known_are_passed_over() {
    let body = DYNAMIC.strip_suffix("6304D671").expect("its checksum");
    let more = sealed(&format!("{body}6409abcd 00029900"));
    assert_eq!(Payload::parse(&more), Ok(dynamic()));
}

#[test]
fn texts_are_fitted_to_the_code() {
    let check =
        |text: &str, max: usize, expected: &str| assert_eq!(sanitise(text, max), expected, "{text:?}");
    check("TOKO CONTOH", NAME_MAX, "TOKO CONTOH");
    check("  Warung\tKopi\u{e9} ", NAME_MAX, "Warung Kopi?");
    check("Toko Serba Ada Sejahtera Abadi", NAME_MAX, "Toko Serba Ada Sejahtera");
    check(" ", NAME_MAX, "-");
    let long = Payload { amount: Some(Money::idr_minor(9_999_999_999_900)), ..dynamic() };
    assert!(long.write().contains("541199999999999"), "decimals go before an amount is too long");
}

fn payload() -> impl Strategy<Value = Payload> {
    let any_text = || ".{0,40}";
    let merchant = (any_text(), any_text(), any_text(), any_text(), of((any_text(), any_text())));
    let shown = (any_text(), any_text(), of(any_text()), of(any_text()), of(any_text()));
    (merchant, shown, any::<bool>(), 0..=9999u16, of(1..=i64::MAX)).prop_map(
        |(merchant, shown, is_static, mcc, amount)| {
            let (domain, pan, merchant_id, criteria, national) = merchant;
            let (merchant_name, city, postal_code, bill_number, terminal_label) = shown;
            Payload {
                point_of_initiation: match is_static {
                    true => PointOfInitiation::Static,
                    false => PointOfInitiation::Dynamic,
                },
                acquirer: AcquirerTemplate { domain, pan, merchant_id, criteria },
                national: national.map(|(nmid, criteria)| NationalTemplate { nmid, criteria }),
                mcc: Mcc::new(mcc).expect("four digits"),
                amount: amount.map(|minor| Money::idr_minor(minor % 100_000_000_000_000_000 + 1)),
                merchant_name,
                city,
                postal_code,
                bill_number,
                terminal_label,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_and_written_the_same(payload in payload()) {
        let text = payload.write();
        prop_assert!(text.len() <= PAYLOAD_MAX && text.is_ascii());
        let read = Payload::parse(&text).map_err(|error| TestCaseError::fail(format!("{error} {text}")))?;
        prop_assert_eq!(read.amount, payload.amount);
        prop_assert_eq!(read.write(), text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}", digits in "00[0-9]{0,90}") {
        let _ = Payload::parse(&text);
        let _ = Payload::parse(&sealed(&text));
        let _ = Payload::parse(&sealed(&digits));
        let _ = Payload::parse(&format!("{digits}{text}"));
    }

    #[test]
    fn a_changed_character_is_found(at in 0..DYNAMIC.len(), other in "[ -~]") {
        let mut text = DYNAMIC.to_owned();
        text.replace_range(at..=at, &other);
        prop_assume!(!text.eq_ignore_ascii_case(DYNAMIC));
        prop_assert!(Payload::parse(&text).is_err(), "{}", text);
    }
}

/// Codes that were copied whole and that nobody pays here: of other issuers, countries and schemes.
#[test]
fn r14_a_code_of_another_issuer_is_whole() {
    let body = DYNAMIC.strip_suffix("6304D671").expect("its checksum");
    let changed = |from: &str, to: &str| {
        assert!(body.contains(from), "{from} stands in the code");
        sealed(&body.replacen(from, to, 1))
    };
    let acquirer = "26610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI";
    let whole = [
        DYNAMIC.to_owned(),
        DYNAMIC.replace("6304D671", "6304d671"),
        // Tag 26 with another domain, without sub-tag 02, without any, not made of fields, and not there.
        changed(acquirer, "26360016ID.CO.SHOPEE.WWW0112936009180000"),
        changed(acquirer, "26400014COM.GO-JEK.WWW0118936009143000000012"),
        changed(acquirer, "2600"),
        changed(acquirer, "2605hello"),
        changed(acquirer, "4015ID.CO.BCA.WWW.X"),
        changed("51440014ID.CO.QRIS.WWW0215ID10000000000010303UMI", "51180014ID.CO.QRIS.WWW"),
        // Another country, another money, another kind of point, no name, a name in another script.
        changed("5303360", "5303702"),
        changed("5802ID", "5802TH"),
        changed("010212", "010213"),
        changed("5911TOKO CONTOH", ""),
        changed("5911TOKO CONTOH", "5904ร้าน"),
        changed("5911TOKO CONTOH", "5912ร้าน"),
        changed("6007JAKARTA", "6007JAKARTA6007BANDUNG"),
        changed("540810000.00", "54041e99"),
        changed("62070703A01", "6203ABC"),
        sealed("00020101021153033605802ID"),
    ];
    for text in whole {
        assert_eq!(check_whole(&text), Ok(()), "{text}");
    }
}

#[test]
fn r14_what_is_damaged_or_no_code_is_not_whole() {
    let check = |text: &str, expected: &str| {
        let refusal = check_whole(text).map_err(|error| error.to_string());
        assert_eq!(refusal, Err(expected.to_owned()), "{text}");
    };
    let body = DYNAMIC.strip_suffix("6304D671").expect("its checksum");
    check("", "This is not a QRIS code.");
    check("https://shop.example", "This is not a QRIS code.");
    check(body, "The code does not end with a checksum.");
    check(DYNAMIC.get(..50).expect("ASCII"), "The code is cut short.");
    check(&sealed(&body.replacen("000201", "000202", 1)), "This is not a QRIS code.");
    check(&sealed(&body.replacen("6007JAKARTA", "6099JAKARTA", 1)), "The code is cut short.");
    check(
        &DYNAMIC.replace("10000.00", "10000.01"),
        "The checksum of the code is D671, but its text gives 4994; it was damaged or changed.",
    );
    check(&"0".repeat(513), "The code is longer than 512 characters.");
    for length in 0..DYNAMIC.len() {
        let cut = DYNAMIC.get(..length).expect("ASCII");
        assert!(check_whole(cut).is_err(), "{cut}");
    }
}

/// The text with `end` after each so many characters.
fn wrapped(text: &str, columns: usize, end: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let lines: Vec<String> = characters.chunks(columns).map(|line| line.iter().collect()).collect();
    lines.join(end)
}

#[test]
fn r15_a_pasted_code_is_read_however_it_was_wrapped() {
    let same = |pasted: &str| {
        let read = Payload::parse(pasted);
        assert_eq!(read, Ok(dynamic()), "{pasted:?}");
        assert_eq!(check_whole(pasted), Ok(()), "{pasted:?}");
    };
    for columns in [30, 60, 64, 70, 72, 76, 78, 80, 100, 211] {
        for end in ["\n", "\r\n", "\r", "\u{2028}", "\r\n\r\n", "\n  ", " \n", "\u{a0}\r\n\t"] {
            same(&wrapped(DYNAMIC, columns, end));
        }
    }
    // Wherever a mail program breaks at the blank, the blank is gone.
    same(&DYNAMIC.replace(' ', "\r\n"));
    same(&DYNAMIC.replace(' ', " \n"));
    same(&DYNAMIC.replace(' ', "\n "));
    same(&DYNAMIC.replace(' ', "\u{a0}"));
    same(&DYNAMIC.replace(' ', "\u{202f}"));
    same(&format!("\u{feff}\u{a0}\r\n\t{DYNAMIC}\u{200b}\u{3000}\n\n"));
    same(&wrapped(DYNAMIC, 10, "\u{200b}"));
    same(&wrapped(DYNAMIC, 10, "\u{ad}"));
}

#[test]
fn r15_a_line_of_blanks_alone_is_a_piece_of_the_code() {
    let blanks = Payload { merchant_name: "TOKO   CONTOH".to_owned(), ..dynamic() };
    for broken in ["TOKO\n \r\n  CONTOH", "TOKO \n \n CONTOH", "TOKO\n   \nCONTOH"] {
        let pasted = blanks.write().replace("TOKO   CONTOH", broken);
        assert_eq!(Payload::parse(&pasted), Ok(blanks.clone()), "{pasted:?}");
    }
}

proptest! {
    #[test]
    fn r15_a_break_anywhere_does_not_matter(payload in payload(), at in 1..150_usize, other in 1..150_usize) {
        let text = payload.write();
        let (at, other) = (at % text.len(), other % text.len());
        let mut pasted = text.clone();
        pasted.insert_str(at.max(other), "\r\n");
        pasted.insert(at.min(other), '\n');
        prop_assert_eq!(Payload::parse(&pasted), Payload::parse(&text), "{}", pasted);
    }
}
