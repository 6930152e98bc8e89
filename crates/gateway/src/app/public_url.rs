//! The URLs that links in answers started with. Each has a setting of its own and is named by four bytes, so that an
//! answer is made again as it was: by a gateway that has another URL since, and by one beside that which gave it.

use aws_lc_rs::digest::{SHA256, digest};
use lunas_store::{Changes, CommitError, Store, Unavailable, Write};
use lunas_vocab::hex;

use super::App;

/// The beginning of a hash, for what is seldom and never by intent taken for something else.
pub(crate) fn short_hash(bytes: &[u8]) -> [u8; 4] {
    let hash = digest(&SHA256, bytes);
    let Some(short) = hash.as_ref().first_chunk() else { unreachable!("a hash has 32 bytes") };
    *short
}

fn setting(mark: [u8; 4]) -> String {
    format!("public-url-{}", hex(&mark))
}

/// Keeps the URL and gives what stands for it; nothing if that stands for another one already.
pub(super) async fn keep(store: &Store, url: &str) -> Result<Option<[u8; 4]>, CommitError> {
    let mark = short_hash(url.as_bytes());
    let kept = store.setting_find(&setting(mark)).await?;
    if kept.is_none() {
        let put = Write::SettingPut { name: setting(mark), value: url.to_owned() };
        store.commit(Changes::new().with(put)).await?;
    }
    Ok(kept.is_none_or(|kept| kept == url).then_some(mark))
}

impl App {
    /// The URL that links started with where an answer has this in its place.
    pub async fn public_url_of(&self, mark: [u8; 4]) -> Result<Option<String>, Unavailable> {
        if self.public_url_mark == Some(mark) {
            return Ok(Some(self.public_url.clone()));
        }
        self.store.setting_find(&setting(mark)).await
    }
}
