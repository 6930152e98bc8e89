//! Draws the text of a QR code, as a PNG and as an SVG that any camera reads.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The white margin around a code, in modules; scanners want four.
const MARGIN: usize = 4;
/// The pixels of a module's edge in a PNG.
const SCALE: usize = 8;

/// The most bytes of a text that is drawn.
pub(crate) const TEXT_MAX: usize = lunas_snap::qris::PAYLOAD_MAX;

/// The dark and light squares of a code, its margin included.
struct Modules {
    code: QrCode,
}

impl Modules {
    /// # Panics
    ///
    /// Never: the most characters that a payload has fit into a code, as the tests prove.
    fn of(text: &str) -> Self {
        let code = QrCode::with_error_correction_level(text, EcLevel::M);
        Self { code: code.expect("a payload is within what a code can hold") }
    }

    /// Modules of an edge, with the margin on both sides.
    fn edge(&self) -> usize {
        self.code.width() + 2 * MARGIN
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let within = MARGIN..MARGIN + self.code.width();
        within.contains(&x) && within.contains(&y) && self.code[(x - MARGIN, y - MARGIN)] == Color::Dark
    }
}

/// The code as a PNG of black and white.
pub(crate) fn png(text: &str) -> Vec<u8> {
    let modules = Modules::of(text);
    let pixels = modules.edge() * SCALE;
    let mut rows = Vec::with_capacity(pixels * pixels.div_ceil(8));
    for y in 0..modules.edge() {
        let mut row = vec![0_u8; pixels.div_ceil(8)];
        for x in (0..pixels).filter(|x| !modules.is_dark(x / SCALE, y)) {
            row[x / 8] |= 0x80 >> (x % 8);
        }
        for _ in 0..SCALE {
            rows.extend_from_slice(&row);
        }
    }
    let edge = u32::try_from(pixels).expect("a code has a few hundred modules at the most");
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, edge, edge);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows));
    written.expect("rows of the right length can be written to memory");
    file
}

/// The code as an SVG of one path.
pub(crate) fn svg(text: &str) -> String {
    let modules = Modules::of(text);
    let edge = modules.edge();
    let mut path = String::new();
    for y in 0..edge {
        for x in (0..edge).filter(|x| modules.is_dark(*x, y)) {
            write!(path, "M{x} {y}h1v1h-1z").expect("a string takes whatever is written");
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {edge} {edge}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{edge}v{edge}h-{edge}z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_pictures_show_the_same_modules() {
        let text = "00020101021226610014COM.GO-JEK.WWW01189360091430000000120210G0000000010303UMI";
        let modules = Modules::of(text);
        let file = png(text);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        let mut rows = vec![0; reader.output_buffer_size().unwrap()];
        let shown = reader.next_frame(&mut rows).unwrap();
        let edge = modules.edge();
        assert_eq!((shown.width, shown.height), (u32::try_from(edge * SCALE).unwrap(), shown.width));
        let drawn = svg(text);
        for y in 0..edge {
            for x in 0..edge {
                let (px, py) = (x * SCALE + SCALE / 2, y * SCALE + SCALE / 2);
                let is_white = rows[py * shown.line_size + px / 8] & (0x80 >> (px % 8)) != 0;
                assert_eq!(is_white, !modules.is_dark(x, y), "{x} {y}");
                assert_eq!(drawn.contains(&format!("M{x} {y}h1")), modules.is_dark(x, y), "{x} {y}");
            }
        }
    }

    #[test]
    fn the_longest_payload_fits() {
        let longest = "a".repeat(TEXT_MAX);
        assert!(Modules::of(&longest).edge() > Modules::of("a").edge());
    }
}
