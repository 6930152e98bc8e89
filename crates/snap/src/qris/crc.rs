//! The checksum at the end of a code: CRC-16 with the polynomial 0x1021 and the start value 0xFFFF.

const POLYNOMIAL: u16 = 0x1021;
const START: u16 = 0xFFFF;

/// The checksum of some bytes (known as CRC-16/CCITT-FALSE: nothing reflected, nothing inverted at the end).
///
/// It runs bit by bit: a code has two hundred bytes and is made once per order.
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(START, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            let shifted = crc << 1;
            if crc & 0x8000 == 0 { shifted } else { shifted ^ POLYNOMIAL }
        })
    })
}
