//! What the start page of a sandbox says: everything that is there to be tried, and where it is described.

use lunas_gateway::pages::language::Language;
use lunas_gateway::pages::{Start, Way};

/// Where the documentation lies.
const DOCUMENTATION: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs");

/// The start page; `file` is where `sandbox.json` lies.
pub(crate) fn page(language: Language, file: &str) -> Start {
    Start {
        title: language.pick("Sandbox pembayaran", "Payment sandbox"),
        sentence: language.pick(
            "Gerbang pembayaran ini berisi uang mainan. Panggilan API dikirim ke jalur yang diawali /v1.0/.",
            "This payment gateway holds play money. API calls go to the paths under /v1.0/.",
        ),
        ways: ways(language, file),
    }
}

fn ways(language: Language, file: &str) -> Vec<Way> {
    let way = |href: &str, name, sentence| Way { href: href.to_owned(), name, sentence, path: String::new() };
    vec![
        way(
            "/demo",
            language.pick("Toko contoh", "Demo shop"),
            language.pick(
                "Pesan kopi dan bayar dengan uang mainan.",
                "Order a coffee and pay it with play money.",
            ),
        ),
        way(
            "/container",
            language.pick("Wadah mini app", "Mini-app container"),
            language.pick(
                "Membuka mini app-mu seperti di dalam aplikasi pembayaran.",
                "Shows your mini app as the payment app would.",
            ),
        ),
        way(
            "/app/qris",
            language.pick("Bayar kode QR", "Pay a QR code"),
            language.pick("Tempel teks kode QR, lalu bayar.", "Paste the text of a QR code, and pay it."),
        ),
        Way {
            path: file.to_owned(),
            ..way(
                &format!("{DOCUMENTATION}/sandbox.md"),
                language.pick("Panduan sandbox", "Sandbox guide"),
                language.pick("Kredensial ada di berkas", "The credentials are in the file"),
            )
        },
        way(
            &format!("{DOCUMENTATION}/integration.md"),
            language.pick("Panduan integrasi", "Integration guide"),
            language.pick(
                "Cara menandatangani, memanggil, dan menerima notifikasi.",
                "How to sign, call, and receive notifications.",
            ),
        ),
    ]
}
