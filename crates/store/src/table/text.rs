//! What tables make of themselves in statements, written where nothing can be allocated: while the program is compiled.
//!
//! A template's pieces are written twice, once to count the bytes and once into as many.

use super::describe::{Change, Table};

/// What a table makes of itself in a statement.
#[derive(Clone, Copy)]
pub(crate) enum Piece<'t> {
    /// Its columns, in their order: those that never change of the first name, the others of the second.
    Columns(&'t Table, &'t str, &'t str),
}

/// What a statement says of a table.
impl Table {
    /// Its columns, for a statement that reads this table alone.
    pub(crate) const fn columns(&self) -> Piece<'_> {
        Piece::Columns(self, "", "")
    }

    /// Its columns under a name that the statement gives it.
    pub(crate) const fn of<'t>(&'t self, name: &'t str) -> Piece<'t> {
        Piece::Columns(self, name, name)
    }

    /// Its columns under such a name, but those that change as the table of its states has them, under another.
    pub(crate) const fn as_of<'t>(&'t self, name: &'t str, states: &'t str) -> Piece<'t> {
        Piece::Columns(self, name, states)
    }
}

/// How many bytes a statement has.
pub(crate) const fn length(template: &str, pieces: &[Piece<'_>]) -> usize {
    let mut count = Writer { bytes: &mut [], at: 0, counts: true };
    count.template(template, pieces);
    count.at
}

/// A statement in so many bytes.
pub(crate) const fn written<const LENGTH: usize>(template: &str, pieces: &[Piece<'_>]) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    let mut writer = Writer { bytes: &mut bytes, at: 0, counts: false };
    writer.template(template, pieces);
    assert!(writer.at == LENGTH, "a statement has as many bytes as were counted");
    bytes
}

/// The same for a table that is known only at run time. It stays for as long as the program runs, so this is for
/// statements that are made once.
pub(crate) fn statement(template: &str, pieces: &[Piece<'_>]) -> &'static str {
    let mut bytes = vec![0; length(template, pieces)];
    let mut writer = Writer { bytes: &mut bytes, at: 0, counts: false };
    writer.template(template, pieces);
    String::from_utf8(bytes).expect("a statement is put together from texts").leak()
}

struct Writer<'b> {
    bytes: &'b mut [u8],
    at: usize,
    /// Whether the bytes are only counted.
    counts: bool,
}

impl Writer<'_> {
    const fn template(&mut self, template: &str, pieces: &[Piece<'_>]) {
        let bytes = template.as_bytes();
        let (mut at, mut next) = (0, 0);
        while at < bytes.len() {
            if bytes[at] == b'{' && at + 1 < bytes.len() && bytes[at + 1] == b'}' {
                assert!(next < pieces.len(), "a template has more places than there are pieces");
                self.piece(pieces[next]);
                next += 1;
                at += 2;
            } else {
                self.byte(bytes[at]);
                at += 1;
            }
        }
        assert!(next == pieces.len(), "a template has fewer places than there are pieces");
    }

    const fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Columns(table, fixed, changing) => self.columns(table, fixed, changing),
        }
    }

    const fn columns(&mut self, table: &Table, fixed: &str, changing: &str) {
        let mut at = 0;
        while at < table.columns.len() {
            let column = &table.columns[at];
            self.separated(at > 0);
            // What nobody keeps is as it is now.
            let name = if matches!(column.change, Change::Changing) { changing } else { fixed };
            if !name.is_empty() {
                self.text(name);
                self.byte(b'.');
            }
            self.text(column.name);
            at += 1;
        }
    }

    const fn separated(&mut self, is_next: bool) {
        if is_next {
            self.text(", ");
        }
    }

    const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self.byte(bytes[at]);
            at += 1;
        }
    }

    const fn byte(&mut self, byte: u8) {
        if !self.counts {
            self.bytes[self.at] = byte;
        }
        self.at += 1;
    }
}
