//! Keys in all the forms they come in. Known answers are in `tests/vectors.rs`.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};

use super::*;

fn pkcs8() -> Vec<u8> {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der: Pkcs8V1Der<'static> = pair.as_der().expect("PKCS#8");
    der.as_ref().to_vec()
}

#[test]
fn a_key_signs_the_same_however_it_is_wrapped() {
    let pkcs8 = pkcs8();
    // A PKCS#8 wrapper of an RSA key of this size is 26 bytes in front of the PKCS#1 key.
    let pkcs1 = &pkcs8[26..];
    let key = SigningKey::from_pkcs8_der(&pkcs8).expect("PKCS#8");
    let signature = key.sign("text");
    let check = |label: &str, der: &[u8]| {
        let pem = der_to_pem(der, label);
        for pem in
            [pem.clone(), pem.replace('\n', "\r\n"), pem.replace('\n', "\\n"), format!("# note\n{pem}tail")]
        {
            let other = SigningKey::from_pem(&pem).expect("the same key");
            assert_eq!(other.sign("text"), signature, "{label}");
            assert_eq!(other.public_pem(), key.public_pem());
        }
    };
    check("PRIVATE KEY", &pkcs8);
    check("RSA PRIVATE KEY", pkcs1);

    let public = VerifyingKey::from_pem(&key.public_pem()).expect("the public half");
    assert_eq!(public, key.verifying_key());
    assert_eq!(public.to_pem(), key.public_pem());
    assert!(public.verify("text", &signature));
    assert!(public.verify("text", &hex(&pem::from_base64(&signature).expect("base64"))));
    assert!(!public.verify("other text", &signature));
    let other = SigningKey::from_pkcs8_der(&self::pkcs8()).expect("another key");
    assert!(!other.verifying_key().verify("text", &signature));
}

#[test]
fn keys_print_their_fingerprint_and_nothing_else() {
    let key = SigningKey::from_pkcs8_der(&pkcs8()).expect("a key");
    let public = key.verifying_key();
    assert_eq!(public.fingerprint().len(), 64);
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", public.fingerprint()));
    assert_eq!(format!("{public:?}"), format!("VerifyingKey({})", public.fingerprint()));
}

/// An RSA key of 1024 bits, which was made for this test and signs nothing.
const SHORT_KEY: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDP56q15IkeUNOWVoQ70Hj0cALs
6Cc2a6DbneAo4vykztKJdZbRLcb267/lovLwVHOOu9IC0ynEmlhhH1fuZ/AmhklA
RYo8Km+JnAnCyueXrMUBDZcqN7RhKTaQrm6DfzoGTT1Eb/0RC+b1/VKn3zML4DiK
0/J+QeZzKySSfE8MUwIDAQAB
-----END PUBLIC KEY-----
";

/// A key on the curve P-256.
const CURVE_KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEKegeU+E1q4z3g0KNjY9vB5UhQ351
DZUMNFoU6jRwX8G2ruAxNiifEP3LQaawW4jfXtROJe0Usl1eJgUbohxTww==
-----END PUBLIC KEY-----
";

#[test]
fn what_is_no_usable_key_is_refused_with_a_reason() {
    let check = |pem: &str, expected: KeyError| {
        assert_eq!(VerifyingKey::from_pem(pem).err(), Some(expected), "{pem}");
    };
    check("", KeyError::NotAPublicKey);
    check(&der_to_pem(&[1, 2, 3], "CERTIFICATE"), KeyError::NotAPublicKey);
    check("-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----", KeyError::NotAPublicKey);
    check(&der_to_pem(&[1, 2, 3], "PUBLIC KEY"), KeyError::NotRsa);
    check(CURVE_KEY, KeyError::NotRsa);
    check(SHORT_KEY, KeyError::Size);
    let check = |pem: &str, expected: KeyError| {
        assert_eq!(SigningKey::from_pem(pem).err(), Some(expected), "{pem}");
    };
    check("", KeyError::NotAPrivateKey);
    check(&der_to_pem(&[1, 2, 3], "ENCRYPTED PRIVATE KEY"), KeyError::NotAPrivateKey);
    check(&der_to_pem(&[1, 2, 3], "PRIVATE KEY"), KeyError::NotRsa);
    check(&der_to_pem(&[1, 2, 3], "RSA PRIVATE KEY"), KeyError::NotRsa);
}

#[test]
fn armour_is_put_on_and_taken_off() {
    for length in [0, 1, 47, 48, 49, 96, 294] {
        let der: Vec<u8> = (0..=255).cycle().take(length).collect();
        let pem = der_to_pem(&der, "PUBLIC KEY");
        assert_eq!(pem_to_der(&pem, "PUBLIC KEY"), Some(der), "{length} bytes");
        assert!(pem.lines().all(|line| line.len() <= 64) && pem.ends_with("-----END PUBLIC KEY-----\n"));
        assert_eq!(pem_to_der(&pem, "PRIVATE KEY"), None);
    }
}

#[test]
fn signatures_are_decoded_from_base64_and_hexadecimal() {
    let check = |text: &str, expected: Option<&[u8]>| {
        assert_eq!(decode(text, 4).as_deref(), expected, "{text:?}");
    };
    let bytes: &[u8] = &[0xde, 0xad, 0xbe, 0xef];
    check("3q2+7w==", Some(bytes));
    check("3q2+7w", Some(bytes));
    check(" 3q2+7w==\n", Some(bytes));
    check("deadbeef", Some(bytes));
    check("DEADBEEF", Some(bytes));
    for bad in ["", "3q2+", "3q2-7w==", "deadbee", "deadbeefde", "3q2+7w===", "3q2+é"] {
        check(bad, None);
    }
}
