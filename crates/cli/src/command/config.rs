//! `lunas config`: the default configuration file, to start one's own from, and what is wrong with one's own.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use lunas_gateway::config::{Config, DEFAULT_FILE, Problem};
use lunas_gateway::production;
use serde_json::json;

use crate::store::Variables;
use crate::verdict::{Error, Verdict, sentence};
use crate::{logging, output, store};

/// Print the default configuration file, every key explained, or check one's own
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, after_help = "Example: lunas config > lunas.toml")]
pub(crate) struct ConfigCommand {
    #[command(subcommand)]
    check: Option<Action>,
    /// Print it as one JSON string
    #[arg(long)]
    json: bool,
}

/// What to do with a configuration file.
#[derive(Subcommand, Debug)]
enum Action {
    Check(Check),
}

/// Say everything that `lunas serve` would refuse in a configuration file, and what to do; nothing else is opened
#[derive(Args, Debug)]
#[command(after_help = "Example: lunas config check lunas.toml\n\n\
                  Whether the files, the store and the address that it names are there is not looked at: \
                  `lunas doctor` looks at the store, `lunas serve` at all of them.")]
struct Check {
    /// The configuration file (default: the variable LUNAS_CONFIG)
    file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ConfigCommand {
    /// Prints the file, or what is wrong with one.
    pub(crate) fn run(self) -> Result<Verdict, Error> {
        if let Some(Action::Check(check)) = self.check {
            return check.run();
        }
        // What is printed is what the gateway would accept.
        Config::read(DEFAULT_FILE).map_err(|source| Error::because("the default file is broken", source))?;
        if self.json {
            output::print_json(&json!({"defaultFile": DEFAULT_FILE}))?;
        } else {
            output::print_raw(DEFAULT_FILE)?;
        }
        Ok(Verdict::Positive)
    }
}

impl Check {
    /// Looks and tells. The answer is no if anything is wrong.
    fn run(self) -> Result<Verdict, Error> {
        let variables = Variables::read()?;
        let missing =
            || Error::Usage("a configuration file is missing: FILE, or the variable LUNAS_CONFIG".to_owned());
        let file = self.file.or_else(|| variables.config.map(PathBuf::from)).ok_or_else(missing)?;
        let problems = problems_of(&store::text_of(&file)?, variables.store);
        let is_well = problems.is_empty();
        if self.json {
            let row = |problem: &Problem| {
                json!({
                    "key": problem.key,
                    "line": problem.line,
                    "says": problem.says,
                    "remedy": problem.remedy,
                })
            };
            let problems: Vec<_> = problems.iter().map(row).collect();
            let file = file.display().to_string();
            output::print_json(&json!({"file": file, "isWell": is_well, "problems": problems}))?;
        } else if is_well {
            output::print(&format!("{}: nothing is wrong", file.display()))?;
        } else {
            problems.iter().try_for_each(|problem| output::print(&line(&file, problem)))?;
        }
        Ok(Verdict::from(is_well))
    }
}

/// Where a problem is and what it is, in the form in which editors find the place.
fn line(file: &Path, problem: &Problem) -> String {
    let at = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{at}: {}", file.display(), problem.sentence())
}

/// Everything in a configuration that a gateway for real money would not start with; `store` comes before the file's.
fn problems_of(text: &str, store: Option<String>) -> Vec<Problem> {
    let (mut config, mut problems) = Config::examine(text);
    if problems.iter().any(|problem| problem.key.is_empty()) {
        // Of a file that is no TOML nothing is known beyond that.
        return problems;
    }
    let is_overruled = store.is_some();
    if let Some(url) = store {
        config.store.url = url;
    }
    let mut more = production::check(&config);
    if let Err(error) = logging::check(&config.log) {
        let remedy = "write it like \"info\" or \"info,lunas_gateway::worker=debug\"";
        more.push(Problem::of("log.filter", format!("is not understood: {}", sentence(&error)), remedy));
    }
    for problem in more {
        if problem.key == "store.url" && is_overruled {
            problems.push(Problem { key: "LUNAS_STORE".to_owned(), ..problem });
        } else if problems.iter().all(|known| known.key != problem.key) {
            problems.push(problem.placed(text));
        }
    }
    problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
    problems
}
