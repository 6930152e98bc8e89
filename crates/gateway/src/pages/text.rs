//! Every word on the review page, once per language. A text that one language lacks does not compile.

use std::time::Duration;

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::Method;
use lunas_vocab::Timestamp;

use super::language::Language;
use crate::flow::attempt::Left;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) months: [&'static str; 12],
    /// What stands between hours and minutes.
    pub(crate) clock_separator: &'static str,
    pub(crate) other_language: &'static str,
    pub(crate) other_language_label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) day: &'static str,
    pub(crate) days: &'static str,

    pub(crate) title_review: &'static str,
    pub(crate) pay_to: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) pay_before: &'static str,
    pub(crate) time_left: &'static str,
    pub(crate) items: &'static str,
    pub(crate) item_unnamed: &'static str,
    pub(crate) order: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) pin: &'static str,
    pub(crate) pin_hint: &'static str,
    pub(crate) forgot_pin: &'static str,
    pub(crate) forgot_pin_ask: &'static str,
    pub(crate) forgot_pin_alone: &'static str,
    pub(crate) source: &'static str,
    pub(crate) wallet_hint: &'static str,
    pub(crate) pay_later: &'static str,
    pub(crate) pay_later_hint: &'static str,
    pub(crate) savings: &'static str,
    pub(crate) linked_hint: &'static str,
    pub(crate) pay: &'static str,
    pub(crate) paying: &'static str,
    pub(crate) cancel: &'static str,
    pub(crate) promise: &'static str,
    pub(crate) handover: &'static str,
    pub(crate) handover_text: &'static str,
    pub(crate) handover_alt: &'static str,

    pub(crate) title_consent: &'static str,
    pub(crate) consent_who: &'static str,
    pub(crate) consent_what: &'static str,
    pub(crate) consent_give: &'static str,
    pub(crate) consent_refuse: &'static str,
    pub(crate) consent_promise: &'static str,
    pub(crate) otp: &'static str,
    pub(crate) otp_hint: &'static str,
    pub(crate) error_consent_title: &'static str,
    pub(crate) error_consent_incomplete: &'static str,
    pub(crate) error_consent_stale: &'static str,
    pub(crate) error_otp_or_pin: &'static str,
    pub(crate) consent_gone: &'static str,
    pub(crate) consent_gone_text: &'static str,
    pub(crate) consent_elsewhere: &'static str,
    pub(crate) consent_unavailable: &'static str,
    pub(crate) link_refused: &'static str,
    pub(crate) link_refused_text: &'static str,
    pub(crate) link_refused_code: &'static str,

    pub(crate) title_scan: &'static str,
    pub(crate) scanned: &'static str,
    pub(crate) scanned_hint: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) error_code_title: &'static str,
    pub(crate) error_code: &'static str,
    pub(crate) error_code_unknown: &'static str,
    pub(crate) scan_other: &'static str,
    pub(crate) scan_refuses_nothing: &'static str,

    pub(crate) error_title: &'static str,
    pub(crate) error_incomplete: &'static str,
    pub(crate) error_phone_or_pin: &'static str,
    pub(crate) error_pin: &'static str,
    pub(crate) error_pin_missing: &'static str,
    pub(crate) error_too_many: &'static str,
    pub(crate) error_funds: &'static str,
    pub(crate) error_stale: &'static str,
    pub(crate) error_phone: &'static str,
    pub(crate) error_busy: &'static str,
    pub(crate) error_consent_busy: &'static str,
    pub(crate) attempt_left: &'static str,
    pub(crate) attempts_left: &'static str,
    pub(crate) wait_until: &'static str,

    pub(crate) paid: &'static str,
    pub(crate) paid_text: &'static str,
    pub(crate) declined: &'static str,
    pub(crate) declined_text: &'static str,
    pub(crate) denied: &'static str,
    pub(crate) cancelled: &'static str,
    pub(crate) cancelled_text: &'static str,
    pub(crate) expired: &'static str,
    pub(crate) expired_text: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) failed_text: &'static str,
    pub(crate) merchant: &'static str,
    pub(crate) method: &'static str,
    pub(crate) reference: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) copied: &'static str,
    pub(crate) print: &'static str,
    pub(crate) time: &'static str,
    pub(crate) back_to: &'static str,
    pub(crate) back_in: &'static str,
    pub(crate) stay: &'static str,
    pub(crate) close_this: &'static str,

    pub(crate) not_found: &'static str,
    pub(crate) not_found_text: &'static str,
    pub(crate) unavailable: &'static str,
    pub(crate) unavailable_text: &'static str,
    pub(crate) try_again: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) refused_text: &'static str,

    pub(crate) gopay: MethodText,
    pub(crate) shopeepay: MethodText,
    pub(crate) dana: MethodText,
}

