//! Every word of the container's own pages, once per language.

use lunas_gateway::pages::language::Language;

/// The words of one language.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) title: &'static str,
    pub(super) intro: &'static str,
    pub(super) url: &'static str,
    pub(super) url_hint: &'static str,
    pub(super) open: &'static str,
    pub(super) open_demo: &'static str,
    pub(super) options: &'static str,
    pub(super) option_direct: &'static str,
    pub(super) option_no_bridge: &'static str,
    pub(super) option_keys: &'static str,
    pub(super) option_outcome: &'static str,
    pub(super) outcome_real: &'static str,
    pub(super) bad_url: &'static str,
    pub(super) not_here: &'static str,
    pub(super) mini_app: &'static str,
    pub(super) payment: &'static str,
    pub(super) back: &'static str,
    pub(super) close: &'static str,
    pub(super) return_to_app: &'static str,
    pub(super) returns_soon: &'static str,
    pub(super) stay: &'static str,
    pub(super) needs_script: &'static str,
    pub(super) unshown: &'static str,
    pub(super) no_bridge: &'static str,
    pub(super) no_bridge_direct: &'static str,
}

impl Text {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        language.pick(&INDONESIAN, &ENGLISH)
    }
}

static INDONESIAN: Text = Text {
    title: "Wadah mini app",
    intro: "Buka halaman mini app di sini, persis seperti di dalam super-app: window.gpContainer tersedia dan launchPayment membuka halaman pembayaran.",
    url: "Alamat mini app",
    url_hint: "Alamat di komputer ini, misalnya http://localhost:3000/",
    open: "Buka mini app",
    open_demo: "Coba kedai kopi contoh",
    options: "Pilihan untuk pengujian",
    option_direct: "Tanpa perantara: halaman memuat sendiri /container/gp-container.js",
    option_no_bridge: "Tanpa gpContainer, seperti di luar super-app",
    option_keys: "Nama kunci galat gaya V1 (errorCode)",
    option_outcome: "Jawaban launchPayment",
    outcome_real: "sesuai halaman pembayaran",
    bad_url: "Alamat harus lengkap dan diawali http:// atau https://.",
    not_here: "Hanya alamat di komputer ini (localhost, 127.0.0.1) yang bisa dibuka lewat perantara. Untuk alamat lain, pakai pilihan tanpa perantara.",
    mini_app: "Mini app",
    payment: "Pembayaran",
    back: "Kembali",
    close: "Tutup mini app",
    return_to_app: "Kembali ke aplikasi",
    returns_soon: "Kamu akan kembali ke aplikasi dalam 10 detik.",
    stay: "Tetap di sini",
    needs_script: "Wadah ini memerlukan JavaScript.",
    unshown: "Halaman pembayaran tidak dapat ditampilkan. Status pembayaran belum diketahui.",
    no_bridge: "Halaman ini tidak memiliki window.gpContainer: halamannya tidak dimuat lewat wadah ini (misalnya dialihkan ke alamat lain) atau bukan HTML.",
    no_bridge_direct: "Halaman ini tidak memiliki window.gpContainer: halamannya belum memuat /container/gp-container.js dari sandbox ini, atau menolak ditampilkan dalam bingkai.",
};

static ENGLISH: Text = Text {
    title: "Mini-app container",
    intro: "Open a mini app's page here as it would run inside the super-app: window.gpContainer is there, and launchPayment opens the payment page.",
    url: "Address of the mini app",
    url_hint: "An address on this computer, such as http://localhost:3000/",
    open: "Open the mini app",
    open_demo: "Try the demo coffee shop",
    options: "Options for tests",
    option_direct: "No go-between: the page loads /container/gp-container.js by itself",
    option_no_bridge: "No gpContainer, as outside the super-app",
    option_keys: "Error keys in V1 style (errorCode)",
    option_outcome: "What launchPayment answers",
    outcome_real: "what the payment page says",
    bad_url: "The address must be whole and start with http:// or https://.",
    not_here: "Only addresses on this computer (localhost, 127.0.0.1) can be opened through the go-between. For others choose the option without it.",
    mini_app: "Mini app",
    payment: "Payment",
    back: "Back",
    close: "Close the mini app",
    return_to_app: "Back to the app",
    returns_soon: "You will return to the app in 10 seconds.",
    stay: "Stay here",
    needs_script: "The container needs JavaScript.",
    unshown: "The payment page cannot be shown. It is not known yet how the payment stands.",
    no_bridge: "This page has no window.gpContainer: it did not come through the container (it was sent on to another address, say), or it is not HTML.",
    no_bridge_direct: "This page has no window.gpContainer: it does not load /container/gp-container.js from this sandbox, or it refuses to be framed.",
};
