//! One colour, and the shades of it that can be read on light and on dark pages.
//!
//! Contrast is the ratio of WCAG 2: 4.5 for text. A colour that is too light for a light page is refused at start; the
//! dark page's shade is made from it.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};

/// The least contrast of text.
const CONTRAST_MIN: f64 = 4.5;
/// How much of the colour its soft shade has, in per cent: on light pages and on dark ones.
const SOFT_LIGHT: u8 = 10;
const SOFT_DARK: u8 = 20;
/// What the pages' own style sheet has behind its text: ground and card, by light and by dark.
const LIGHT_GROUNDS: [Colour; 2] = [Colour([0xf3, 0xf3, 0xf8]), WHITE];
const DARK_GROUNDS: [Colour; 2] = [Colour([0x10, 0x11, 0x1b]), Colour([0x19, 0x1b, 0x29])];
const WHITE: Colour = Colour([0xff; 3]);
/// Text on a light button.
const NIGHT: Colour = Colour([0x10, 0x11, 0x1b]);

/// A colour that text can have on a light page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Reads `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// The brand's values of the pages' variables.
    pub fn style_sheet(self) -> String {
        let dark = self.dark();
        let (soft, dark_soft) = (self.soft_light(), dark.soft_dark());
        format!(
            ":root {{ --accent: {self}; --on-accent: {WHITE}; --accent-soft: {soft}; }}\n\
             @media (prefers-color-scheme: dark) {{\n  \
             :root {{ --accent: {dark}; --on-accent: {NIGHT}; --accent-soft: {dark_soft}; }}\n}}\n"
        )
    }

    /// `percent` of this colour and the rest of another.
    fn mixed(self, percent: u8, other: Self) -> Self {
        let mix = |at: usize| {
            let (own, rest) = (u16::from(self.0[at]), u16::from(other.0[at]));
            let percent = u16::from(percent);
            u8::try_from((own * percent + rest * (100 - percent)) / 100).unwrap_or(u8::MAX)
        };
        Self([mix(0), mix(1), mix(2)])
    }

    fn soft_light(self) -> Self {
        self.mixed(SOFT_LIGHT, WHITE)
    }

    fn soft_dark(self) -> Self {
        self.mixed(SOFT_DARK, DARK_GROUNDS[1])
    }

    /// The least contrast that this has as text on a light page.
    fn contrast_light(self) -> f64 {
        self.least_contrast(&LIGHT_GROUNDS, self.soft_light())
    }

    fn contrast_dark(self) -> f64 {
        self.least_contrast(&DARK_GROUNDS, self.soft_dark())
    }

    fn least_contrast(self, grounds: &[Self], soft: Self) -> f64 {
        grounds.iter().chain([&soft]).map(|ground| contrast(self, *ground)).fold(f64::INFINITY, f64::min)
    }

    /// The shade nearest to this one that can be read on a light page: darker, if need be.
    fn light(self) -> Self {
        let shades = (0..=100).rev().map(|percent| self.mixed(percent, NIGHT));
        shades.into_iter().find(|shade| shade.contrast_light() >= CONTRAST_MIN).unwrap_or(NIGHT)
    }

    /// The shade nearest to this one that can be read on a dark page: lighter, if need be.
    fn dark(self) -> Self {
        let shades = (0..=100).rev().map(|percent| self.mixed(percent, WHITE));
        shades.into_iter().find(|shade| shade.contrast_dark() >= CONTRAST_MIN).unwrap_or(WHITE)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Refuses what is no colour, and what cannot be read.
impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let colour = Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("{text:?} is not a colour as #rrggbb")))?;
        let found = colour.contrast_light();
        if found < CONTRAST_MIN {
            let nearest = colour.light();
            return Err(D::Error::custom(format!(
                "{text} has a contrast of {found:.1} to the page, and text needs {CONTRAST_MIN}; {nearest} is the \
                 nearest that has it"
            )));
        }
        Ok(colour)
    }
}

/// The contrast of two colours, from 1 to 21.
#[expect(clippy::float_arithmetic, reason = "the standard defines contrast by powers; no money is involved")]
fn contrast(one: Colour, other: Colour) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[expect(clippy::float_arithmetic, reason = "the standard defines luminance by powers; no money is involved")]
fn luminance(colour: Colour) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.0;
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_the_standards() {
        let check = |one: &str, other: &str, expected: &str| {
            let (one, other) = (Colour::parse(one).unwrap(), Colour::parse(other).unwrap());
            assert_eq!(format!("{:.2}", contrast(one, other)), expected);
            assert_eq!(format!("{:.2}", contrast(other, one)), expected);
        };
        check("#000000", "#ffffff", "21.00");
        check("#777777", "#ffffff", "4.48");
        check("#1f5673", "#ffffff", "7.96");
        check("#123456", "#123456", "1.00");
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(Colour::parse(text).map(|colour| colour.to_string()).as_deref(), expected, "{text}");
        };
        check("#00529C", Some("#00529c"));
        for text in ["", "#", "#00529", "00529c", "#00529cc", "#00529g", "#é529c", "blue", "#+1+2+3"] {
            check(text, None);
        }
    }

    /// Whatever colour an operator has, what is made of it can be read.
    #[test]
    fn p1_every_shade_can_be_read_by_light_and_by_dark() {
        let steps = [0_u8, 51, 102, 153, 204, 255];
        for red in steps {
            for green in steps {
                for blue in steps {
                    let colour = Colour([red, green, blue]);
                    let (light, dark) = (colour.light(), colour.dark());
                    assert!(light.contrast_light() >= CONTRAST_MIN, "{colour}: {light}");
                    assert!(dark.contrast_dark() >= CONTRAST_MIN, "{colour}: {dark}");
                    assert!(contrast(light, WHITE) >= CONTRAST_MIN, "{colour}: {light}");
                    assert!(contrast(dark, NIGHT) >= CONTRAST_MIN, "{colour}: {dark}");
                    assert!(colour.contrast_light() < CONTRAST_MIN || light == colour);
                }
            }
        }
    }
}
