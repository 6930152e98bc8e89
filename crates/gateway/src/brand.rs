//! The operator's brand, as customers see it on every page: a name, a logo, a colour, and whom to ask for help.
//!
//! It is read and checked at start, so that no customer meets text that cannot be read or a picture that does not load.
//! Layout and words are the pages' own.

mod colour;
mod logo;
mod support;

use std::path::PathBuf;

use aws_lc_rs::digest;
use lunas_vocab::hex;
use serde::Deserialize;

pub use colour::Colour;
pub use logo::Logo;
pub use support::Support;

/// The most characters of a name: what fits beside a logo on the narrowest phone.
const NAME_CHARS_MAX: usize = 40;
/// The word for "paid" in Indonesian. Over a bill that is not, it is a lie.
const PAID: &str = "lunas";
/// Bytes of a hash that tell one brand's file from another's.
const FINGERPRINT_LEN: usize = 8;

/// `[brand]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What customers call the operator; empty for a neutral heading.
    pub name: String,
    /// Where the logo lies; empty for a neutral mark.
    pub logo_file: PathBuf,
    /// The colour of buttons and links.
    pub colour: Colour,
    /// An e-mail address, a phone number or a web page; empty for none.
    pub support: Support,
}

/// Why a brand is not shown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name cannot head a page.
    #[error("brand.name {0}")]
    Name(String),
    /// The logo cannot be shown.
    #[error("brand.logo_file {path}: {reason}")]
    Logo {
        /// Which file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// A brand that can be shown.
#[derive(Debug)]
pub struct Brand {
    /// What customers call the operator, if there is a name.
    pub name: Option<String>,
    /// Whom a customer asks for help, if there is anybody.
    pub support: Support,
    /// The logo, if there is one.
    pub logo: Option<Logo>,
    /// The style sheet with the brand's colours.
    pub css: String,
    css_fingerprint: String,
}

impl Settings {
    /// Whether the name can head a page; if not, why.
    pub fn check_name(&self) -> Result<(), String> {
        let name = self.name.as_str();
        let refuse = |reason: &str| Err(format!("{name:?} {reason}"));
        if name.chars().count() > NAME_CHARS_MAX {
            return refuse(&format!("is longer than {NAME_CHARS_MAX} characters"));
        }
        if name.trim() != name || name.chars().any(char::is_control) {
            return refuse("begins or ends with a blank, or has a control character");
        }
        let mut words = name.split(|c: char| !c.is_alphanumeric());
        if words.any(|word| word.to_lowercase() == PAID) {
            return refuse("says \"paid\" to an Indonesian, over bills that are not");
        }
        Ok(())
    }
}

impl Brand {
    /// Reads the logo and makes the rest.
    pub fn load(settings: &Settings) -> Result<Self, Error> {
        settings.check_name().map_err(Error::Name)?;
        let path = settings.logo_file.as_path();
        let logo = match path.as_os_str().is_empty() {
            true => None,
            false => Some(Logo::read(path).map_err(|reason| {
                let path = path.display().to_string();
                Error::Logo { path, reason }
            })?),
        };
        let css = settings.colour.style_sheet();
        Ok(Self {
            name: Some(settings.name.clone()).filter(|name| !name.is_empty()),
            support: settings.support.clone(),
            css_fingerprint: fingerprint(css.as_bytes()),
            css,
            logo,
        })
    }

    /// The name, or what pages are headed with where there is none.
    pub fn name_or<'a>(&'a self, neutral: &'a str) -> &'a str {
        self.name.as_deref().unwrap_or(neutral)
    }

    /// The path of the style sheet, which names its contents.
    pub fn css_path(&self) -> String {
        format!("/assets/{}/brand.css", self.css_fingerprint)
    }

    /// The path of the logo, if there is one.
    pub fn logo_path(&self) -> Option<String> {
        self.logo.as_ref().map(|logo| format!("/assets/{}/{}", logo.fingerprint, logo.name()))
    }

    /// Whether `fingerprint` is that of the style sheet as it is.
    pub fn is_css(&self, fingerprint: &str) -> bool {
        self.css_fingerprint == fingerprint
    }
}

/// A few bytes of a hash: enough to tell one file from another.
fn fingerprint(bytes: &[u8]) -> String {
    hex(&digest::digest(&digest::SHA256, bytes).as_ref()[..FINGERPRINT_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn settings(lines: &str) -> Result<Settings, String> {
        Config::read(&format!("[brand]\n{lines}")).map(|config| config.brand).map_err(|e| e.to_string())
    }

    #[test]
    fn p1_the_default_is_neutral_and_every_setting_is_checked_at_start() {
        let brand = Brand::load(&settings("").unwrap()).unwrap();
        assert!(brand.name.is_none() && brand.logo.is_none() && brand.support.is_none());
        let check = |lines: &str, expected: Option<&str>| {
            let found = settings(lines).and_then(|s| Brand::load(&s).map_err(|e| e.to_string()));
            match (found, expected) {
                (Ok(_), None) => {}
                (Err(told), Some(part)) => assert!(told.contains(part), "{lines}: {told}"),
                (found, expected) => panic!("{lines}: {:?}, not {expected:?}", found.map(|_| ())),
            }
        };
        check("name = \"Dompet Kita\"\ncolour = \"#00529c\"\nsupport = \"bantuan@dompet.example\"", None);
        for name in ["Lunas", "LUNAS Pay", "Bayar-lunas!"] {
            check(&format!("name = {name:?}"), Some("says \"paid\""));
        }
        check("name = \"Lunasari\"", None);
        check("name = \" Dompet\"", Some("begins or ends with a blank"));
        check("name = \"Dompet\\nKita\"", Some("control character"));
        check(&format!("name = \"{}\"", "x".repeat(41)), Some("longer than 40"));
        check("color = \"#00529c\"", Some("color"));
        check("colour = \"blue\"", Some("#rrggbb"));
        check("colour = \"#ffcc00\"", Some("contrast"));
        check("support = \"ask us\"", Some("e-mail address"));
        check("logo_file = \"/nowhere/logo.png\"", Some("brand.logo_file /nowhere/logo.png"));
    }

    #[test]
    fn paths_name_their_contents() {
        let of = |lines: &str| Brand::load(&settings(lines).unwrap()).unwrap();
        let (one, other) = (of("colour = \"#00529c\""), of("colour = \"#8b1a1a\""));
        assert_ne!(one.css_path(), other.css_path());
        assert!(one.is_css(&one.css_fingerprint) && !one.is_css(&other.css_fingerprint));
        assert_eq!(one.logo_path(), None);
    }
}
