//! The logo's file: a PNG or an SVG, small enough for a slow phone. What it is counts, not what it is called.

use std::path::Path;

use super::fingerprint;

/// The most bytes of a logo. Every customer loads it.
const BYTES_MAX: u64 = 64 * 1024;
/// The fewest and the most pixels of a PNG's edge: it is shown 32 pixels high, on screens of up to four to one.
const EDGE_MIN: u32 = 32;
const EDGE_MAX: u32 = 1024;

/// A picture that browsers show.
#[derive(Debug)]
pub struct Logo {
    /// The file.
    pub bytes: Vec<u8>,
    kind: Kind,
    pub(super) fingerprint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Svg,
}

impl Logo {
    /// Reads a file, or says what is wrong with it.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
        if about.len() > BYTES_MAX {
            return Err(format!("it has {} bytes; a logo may have {BYTES_MAX}", about.len()));
        }
        Self::new(std::fs::read(path).map_err(|error| error.to_string())?)
    }

    fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let kind = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            check_png(&bytes)?;
            Kind::Png
        } else if is_svg(&bytes) {
            Kind::Svg
        } else {
            return Err("it is neither a PNG nor an SVG".to_owned());
        };
        Ok(Self { fingerprint: fingerprint(&bytes), bytes, kind })
    }

    /// Its `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        match self.kind {
            Kind::Png => "image/png",
            Kind::Svg => "image/svg+xml",
        }
    }

    /// The name it is served under.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Png => "brand-logo.png",
            Kind::Svg => "brand-logo.svg",
        }
    }

    /// Whether `fingerprint` is that of this file.
    pub fn is(&self, fingerprint: &str) -> bool {
        self.fingerprint == fingerprint
    }
}

/// Reads the whole picture: one that breaks off is found here and not by customers.
fn check_png(bytes: &[u8]) -> Result<(), String> {
    let broken = |error: png::DecodingError| format!("it is a broken PNG: {error}");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(broken)?;
    let (width, height) = (reader.info().width, reader.info().height);
    let allowed = EDGE_MIN..=EDGE_MAX;
    if !allowed.contains(&width) || !allowed.contains(&height) {
        return Err(format!("it has {width} × {height} pixels; each edge may have {EDGE_MIN} to {EDGE_MAX}"));
    }
    while reader.next_row().map_err(broken)?.is_some() {}
    Ok(())
}

/// Whether the first element is `svg`, after what may stand before it.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        let Some((_, after)) = rest.split_once(end) else { return false };
        rest = after.trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|after| after.starts_with([' ', '>', '\n', '\r', '\t']))
        && rest.contains("</svg>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let edge = |pixels: u32| usize::try_from(pixels).unwrap();
        let rows = vec![0x7f; edge(width) * edge(height)];
        encoder.write_header().unwrap().write_image_data(&rows).unwrap();
        file
    }

    #[test]
    fn p1_a_logo_is_a_whole_picture_of_a_sensible_size() {
        let check = |bytes: Vec<u8>, expected: Result<&str, &str>| match (Logo::new(bytes), expected) {
            (Ok(logo), Ok(content_type)) => assert_eq!(logo.content_type(), content_type),
            (Err(told), Err(part)) => assert!(told.contains(part), "{told}"),
            (found, expected) => panic!("{found:?}, not {expected:?}"),
        };
        check(png(32, 32), Ok("image/png"));
        check(png(1024, 64), Ok("image/png"));
        check(png(31, 64), Err("31 × 64 pixels"));
        check(png(64, 1025), Err("64 × 1025 pixels"));
        let whole = png(64, 64);
        check(whole[..whole.len() / 2].to_vec(), Err("broken PNG"));
        check(b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>".to_vec(), Ok("image/svg+xml"));
        let long =
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- a --><!DOCTYPE svg>\n<svg\n viewBox=\"0 0 1 1\"></svg>\n";
        check(long.as_bytes().to_vec(), Ok("image/svg+xml"));
        for other in
            [&b""[..], b"<html></html>", b"<svgx></svgx>", b"<svg>", b"\xff\xd8\xff\xe0", b"GIF89a", b"<!--"]
        {
            check(other.to_vec(), Err("neither a PNG nor an SVG"));
        }
    }

    #[test]
    fn p1_a_logo_that_is_too_large_is_not_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("logo.svg");
        std::fs::write(&path, vec![b' '; 64 * 1024 + 1]).unwrap();
        assert!(Logo::read(&path).unwrap_err().contains("65537 bytes"));
        std::fs::write(&path, "<svg></svg>").unwrap();
        assert_eq!(Logo::read(&path).unwrap().name(), "brand-logo.svg");
    }
}