/// The words that name who carries the payment out.
#[derive(Debug)]
pub(crate) struct MethodText {
    pub(crate) name: &'static str,
    pub(crate) account: &'static str,
    pub(crate) phone_hint: &'static str,
    pub(crate) wallet: &'static str,
    pub(crate) error_pay_later: &'static str,
    pub(crate) denied_text: &'static str,
}

impl Text {
    /// The words of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::Indonesian => &INDONESIAN,
            Language::English => &ENGLISH,
        }
    }

    /// The words that name a method.
    pub(crate) fn method(&self, method: Method) -> &MethodText {
        match method {
            Method::Gopay => &self.gopay,
            Method::Shopeepay => &self.shopeepay,
            Method::Dana => &self.dana,
        }
    }

    /// What an option of a method is called.
    pub(crate) fn option(&self, method: Method, option: PayOption) -> &'static str {
        match option {
            PayOption::Wallet => self.method(method).wallet,
            PayOption::PayLater => self.pay_later,
            PayOption::Savings => self.savings,
        }
    }

    /// A minute by WIB, as a customer reads it.
    fn clock(&self, at: Timestamp) -> String {
        let snap = at.to_snap();
        format!("{}{}{} WIB", &snap[11..13], self.clock_separator, &snap[14..16])
    }

    /// A mistake, and what may still be tried: how often, or from when on.
    pub(crate) fn wrong(&self, mistake: &str, left: Left) -> String {
        let rest = match left.attempts {
            ..=0 => self.wait(left.until),
            1 => self.attempt_left.to_owned(),
            more => self.attempts_left.replace("{n}", &more.to_string()),
        };
        format!("{mistake} {rest}")
    }

    /// That there were too many attempts, and when the next one is welcome.
    pub(crate) fn too_many(&self, until: Timestamp) -> String {
        format!("{} {}", self.error_too_many, self.wait(until))
    }

    /// When the next attempt is welcome, to the minute in which it surely is.
    fn wait(&self, until: Timestamp) -> String {
        self.wait_until.replace("{time}", &self.clock(until.plus(Duration::from_millis(59_999))))
    }

    /// A day and a minute by WIB, as a customer reads them.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        // The wire's form has fixed columns; only the month has to become a word.
        let snap = at.to_snap();
        let month = snap[5..7].parse().unwrap_or(1_usize).clamp(1, 12);
        let day = snap[8..10].trim_start_matches('0');
        let (year, hours, minutes) = (&snap[..4], &snap[11..13], &snap[14..16]);
        format!("{day} {} {year}, {hours}{}{minutes} WIB", self.months[month - 1], self.clock_separator)
    }
}

