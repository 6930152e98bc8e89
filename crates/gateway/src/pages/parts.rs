//! The parts of a page that every page has, also those of other rooms.

use askama::Template;

use super::asset;
use super::language::Language;
use crate::brand::Brand;

/// What the head of a page begins with: the encoding, how it is scaled, and its icon.
#[derive(Debug, Template)]
#[template(path = "head.html")]
pub struct Head<'a> {
    brand: &'a Brand,
}

/// Whose page it is: the operator's logo and name.
#[derive(Debug, Template)]
#[template(path = "brand.html")]
pub struct BrandLine<'a> {
    brand: &'a Brand,
    language: Language,
}

/// What the head of a page begins with.
pub fn head(brand: &Brand) -> Head<'_> {
    Head { brand }
}

/// Whose page it is.
pub fn brand_line(brand: &Brand, language: Language) -> BrandLine<'_> {
    BrandLine { brand, language }
}
