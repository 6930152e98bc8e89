//! One line of the log: when, how bad, where, the sentence, and then every field once, whether the line itself has it or
//! one of the spans that it stands in.

use std::fmt::{self, Debug};

use lunas_gateway::config::LogFormat;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::{DefaultVisitor, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::span_fields::{Keeper, fields, json_string};

/// What tracing calls the sentence.
const MESSAGE: &str = "message";

/// Writes lines, and what spans keep for them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    format: LogFormat,
}

impl Line {
    pub(super) fn new(format: LogFormat) -> Self {
        Self { format }
    }

    /// Whether a terminal may be told to colour it.
    pub(super) fn may_have_colour(self) -> bool {
        self.format == LogFormat::Text
    }
}

impl<'w> FormatFields<'w> for Line {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut keeper = Keeper::new(writer, self.format);
        fields.record(&mut keeper);
        keeper.finish()
    }

    fn add_fields(
        &self,
        kept: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        self.format_fields(kept.as_writer(), fields)
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> FormatEvent<S, Self> for Line {
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Self>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut kept = String::new();
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<FormattedFields<Self>>() {
                kept.push_str(fields);
            }
        }
        let mut said = Said::default();
        event.record(&mut said);
        let known = fields(&kept, |name| said.0.contains(&name));
        match self.format {
            LogFormat::Text => text(&mut writer, event, &known)?,
            LogFormat::Json => json(&mut writer, event, &known)?,
        }
        writeln!(writer)
    }
}

/// The names of the fields that a line has itself.
#[derive(Default)]
struct Said(Vec<&'static str>);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, _: &dyn Debug) {
        self.0.push(field.name());
    }
}

fn text(writer: &mut Writer<'_>, event: &Event<'_>, known: &[(&str, &str)]) -> fmt::Result {
    let metadata = event.metadata();
    let coloured = writer.has_ansi_escapes();
    let (dim, italic, plain) = if coloured { ("\u{1b}[2m", "\u{1b}[3m", "\u{1b}[0m") } else { ("", "", "") };
    writer.write_str(dim)?;
    SystemTime.format_time(writer)?;
    let level = *metadata.level();
    let colour = if coloured { colour(level) } else { "" };
    write!(writer, "{plain} {colour}{level:>5}{plain} {dim}{}:{plain} ", metadata.target())?;
    event.record(&mut Part::sentence(writer));
    for (name, value) in known {
        write!(writer, " {italic}{name}{plain}{dim}={plain}{value}")?;
    }
    event.record(&mut Part::fields(writer));
    Ok(())
}

fn colour(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        Level::DEBUG => "\u{1b}[34m",
        Level::TRACE => "\u{1b}[35m",
    }
}

/// Writes either the sentence of a line or its fields.
struct Part<'a> {
    visitor: DefaultVisitor<'a>,
    is_sentence: bool,
}

impl<'a> Part<'a> {
    fn sentence(writer: &'a mut Writer<'_>) -> Self {
        Self { visitor: DefaultVisitor::new(writer.by_ref(), true), is_sentence: true }
    }

    fn fields(writer: &'a mut Writer<'_>) -> Self {
        Self { visitor: DefaultVisitor::new(writer.by_ref(), false), is_sentence: false }
    }

    fn has(&self, field: &Field) -> bool {
        (field.name() == MESSAGE) == self.is_sentence
    }
}

impl Visit for Part<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if self.has(field) {
            self.visitor.record_str(field, value);
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        if self.has(field) {
            self.visitor.record_error(field, value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if self.has(field) {
            self.visitor.record_debug(field, value);
        }
    }
}

fn json(writer: &mut Writer<'_>, event: &Event<'_>, known: &[(&str, &str)]) -> fmt::Result {
    let metadata = event.metadata();
    writer.write_str("{\"timestamp\":\"")?;
    SystemTime.format_time(writer)?;
    write!(writer, "\",\"level\":\"{}\"", metadata.level())?;
    let mut members = Members { writer: writer.by_ref(), is_sentence: true, result: Ok(()) };
    event.record(&mut members);
    members.result?;
    for (name, value) in known {
        write!(writer, ",\"{name}\":{value}")?;
    }
    let mut members = Members { writer: writer.by_ref(), is_sentence: false, result: Ok(()) };
    event.record(&mut members);
    members.result?;
    write!(writer, ",\"target\":\"{}\"}}", metadata.target())
}

/// Writes either the sentence of a line or its fields, as members of an object that has some already.
struct Members<'a> {
    writer: Writer<'a>,
    is_sentence: bool,
    result: fmt::Result,
}

impl Members<'_> {
    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        if (field.name() == MESSAGE) != self.is_sentence {
            return;
        }
        let written = || {
            write!(self.writer, ",\"{}\":", field.name())?;
            value(&mut self.writer)
        };
        self.result = self.result.and_then(|()| written());
    }
}

impl Visit for Members<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |writer| json_string(writer, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |writer| json_string(writer, &format!("{value:?}")));
    }
}
