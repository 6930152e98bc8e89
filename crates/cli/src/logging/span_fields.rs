//! What is known of the work at hand, as its spans keep it, and what a line says itself: each field written once, when it
//! becomes known, in the form that lines have it in.

use std::fmt::{self, Debug, Write};

use lunas_gateway::config::LogFormat;
use tracing::field::{Field, Visit};
use tracing_subscriber::fmt::format::Writer;

/// Stands behind each field. Values are written with their control characters escaped, so none has it.
const END: char = '\u{1e}';

/// Writes the fields of a span or of a line.
pub(super) struct Keeper<'a> {
    writer: Writer<'a>,
    format: LogFormat,
    result: fmt::Result,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(writer: Writer<'a>, format: LogFormat) -> Self {
        Self { writer, format, result: Ok(()) }
    }

    pub(super) fn finish(self) -> fmt::Result {
        self.result
    }

    fn keep(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>, LogFormat) -> fmt::Result) {
        let written = || {
            self.writer.write_str(field.name())?;
            self.writer.write_char('=')?;
            value(&mut self.writer, self.format)?;
            self.writer.write_char(END)
        };
        self.result = self.result.and_then(|()| written());
    }
}

impl Visit for Keeper<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, |writer, format| {
            if is_plain(value) {
                writer.write_char('"')?;
                writer.write_str(value)?;
                return writer.write_char('"');
            }
            match format {
                LogFormat::Text => write!(writer, "{value:?}"),
                LogFormat::Json => json_string(writer, value),
            }
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, |writer, _| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, |writer, _| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, |writer, _| write!(writer, "{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.keep(field, |writer, format| match format {
            LogFormat::Text => write!(Escaped(writer), "{value:?}"),
            LogFormat::Json => json_string(writer, &format!("{value:?}")),
        });
    }
}

/// Whether a text stands in quotes as it is, in either form. Nearly all do, and each request notes some.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\')
}

/// Text without control characters: whoever chose a value writes no lines of the log and moves no cursor.
struct Escaped<'a, 'w>(&'a mut Writer<'w>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|char| match char.is_control() {
            true => write!(self.0, "{}", char.escape_default()),
            false => self.0.write_char(char),
        })
    }
}

/// A text as JSON has it.
fn json_string(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    let json = serde_json::to_string(text).map_err(|_| fmt::Error)?;
    writer.write_str(&json)
}

/// The fields that were kept, as name and value: of spans from the outermost inwards, and behind them those of the line.
/// Of two with one name the later one counts: it knows better.
pub(super) fn fields(kept: &str) -> Vec<(&str, &str)> {
    let mut fields: Vec<(&str, &str)> = Vec::with_capacity(16);
    for field in kept.split_terminator(END) {
        let Some((name, value)) = field.split_once('=') else { continue };
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value));
    }
    fields
}
