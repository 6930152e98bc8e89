//! Every word on the review page, once per language. A text that one language lacks does not compile.

use lunas_domain::ledger::PayOption;
use lunas_domain::payment::Method;
use lunas_vocab::Timestamp;

use super::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) months: [&'static str; 12],
    /// What stands between hours and minutes.
    pub(crate) clock_separator: &'static str,
    pub(crate) other_language: &'static str,
    pub(crate) other_language_label: &'static str,

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

    pub(crate) title_scan: &'static str,
    pub(crate) scanned: &'static str,
    pub(crate) scanned_hint: &'static str,
    pub(crate) go_on: &'static str,
    pub(crate) error_code_title: &'static str,
    pub(crate) error_code: &'static str,
    pub(crate) error_code_unknown: &'static str,

    pub(crate) error_title: &'static str,
    pub(crate) error_incomplete: &'static str,
    pub(crate) error_phone_or_pin: &'static str,
    pub(crate) error_pin: &'static str,
    pub(crate) error_pin_missing: &'static str,
    pub(crate) error_too_many: &'static str,
    pub(crate) error_funds: &'static str,
    pub(crate) error_stale: &'static str,

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
    pub(crate) time: &'static str,
    pub(crate) back_to: &'static str,
    pub(crate) back_soon: &'static str,
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

    title_review: "Tinjau pembayaran",
    pay_to: "Bayar ke",
    amount: "Total pembayaran",
    pay_before: "Bayar sebelum",
    time_left: "Sisa waktu",
    items: "Rincian pesanan",
    item_unnamed: "Barang",
    order: "Nomor pesanan",
    phone: "Nomor HP",
    pin: "PIN",
    pin_hint: "6 angka",
    source: "Sumber dana",
    wallet_hint: "Langsung dipotong dari saldo",
    pay_later: "GoPay Later",
    pay_later_hint: "Beli sekarang, bayar nanti",
    savings: "Tabungan GoPay",
    linked_hint: "Akun ini sudah kamu hubungkan ke penjual.",
    pay: "Bayar",
    paying: "Memproses…",
    cancel: "Batalkan pembayaran",
    promise: "PIN hanya dipakai untuk pembayaran ini dan tidak pernah dikirim ke penjual.",

    title_consent: "Hubungkan akun",
    consent_who: "Penjual ini ingin terhubung dengan akunmu",
    consent_what: "Setelah terhubung, penjual ini bisa menagih akunmu untuk pesananmu. Tagihan di bawah Rp100.000 dan tagihan rutin bisa tanpa PIN. Kamu bisa memutusnya kapan saja.",
    consent_give: "Hubungkan",
    consent_refuse: "Jangan hubungkan",
    consent_promise: "PIN dan kode hanya dipakai untuk menghubungkan akun dan tidak pernah dikirim ke penjual.",
    otp: "Kode OTP",
    otp_hint: "Kode sekali pakai untuk nomor di atas",
    error_consent_title: "Akun belum terhubung",
    error_consent_incomplete: "Isi kode OTP dan PIN 6 angka dulu, ya.",
    error_consent_stale: "Halaman ini sudah terlalu lama terbuka. Isi lagi untuk melanjutkan; akunmu belum terhubung.",
    error_otp_or_pin: "Kode OTP atau PIN salah. Periksa lagi, lalu coba sekali lagi.",
    consent_gone: "Permintaan tidak berlaku",
    consent_gone_text: "Tautan ini sudah lewat waktunya atau bukan buatan kami. Mulai lagi dari penjual, dan jangan isi PIN di halaman lain yang mengaku dari kami.",
    consent_elsewhere: "Formulir ini dikirim dari situs lain. Akunmu belum terhubung; mulai lagi dari penjual.",
    consent_unavailable: "Kami belum bisa menghubungkan akunmu. Muat ulang sebelum mencoba lagi.",

    title_scan: "Bayar dengan QRIS",
    scanned: "Isi kode QR",
    scanned_hint: "Tempel teks yang terbaca dari kode QR; awalnya 000201.",
    go_on: "Lanjut",
    error_code_title: "Kode belum bisa dibayar",
    error_code: "Teks ini bukan kode QRIS yang utuh. Pindai atau salin lagi dari awal sampai akhir.",
    error_code_unknown: "Kode ini bukan tagihan yang kami kenal. Minta kode baru ke penjual.",

    error_title: "Pembayaran belum berhasil",
    error_incomplete: "Isi nomor HP dan PIN 6 angka dulu, ya.",
    error_phone_or_pin: "Nomor HP atau PIN salah. Periksa lagi, lalu coba sekali lagi.",
    error_pin: "PIN salah. Periksa lagi, lalu coba sekali lagi.",
    error_pin_missing: "Isi PIN 6 angka dulu, ya.",
    error_too_many: "Terlalu banyak percobaan. Tunggu setengah jam sebelum mencoba lagi.",
    error_funds: "Saldo tidak cukup. Pilih sumber dana lain atau isi saldo dulu.",
    error_stale: "Halaman ini sudah terlalu lama terbuka. Isi PIN lagi untuk melanjutkan; belum ada uang yang berpindah.",

    paid: "Pembayaran berhasil",
    paid_text: "Uangmu sudah diteruskan ke penjual.",
    declined: "Pembayaran dibatalkan",
    declined_text: "Kamu membatalkan pembayaran ini. Saldo tidak dipotong.",
    denied: "Pembayaran ditolak",
    cancelled: "Pesanan dibatalkan penjual",
    cancelled_text: "Penjual menarik kembali tagihan ini. Saldo tidak dipotong.",
    expired: "Waktu pembayaran habis",
    expired_text: "Batas waktunya sudah lewat. Buat pesanan baru di penjual untuk mencoba lagi.",
    failed: "Pembayaran gagal",
    failed_text: "Ada gangguan teknis. Saldo tidak dipotong; coba lagi dari penjual.",
    merchant: "Penjual",
    method: "Sumber dana",
    reference: "Nomor referensi",
    time: "Waktu",
    back_to: "Kembali ke",
    back_soon: "Kamu akan kembali ke penjual dalam beberapa detik.",
    close_this: "Kamu bisa menutup halaman ini.",

    not_found: "Tagihan tidak ditemukan",
    not_found_text: "Tautan ini tidak lengkap atau bukan buatan kami. Buka lagi dari aplikasi penjual, dan jangan isi PIN di halaman lain yang mengaku dari kami.",
    unavailable: "Sedang ada gangguan",
    unavailable_text: "Kami belum bisa memastikan pembayaran ini. Muat ulang untuk melihat keadaannya sebelum mencoba lagi.",
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

    title_review: "Review payment",
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
    source: "Pay with",
    wallet_hint: "Taken from the balance right away",
    pay_later: "GoPay Later",
    pay_later_hint: "Buy now, pay later",
    savings: "GoPay savings",
    linked_hint: "You have linked this account to the merchant.",
    pay: "Pay",
    paying: "Processing…",
    cancel: "Cancel payment",
    promise: "The PIN is used for this payment only and is never passed on to the merchant.",

    title_consent: "Link your account",
    consent_who: "This merchant wants to link your account",
    consent_what: "Once linked, this merchant can charge your account for your orders. Charges below Rp100.000 and recurring ones may come without your PIN. You can unlink at any time.",
    consent_give: "Link",
    consent_refuse: "Do not link",
    consent_promise: "The PIN and the code are used to link the account only and are never passed on to the merchant.",
    otp: "One-time password",
    otp_hint: "The code for the number above",
    error_consent_title: "The account is not linked yet",
    error_consent_incomplete: "Please fill in the one-time password and the 6-digit PIN first.",
    error_consent_stale: "This page was open for too long. Fill it in again to go on; nothing is linked yet.",
    error_otp_or_pin: "The one-time password or the PIN is wrong. Check both and try once more.",
    consent_gone: "This request does not count",
    consent_gone_text: "This link has run out of time, or we did not make it. Start again from the merchant, and do not enter your PIN on another page that claims to be us.",
    consent_elsewhere: "This form was sent from another site. Nothing is linked; start again from the merchant.",
    consent_unavailable: "We cannot link your account yet. Reload before you try again.",

    title_scan: "Pay with QRIS",
    scanned: "What the QR code says",
    scanned_hint: "Paste the text that was read from the QR code; it starts with 000201.",
    go_on: "Continue",
    error_code_title: "This code cannot be paid yet",
    error_code: "This text is not a whole QRIS code. Scan it again, or copy it from beginning to end.",
    error_code_unknown: "We know no bill with this code. Ask the merchant for a new one.",

    error_title: "The payment has not gone through",
    error_incomplete: "Please fill in the phone number and the 6-digit PIN first.",
    error_phone_or_pin: "The phone number or the PIN is wrong. Check both and try once more.",
    error_pin: "The PIN is wrong. Check it and try once more.",
    error_pin_missing: "Please fill in the 6-digit PIN first.",
    error_too_many: "Too many attempts. Wait half an hour before you try again.",
    error_funds: "The balance is not enough. Choose another source or top up first.",
    error_stale: "This page was open for too long. Enter the PIN again to go on; no money has moved.",

    paid: "Payment successful",
    paid_text: "The money has been passed on to the merchant.",
    declined: "Payment cancelled",
    declined_text: "You cancelled this payment. Nothing was taken from the balance.",
    denied: "Payment declined",
    cancelled: "Cancelled by the merchant",
    cancelled_text: "The merchant withdrew this bill. Nothing was taken from the balance.",
    expired: "Time is up",
    expired_text: "The time to pay has passed. Place a new order with the merchant to try again.",
    failed: "Payment failed",
    failed_text: "Something broke on our side. Nothing was taken from the balance; try again from the merchant.",
    merchant: "Merchant",
    method: "Paid with",
    reference: "Reference",
    time: "Time",
    back_to: "Back to",
    back_soon: "You will return to the merchant in a few seconds.",
    close_this: "You can close this page.",

    not_found: "No such bill",
    not_found_text: "This link is incomplete, or we did not make it. Open it again from the merchant's app, and do not enter your PIN on another page that claims to be us.",
    unavailable: "Something is not working",
    unavailable_text: "We cannot tell yet what became of this payment. Reload to see where it stands before you try again.",
    try_again: "Reload",
    refused: "Request refused",
    refused_text: "This form was sent from another site. No money has moved; open the payment page from the merchant again.",

    gopay: MethodText {
        name: "GoPay",
        account: "Your GoPay account",
        phone_hint: "The number registered with GoPay, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "GoPay balance",
        error_pay_later: "GoPay Later is not active for this account. Choose the GoPay balance.",
        denied_text: "GoPay cannot take this payment from this account. Nothing was taken from the balance.",
    },
    shopeepay: MethodText {
        name: "ShopeePay",
        account: "Your ShopeePay account",
        phone_hint: "The number registered with ShopeePay, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "ShopeePay balance",
        error_pay_later: "ShopeePay pays from its balance only.",
        denied_text: "ShopeePay cannot take this payment from this account. Nothing was taken from the balance.",
    },
    dana: MethodText {
        name: "DANA",
        account: "Your DANA account",
        phone_hint: "The number registered with DANA, such as 0812\u{a0}3456\u{a0}7890",
        wallet: "DANA balance",
        error_pay_later: "DANA pays from its balance only.",
        denied_text: "DANA cannot take this payment from this account. Nothing was taken from the balance.",
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
    fn each_language_offers_the_other() {
        for language in [Language::Indonesian, Language::English] {
            assert_eq!(language.other().other(), language);
            assert_ne!(Text::of(language).paid, Text::of(language.other()).paid);
        }
        assert_eq!(INDONESIAN.other_language, "English");
    }
}