static INDONESIAN: Text = Text {
    months: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    clock_separator: ".",
    other_language: "English",
    other_language_label: "Switch to English",
    help: "Butuh bantuan? Hubungi",
    day: "hari",
    days: "hari",

    title_review: "Periksa pembayaran",
    pay_to: "Bayar ke",
    amount: "Total pembayaran",
    pay_before: "Bayar sebelum",
    time_left: "Sisa waktu",
    items: "Rincian pesanan",
    item_unnamed: "Barang",
    order: "Nomor pesanan",
    phone: "Nomor HP",
    pin: "PIN",
    pin_hint: "6 digit",
    forgot_pin: "Lupa PIN?",
    forgot_pin_ask: "Hubungi",
    forgot_pin_alone: "Atur ulang di aplikasi tempat akunmu terdaftar.",
    source: "Sumber dana",
    wallet_hint: "Langsung dipotong dari saldo",
    pay_later: "GoPay Later",
    pay_later_hint: "Beli sekarang, bayar nanti",
    savings: "Tabungan GoPay",
    linked_hint: "Akun ini sudah kamu hubungkan dengan penjual.",
    pay: "Bayar",
    paying: "Memproses…",
    cancel: "Batalkan pembayaran",
    promise: "PIN hanya dipakai untuk pembayaran ini dan tidak pernah dikirim ke penjual.",
    handover: "Lanjutkan di HP",
    handover_text: "Pindai dengan kamera HP untuk membayar di sana. Setelah dibayar, halaman ini ikut berganti.",
    handover_alt: "Kode QR untuk membuka halaman ini di HP",

    title_consent: "Hubungkan akun",
    consent_who: "Penjual ini ingin terhubung dengan akunmu",
    consent_what: "Setelah terhubung, penjual ini bisa menagih akunmu untuk pesananmu. Tagihan di bawah Rp100.000 dan tagihan rutin bisa tanpa PIN. Kamu bisa memutuskan sambungan ini kapan saja.",
    consent_give: "Hubungkan",
    consent_refuse: "Batal",
    consent_promise: "PIN dan kode hanya dipakai untuk menghubungkan akun dan tidak pernah dikirim ke penjual.",
    otp: "Kode OTP",
    otp_hint: "Kode sekali pakai untuk nomor di atas",
    error_consent_title: "Akun belum terhubung",
    error_consent_incomplete: "Isi kode OTP dan PIN 6 digit dulu, ya.",
    error_consent_stale: "Halaman ini sudah terlalu lama terbuka. Isi lagi untuk melanjutkan; akunmu belum terhubung.",
    error_otp_or_pin: "Kode OTP atau PIN salah.",
    consent_gone: "Permintaan tidak berlaku",
    consent_gone_text: "Tautan ini sudah kedaluwarsa atau bukan dari kami. Mulai lagi dari penjual, dan jangan isi PIN di halaman lain yang mengaku dari kami.",
    consent_elsewhere: "Formulir ini dikirim dari situs lain. Akunmu belum terhubung; mulai lagi dari penjual.",
    consent_unavailable: "Kami belum bisa menghubungkan akunmu. Muat ulang sebelum mencoba lagi.",
    link_refused: "Permintaan tidak bisa diproses",
    link_refused_text: "Permintaan dari penjual tidak lengkap atau tidak sah. Tidak ada yang berubah di akunmu. Kembali ke penjual, lalu mulai lagi.",
    link_refused_code: "Keterangan untuk penjual",

    title_scan: "Bayar dengan QRIS",
    scanned: "Teks kode QR",
    scanned_hint: "Tempel teks hasil pindai kode QR; awalnya 000201.",
    go_on: "Lanjut",
    error_code_title: "Kode belum bisa dibayar",
    error_code: "Teks ini bukan kode QRIS yang utuh. Pindai lagi, atau salin dari awal sampai akhir.",
    error_code_unknown: "Kode ini tidak dikenali. Minta kode baru ke penjual.",
    scan_other: "Pindai kode lain",
    scan_refuses_nothing: "Tautan dari kode QR hanya bisa dipakai untuk membayar. Kalau tidak jadi membayar, tutup saja halaman ini.",

    error_title: "Pembayaran belum berhasil",
    error_incomplete: "Isi nomor HP dan PIN 6 digit dulu, ya.",
    error_phone_or_pin: "Nomor HP atau PIN salah.",
    error_pin: "PIN salah.",
    error_pin_missing: "Isi PIN 6 digit dulu, ya.",
    error_too_many: "Terlalu banyak percobaan.",
    error_funds: "Saldo tidak cukup. Pilih sumber dana lain atau isi saldo dulu.",
    error_stale: "Halaman ini sudah terlalu lama terbuka. Isi PIN lagi untuk melanjutkan; belum ada uang yang berpindah.",
    error_phone: "Nomor HP belum benar. Tulis seperti ini: 0812\u{a0}3456\u{a0}7890.",
    error_busy: "Sedang ramai. Tunggu beberapa detik, lalu coba lagi. Belum ada uang yang berpindah.",
    error_consent_busy: "Sedang ramai. Tunggu beberapa detik, lalu coba lagi. Akunmu belum terhubung.",
    attempt_left: "Sisa 1 percobaan.",
    attempts_left: "Sisa {n} percobaan.",
    wait_until: "Demi keamanan akunmu, coba lagi setelah pukul {time}.",

    paid: "Pembayaran berhasil",
    paid_text: "Uangmu sudah diteruskan ke penjual.",
    declined: "Pembayaran dibatalkan",
    declined_text: "Kamu membatalkan pembayaran ini. Saldo tidak dipotong.",
    denied: "Pembayaran ditolak",
    cancelled: "Pesanan dibatalkan penjual",
    cancelled_text: "Penjual membatalkan tagihan ini. Saldo tidak dipotong.",
    expired: "Waktu pembayaran habis",
    expired_text: "Batas waktunya sudah lewat. Buat pesanan baru di penjual untuk mencoba lagi.",
    failed: "Pembayaran gagal",
    failed_text: "Ada gangguan teknis. Saldo tidak dipotong. Coba lagi lewat penjual.",
    merchant: "Penjual",
    method: "Sumber dana",
    reference: "Nomor referensi",
    copy: "Salin nomor referensi",
    copied: "Nomor referensi tersalin",
    print: "Cetak atau simpan",
    time: "Waktu",
    back_to: "Kembali ke",
    back_in: "Kembali ke penjual dalam {n} detik.",
    stay: "Tetap di halaman ini",
    close_this: "Kamu bisa menutup halaman ini.",

    not_found: "Tagihan tidak ditemukan",
    not_found_text: "Tautan ini tidak lengkap atau bukan dari kami. Buka lagi dari aplikasi penjual, dan jangan isi PIN di halaman lain yang mengaku dari kami.",
    unavailable: "Sedang ada gangguan",
    unavailable_text: "Kami belum bisa memastikan pembayaran ini. Muat ulang untuk melihat statusnya sebelum mencoba lagi.",
    try_again: "Muat ulang",
    refused: "Permintaan ditolak",
    refused_text: "Formulir ini dikirim dari situs lain. Belum ada uang yang berpindah; buka lagi halaman pembayaran dari penjual.",

    gopay: MethodText {
        name: "GoPay",
        account: "Akun GoPay kamu",
        phone_hint: "Nomor yang terdaftar di GoPay, misalnya 0812\u{a0}3456\u{a0}7890",
        wallet: "Saldo GoPay",
        error_pay_later: "GoPay Later belum aktif di akun ini. Pilih Saldo GoPay.",
        denied_text: "GoPay tidak dapat memproses pembayaran dari akun ini. Saldo tidak dipotong.",
    },
    shopeepay: MethodText {
        name: "ShopeePay",
        account: "Akun ShopeePay kamu",
        phone_hint: "Nomor yang terdaftar di ShopeePay, misalnya 0812\u{a0}3456\u{a0}7890",
        wallet: "Saldo ShopeePay",
        error_pay_later: "ShopeePay hanya bisa dibayar dari saldonya.",
        denied_text: "ShopeePay tidak dapat memproses pembayaran dari akun ini. Saldo tidak dipotong.",
    },
    dana: MethodText {
        name: "DANA",
        account: "Akun DANA kamu",
        phone_hint: "Nomor yang terdaftar di DANA, misalnya 0812\u{a0}3456\u{a0}7890",
        wallet: "Saldo DANA",
        error_pay_later: "DANA hanya bisa dibayar dari saldonya.",
        denied_text: "DANA tidak dapat memproses pembayaran dari akun ini. Saldo tidak dipotong.",
    },
};

