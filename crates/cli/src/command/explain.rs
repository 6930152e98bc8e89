//! `lunas explain`: what a response code means and what to do about it.

use clap::Args;
use lunas_snap::code::ResponseCode;
use lunas_snap::service::Service;
use serde_json::json;

use crate::code_page;
use crate::output;
use crate::verdict::{Error, Verdict};

/// Say what a response code means and what to do about it
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas explain 4035715")]
pub(crate) struct Explain {
    /// The seven digits of `responseCode`
    #[arg(value_parser = seven_digits)]
    code: ResponseCode,
    /// Print it as one JSON object
    #[arg(long)]
    json: bool,
}

fn seven_digits(text: &str) -> Result<ResponseCode, String> {
    ResponseCode::parse(text).ok_or_else(|| "a response code has seven digits, such as 4035715".to_owned())
}

impl Explain {
    /// Prints what is known of the code.
    pub(crate) fn run(self) -> Result<Verdict, Error> {
        let Self { code, json: as_json } = self;
        let case =
            code.case().ok_or_else(|| Error::failed(format!("the standard has no code like {code}")))?;
        let service = Service::of_code(code.service());
        let entry = code_page::find(&code);
        let when = entry.as_ref().map(|entry| entry.when.as_str());
        let remedy = entry.as_ref().map(|entry| entry.remedy.as_str()).filter(|text| !text.is_empty());
        let example = entry.as_ref().and_then(|entry| code_page::example(&code, entry));
        if as_json {
            output::print_json(&json!({
                "responseCode": code.as_str(),
                "http": code.http(),
                "service": code.service(),
                "serviceName": service.map(Service::name),
                "words": case.message(),
                "meaning": case.meaning(),
                "when": when,
                "remedy": remedy,
                "example": example,
            }))?;
            return Ok(Verdict::Positive);
        }
        let line = |name: &str, text: &str| [name.to_owned(), text.to_owned()];
        let mut lines = vec![line("code", &format!("{code}, {}", case.message()))];
        lines.extend(
            service.map(|service| line("service", &format!("{}, {}", service.code(), service.name()))),
        );
        lines.push(line("means", case.meaning()));
        lines.push(line("sent when", when.unwrap_or("never, by Lunas; other gateways may")));
        lines.extend(remedy.map(|remedy| line("do", remedy)));
        lines.extend(example.map(|body| line("for example", &body)));
        output::print_table(&lines)?;
        Ok(Verdict::Positive)
    }
}
