//! Every word of the demo shop, once per language.

use lunas_gateway::pages::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) tagline: &'static str,
    pub(super) menu: &'static str,
    pub(super) less: &'static str,
    pub(super) more: &'static str,
    pub(super) total: &'static str,
    pub(super) pay: &'static str,
    pub(super) needs_script: &'static str,
    pub(super) failed_to_order: &'static str,
    pub(super) order: &'static str,
    pub(super) checking: &'static str,
    pub(super) checking_text: &'static str,
    pub(super) paid: &'static str,
    pub(super) paid_text: &'static str,
    pub(super) open: &'static str,
    pub(super) open_text: &'static str,
    pub(super) go_on: &'static str,
    pub(super) over: &'static str,
    pub(super) over_text: &'static str,
    pub(super) order_again: &'static str,
    pub(super) app_said: &'static str,
    pub(super) backend_says: &'static str,
    pub(super) confirmed_by: &'static str,
}

impl Text {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        language.pick(&INDONESIAN, &ENGLISH)
    }
}

static INDONESIAN: Text = Text {
    tagline: "Diseduh pelan, siap diambil 10 menit lagi.",
    menu: "Pesananmu",
    less: "Kurangi",
    more: "Tambah",
    total: "Total",
    pay: "Bayar",
    needs_script: "Kedai contoh ini memerlukan JavaScript.",
    failed_to_order: "Pesanan belum bisa dibuat. Coba lagi sebentar lagi.",
    order: "Pesanan",
    checking: "Memeriksa pembayaran…",
    checking_text: "Kami menunggu kepastian dari penyedia pembayaran, bukan dari aplikasi.",
    paid: "Terima kasih, sudah lunas!",
    paid_text: "Barista mulai menyiapkan pesananmu.",
    open: "Pembayaran belum selesai",
    open_text: "Pesananmu masih kami simpan. Kamu bisa melanjutkan pembayaran.",
    go_on: "Lanjutkan pembayaran",
    over: "Pembayaran tidak jadi",
    over_text: "Tidak ada uang yang diterima untuk pesanan ini.",
    order_again: "Pesan lagi",
    app_said: "Kata aplikasi",
    backend_says: "Kata server kedai",
    confirmed_by: "dipastikan lewat",
};

static ENGLISH: Text = Text {
    tagline: "Brewed slowly, ready for pick-up in ten minutes.",
    menu: "Your order",
    less: "Fewer",
    more: "More",
    total: "Total",
    pay: "Pay",
    needs_script: "The demo shop needs JavaScript.",
    failed_to_order: "The order could not be placed. Try again in a moment.",
    order: "Order",
    checking: "Checking the payment…",
    checking_text: "We wait for word from the payment provider, not from the app.",
    paid: "Thank you, it is paid!",
    paid_text: "The barista is on your order now.",
    open: "The payment is not finished",
    open_text: "We keep your order. You can go on with the payment.",
    go_on: "Go on with the payment",
    over: "No payment was made",
    over_text: "No money has been received for this order.",
    order_again: "Order again",
    app_said: "The app says",
    backend_says: "The shop's server says",
    confirmed_by: "confirmed by",
};