static ENGLISH: Text = Text {
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    clock_separator: ":",
    other_language: "Indonesia",
    other_language_label: "Ganti ke Bahasa Indonesia",
    help: "Need help? Contact",
    day: "day",
    days: "days",

    title_review: "Check your payment",
    pay_to: "Pay to",
    amount: "Amount to pay",
    pay_before: "Pay before",
    time_left: "Time left",
    items: "Order details",
    item_unnamed: "Item",
    order: "Order number",
    phone: "Phone number",
    pin: "PIN",
    pin_hint: "6 digits",
    forgot_pin: "Forgot your PIN?",
    forgot_pin_ask: "Contact",
    forgot_pin_alone: "Reset it in the app where your account is registered.",
    source: "Pay with",
    wallet_hint: "Taken from your balance right away",
    pay_later: "GoPay Later",
    pay_later_hint: "Buy now, pay later",
    savings: "GoPay savings",
    linked_hint: "You have linked this account with the merchant.",
    pay: "Pay",
    paying: "Processing…",
    cancel: "Cancel payment",
    promise: "Your PIN is used for this payment only and is never passed on to the merchant.",
    handover: "Continue on your phone",
    handover_text: "Scan with your phone’s camera to pay there. This page will update once you have paid.",
    handover_alt: "QR code that opens this page on a phone",

    title_consent: "Link your account",
    consent_who: "This merchant wants to link your account",
    consent_what: "Once linked, this merchant can charge your account for your orders. Charges below Rp100.000 and recurring charges may not ask for your PIN. You can unlink at any time.",
    consent_give: "Link",
    consent_refuse: "Cancel",
    consent_promise: "Your PIN and code are used to link the account only and are never passed on to the merchant.",
    otp: "One-time password",
    otp_hint: "The one-time code for the number above",
    error_consent_title: "Your account is not linked yet",
    error_consent_incomplete: "Please enter the one-time password and your 6-digit PIN.",
    error_consent_stale: "This page was open for too long. Enter everything again to continue; nothing has been linked.",
    error_otp_or_pin: "The one-time password or PIN is incorrect.",
    consent_gone: "This request is no longer valid",
    consent_gone_text: "This link has expired or did not come from us. Start again from the merchant, and never enter your PIN on another page that claims to be us.",
    consent_elsewhere: "This form was sent from another site. Nothing has been linked; start again from the merchant.",
    consent_unavailable: "We cannot link your account right now. Reload the page before you try again.",
    link_refused: "This request cannot be processed",
    link_refused_text: "The merchant’s request is incomplete or not valid. Nothing has changed in your account. Go back to the merchant and start again.",
    link_refused_code: "Details for the merchant",

    title_scan: "Pay with QRIS",
    scanned: "QR code text",
    scanned_hint: "Paste the text you get from scanning the QR code; it starts with 000201.",
    go_on: "Continue",
    error_code_title: "This code cannot be paid yet",
    error_code: "This text is not a complete QRIS code. Scan it again, or copy it from start to end.",
    error_code_unknown: "This code is not recognised. Ask the merchant for a new one.",
    scan_other: "Scan another code",
    scan_refuses_nothing: "A link from a QR code can only be used to pay. If you do not want to pay, just close this page.",

    error_title: "The payment did not go through",
    error_incomplete: "Please enter your phone number and 6-digit PIN.",
    error_phone_or_pin: "The phone number or PIN is incorrect.",
    error_pin: "The PIN is incorrect.",
    error_pin_missing: "Please enter your 6-digit PIN.",
    error_too_many: "Too many attempts.",
    error_funds: "Your balance is too low. Choose another way to pay or top up first.",
    error_stale: "This page was open for too long. Enter your PIN again to continue; no money has moved.",
    error_phone: "That is not a phone number. Write it like this: 0812\u{a0}3456\u{a0}7890.",
    error_busy: "We are busy right now. Wait a few seconds and try again. No money has moved.",
    error_consent_busy: "We are busy right now. Wait a few seconds and try again. Nothing has been linked.",
    attempt_left: "1 attempt left.",
    attempts_left: "{n} attempts left.",
    wait_until: "To keep your account safe, try again after {time}.",

    paid: "Payment successful",
    paid_text: "The money has been passed on to the merchant.",
    declined: "Payment cancelled",
    declined_text: "You cancelled this payment. Nothing was taken from your balance.",
    denied: "Payment declined",
    cancelled: "Cancelled by the merchant",
    cancelled_text: "The merchant cancelled this bill. Nothing was taken from your balance.",
    expired: "The time to pay is over",
    expired_text: "The payment deadline has passed. Place a new order with the merchant to try again.",
    failed: "Payment failed",
    failed_text: "Something went wrong on our side. Nothing was taken from your balance. Try again from the merchant.",
    merchant: "Merchant",
    method: "Paid with",
    reference: "Reference",
    copy: "Copy reference",
    copied: "Reference copied",
    print: "Print or save",
    time: "Time",
    back_to: "Back to",
    back_in: "Returning to the merchant in {n} seconds.",
    stay: "Stay on this page",
    close_this: "You can close this page.",

    not_found: "Bill not found",
    not_found_text: "This link is incomplete or did not come from us. Open it again from the merchant’s app, and never enter your PIN on another page that claims to be us.",
    unavailable: "Something went wrong",
    unavailable_text: "We cannot confirm this payment yet. Reload to see its status before you try again.",
    try_again: "Reload",
    refused: "Request refused",
    refused_text: "This form was sent from another site. No money has moved; open the payment page from the merchant again.",

    gopay: MethodText {
        name: "GoPay",
        account: "Your GoPay account",
        phone_hint: "The number registered with GoPay, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "GoPay balance",
        error_pay_later: "GoPay Later is not active for this account. Choose the GoPay balance.",
        denied_text: "GoPay cannot process this payment from this account. Nothing was taken from your balance.",
    },
    shopeepay: MethodText {
        name: "ShopeePay",
        account: "Your ShopeePay account",
        phone_hint: "The number registered with ShopeePay, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "ShopeePay balance",
        error_pay_later: "ShopeePay pays from its balance only.",
        denied_text: "ShopeePay cannot process this payment from this account. Nothing was taken from your balance.",
    },
    dana: MethodText {
        name: "DANA",
        account: "Your DANA account",
        phone_hint: "The number registered with DANA, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "DANA balance",
        error_pay_later: "DANA pays from its balance only.",
        denied_text: "DANA cannot process this payment from this account. Nothing was taken from your balance.",
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_by_the_clock_of_western_indonesia() {
        let check = |text: &str, indonesian: &str, english: &str| {
            let at = Timestamp::parse(text).unwrap();
            assert_eq!(INDONESIAN.moment(at), indonesian);
            assert_eq!(ENGLISH.moment(at), english);
        };
        check("2025-05-09T23:05:59Z", "10 Mei 2025, 06.05 WIB", "10 May 2025, 06:05 WIB");
        check("2025-12-01T00:00:00+07:00", "1 Des 2025, 00.00 WIB", "1 Dec 2025, 00:00 WIB");
        check("9999-12-31T23:59:59+07:00", "31 Des 9999, 23.59 WIB", "31 Dec 9999, 23:59 WIB");
    }

    #[test]
    fn p4_a_wrong_pin_says_what_is_left() {
        let until = Timestamp::parse("2025-05-09T10:30:01+07:00").unwrap();
        let check = |attempts: i64, indonesian: &str, english: &str| {
            let left = Left { attempts, until };
            assert_eq!(INDONESIAN.wrong(INDONESIAN.error_pin, left), format!("PIN salah. {indonesian}"));
            assert_eq!(ENGLISH.wrong(ENGLISH.error_pin, left), format!("The PIN is incorrect. {english}"));
        };
        check(2, "Sisa 2 percobaan.", "2 attempts left.");
        check(1, "Sisa 1 percobaan.", "1 attempt left.");
        let (wait, later) = (
            "Demi keamanan akunmu, coba lagi setelah pukul 10.31 WIB.",
            "To keep your account safe, try again after 10:31 WIB.",
        );
        check(0, wait, later);
        check(-1, wait, later);
        assert_eq!(INDONESIAN.too_many(until), format!("Terlalu banyak percobaan. {wait}"));
    }

    /// The words that customers stumbled over are gone.
    #[test]
    fn p8_pages_speak_as_their_readers_do() {
        let all = format!("{INDONESIAN:?}");
        for word in ["angka", "Tinjau", "Isi kode QR", "yang kami kenal", "Jangan hubungkan", "keadaannya"] {
            assert!(!all.contains(word), "{word}");
        }
        for word in ["6 digit", "Periksa pembayaran", "Teks kode QR", "tidak dikenali", "\"Batal\""] {
            assert!(all.contains(word), "{word}");
        }
    }

    /// Both languages fill the same gaps.
    #[test]
    fn p7_every_text_with_a_gap_has_it_in_both_languages() {
        for text in [&INDONESIAN, &ENGLISH] {
            assert!(text.attempts_left.contains("{n}") && text.back_in.contains("{n}"));
            assert!(text.wait_until.contains("{time}"));
        }
    }

    #[test]
    fn each_language_offers_the_other() {
        for language in [Language::Indonesian, Language::English] {
            assert_eq!(language.other().other(), language);
            assert_ne!(Text::of(language).paid, Text::of(language.other()).paid);
        }
        assert_eq!(INDONESIAN.other_language, "English");
    }
}
