//! One line of the log: when, how bad, where, the sentence, and then every field once, whether the line itself has it or
//! one of the spans that it stands in.

use std::fmt;

use lunas_gateway::config::LogFormat;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::span_fields::{Keeper, fields};

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
        let mut kept = String::with_capacity(512);
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(fields) = span.extensions().get::<FormattedFields<Self>>() {
                kept.push_str(fields);
            }
        }
        let mut keeper = Keeper::new(Writer::new(&mut kept), self.format);
        event.record(&mut keeper);
        keeper.finish()?;
        let mut known = fields(&kept);
        let sentence = known.iter().position(|(name, _)| *name == MESSAGE).map(|at| known.remove(at).1);
        match self.format {
            LogFormat::Text => text(&mut writer, event.metadata(), sentence, &known)?,
            LogFormat::Json => json(&mut writer, event.metadata(), sentence, &known)?,
        }
        writeln!(writer)
    }
}

type Fields<'a> = [(&'a str, &'a str)];

fn text(
    writer: &mut Writer<'_>,
    metadata: &Metadata<'_>,
    sentence: Option<&str>,
    fields: &Fields<'_>,
) -> fmt::Result {
    let coloured = writer.has_ansi_escapes();
    let (dim, italic, plain) = if coloured { ("\u{1b}[2m", "\u{1b}[3m", "\u{1b}[0m") } else { ("", "", "") };
    writer.write_str(dim)?;
    SystemTime.format_time(writer)?;
    let level = *metadata.level();
    let colour = if coloured { colour(level) } else { "" };
    write!(writer, "{plain} {colour}{level:>5}{plain} {dim}{}:{plain}", metadata.target())?;
    for part in sentence.into_iter().flat_map(|sentence| [" ", sentence]) {
        writer.write_str(part)?;
    }
    for (name, value) in fields {
        for part in [" ", italic, name, plain, dim, "=", plain, value] {
            writer.write_str(part)?;
        }
    }
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

fn json(
    writer: &mut Writer<'_>,
    metadata: &Metadata<'_>,
    sentence: Option<&str>,
    fields: &Fields<'_>,
) -> fmt::Result {
    writer.write_str("{\"timestamp\":\"")?;
    SystemTime.format_time(writer)?;
    write!(writer, "\",\"level\":\"{}\"", metadata.level())?;
    for (name, value) in sentence.map(|sentence| (MESSAGE, sentence)).iter().chain(fields) {
        for part in [",\"", name, "\":", value] {
            writer.write_str(part)?;
        }
    }
    write!(writer, ",\"target\":\"{}\"}}", metadata.target())
}
