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

/// A certificate that was made for this test, with its key's private half thrown away.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIDJzCCAg+gAwIBAgIUTqPSsJyJAl34XjouNOzq6O1j3JMwDQYJKoZIhvcNAQEL
BQAwIzESMBAGA1UEAwwJVG9rbyBNYWp1MQ0wCwYDVQQKDARUb2tvMB4XDTI2MTEy
OTE3MjcxNFoXDTI2MTEzMDE3MjcxNFowIzESMBAGA1UEAwwJVG9rbyBNYWp1MQ0w
CwYDVQQKDARUb2tvMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvnva
DNRHUKUg34zn6DEiMcUN37qrOsWwE9IKUYacU3NkgPebVcSRE2GFgz1xZWTCEQkP
gf111DBcsos21Dsg3DsAiwZBZ+nft+p2oJYCfse3cOaWBUGTnhqtR03H5Fjqrsog
DXkpT8NlIKekZ+pUThy4umrklNhjNglruVN1jZUomQTT+KOTVuksmXcEyWQdc3Vy
ub/1W04CWRG5yTueEi3cja7ubRoFGjsgK/DeQSQPMk+I/GjxK6OpO5cbEaphoFy7
e6HKv+JNsl8/4NZ3w1s6b/9iv4Ae1Ya9lq7Jk0lKuxHpp8t5g4MWoytGACuLzgay
Nd1pa0WTZC9Mh9JeTQIDAQABo1MwUTAdBgNVHQ4EFgQUN8gUrH9b3fCbsk7bJTyA
HKoi0M4wHwYDVR0jBBgwFoAUN8gUrH9b3fCbsk7bJTyAHKoi0M4wDwYDVR0TAQH/
BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAeo+x3QIYk6Nx+rdFf/pOgIgD4wEc
tIdKsKfsabh1eZF6eWRZiQUp4ID0G0KAeLRp/X2Fk7MEawXkRNgCY/HS0JsUpLsa
uGobJBZ7ZJaJ7J17mzpY0cok1BxthDSXqn7RIRwgGNMls4ud0DWVHkaJGPtSZSPX
fqHcJAOm0UHQnIZ0Hxi+xmapeNzW50ClsLPKEHfb0r6AnumCPpIcawJViAF8ud8H
wLTpla54xHKUpCzxdpDNPMF6QEcOsIDkV6dHiKU42ItjwV6fl7VtsS3qCCTr1l6j
tWN/xsklcqAJwQ0NDeOoXVlnpoWnqkt9ykgKBWqsnPaIxlzEsp6mtq7myw==
-----END CERTIFICATE-----
";
/// The key in it.
const CERTIFIED: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvnvaDNRHUKUg34zn6DEi
McUN37qrOsWwE9IKUYacU3NkgPebVcSRE2GFgz1xZWTCEQkPgf111DBcsos21Dsg
3DsAiwZBZ+nft+p2oJYCfse3cOaWBUGTnhqtR03H5FjqrsogDXkpT8NlIKekZ+pU
Thy4umrklNhjNglruVN1jZUomQTT+KOTVuksmXcEyWQdc3Vyub/1W04CWRG5yTue
Ei3cja7ubRoFGjsgK/DeQSQPMk+I/GjxK6OpO5cbEaphoFy7e6HKv+JNsl8/4NZ3
w1s6b/9iv4Ae1Ya9lq7Jk0lKuxHpp8t5g4MWoytGACuLzgayNd1pa0WTZC9Mh9Je
TQIDAQAB
-----END PUBLIC KEY-----
";
/// The same key by itself, without saying of what kind it is.
const CERTIFIED_PKCS1: &str = "-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAvnvaDNRHUKUg34zn6DEiMcUN37qrOsWwE9IKUYacU3NkgPebVcSR
E2GFgz1xZWTCEQkPgf111DBcsos21Dsg3DsAiwZBZ+nft+p2oJYCfse3cOaWBUGT
nhqtR03H5FjqrsogDXkpT8NlIKekZ+pUThy4umrklNhjNglruVN1jZUomQTT+KOT
VuksmXcEyWQdc3Vyub/1W04CWRG5yTueEi3cja7ubRoFGjsgK/DeQSQPMk+I/Gjx
K6OpO5cbEaphoFy7e6HKv+JNsl8/4NZ3w1s6b/9iv4Ae1Ya9lq7Jk0lKuxHpp8t5
g4MWoytGACuLzgayNd1pa0WTZC9Mh9JeTQIDAQAB
-----END RSA PUBLIC KEY-----
";

#[test]
fn r11_a_public_key_is_read_in_every_form_that_people_have() {
    let expected = VerifyingKey::from_pem(CERTIFIED).expect("SPKI");
    let der = |pem: &str, label: &str| pem_to_der(pem, label).expect("a block");
    let armoured =
        [(CERTIFIED, "PUBLIC KEY"), (CERTIFIED_PKCS1, "RSA PUBLIC KEY"), (CERTIFICATE, "CERTIFICATE")];
    for (pem, label) in armoured {
        let der = der(pem, label);
        for form in [
            pem.to_owned(),
            pem.replace('\n', "\r\n"),
            pem.replace('\n', "\r"),
            pem.replace('\n', "\\n"),
            pem.replace('\n', ""),
            pem.lines().map(|line| format!("    {line}\n")).collect(),
            pem.trim_end().to_owned(),
            format!("\u{feff}{pem}"),
            format!("subject=CN = Toko Maju\n{pem}more"),
            pem.lines().filter(|line| !line.starts_with("-----")).collect(),
        ] {
            assert_eq!(VerifyingKey::from_pem(&form).as_ref(), Ok(&expected), "{label}: {form:?}");
            assert_eq!(VerifyingKey::read(form.as_bytes()).as_ref(), Ok(&expected), "{label}: {form:?}");
        }
        assert_eq!(VerifyingKey::read(&der).as_ref(), Ok(&expected), "{label} as DER");
        for cut in 0..der.len() {
            assert!(VerifyingKey::read(&der[..cut]).is_err(), "{label} as DER, {cut} bytes");
        }
    }
    assert_eq!(expected.to_pem(), CERTIFIED);
}

#[test]
fn r11_what_is_no_public_key_is_told_what_would_be() {
    let check = |file: &[u8], expected: KeyError, words: &str| {
        let refused = VerifyingKey::read(file).expect_err("no key");
        assert_eq!(refused, expected);
        assert!(refused.to_string().contains(words), "{refused}");
    };
    let private = pkcs8();
    check(der_to_pem(&private, "PRIVATE KEY").as_bytes(), KeyError::Private, "-pubout");
    check(der_to_pem(&private[26..], "RSA PRIVATE KEY").as_bytes(), KeyError::Private, "-pubout");
    check(der_to_pem(&private, "ENCRYPTED PRIVATE KEY").as_bytes(), KeyError::Private, "-pubout");
    check(&private, KeyError::Private, "-pubout");
    check(&private[26..], KeyError::Private, "-pubout");
    check(b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 me@here", KeyError::Ssh, "ssh-keygen");
    for none in [&b""[..], b"hello", b"not a key", &[0xff, 0xfe], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]] {
        check(none, KeyError::NotAPublicKey, "RSA PUBLIC KEY or CERTIFICATE");
    }
    check(CURVE_KEY.as_bytes(), KeyError::NotRsa, "RSA");
    check(SHORT_KEY.as_bytes(), KeyError::Size, "2048");
}
