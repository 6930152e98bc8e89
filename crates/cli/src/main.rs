//! `lunas`, the one binary: reads the command line, runs one command, and turns what came of it into an exit code.
//!
//! Data goes to stdout and words go to stderr. 0 is success, 1 a failure or a negative answer, 2 a command line that
//! cannot be understood. What a command does is in [`command`], and what the gateway does is in its own library.

mod account;
mod admin_session;
mod code_page;
mod command;
mod input;
mod logging;
mod oddity;
mod output;
mod registration;
mod sandbox;
mod shutdown;
mod store;
mod usage;
mod verdict;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};

use crate::verdict::Error;

/// A payment is read on one thread and written on another, so most memory is freed where it was not taken. The system's
/// allocator is slow at that, and this one is made for it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An open BI-SNAP payment gateway: sandbox, server and a merchant's tools in one binary
#[derive(Parser, Debug)]
#[command(name = "lunas", version, after_help = "Start here: lunas dev")]
struct Lunas {
    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    verdict::choose_language(std::env::args_os());
    let Lunas { command } = match Lunas::try_parse() {
        Ok(lunas) => lunas,
        Err(error) => return usage::answer(&error),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => {
            return verdict::report(Err(Error::because("the program could not be started", source)));
        }
    };
    verdict::report(runtime.block_on(command.run(Lunas::command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Lunas::command().debug_assert();
    }

    /// Every command that is not made of others, by its name.
    fn leaves(command: &clap::Command, name: &str, to: &mut Vec<(String, clap::Command)>) {
        let is_told = |command: &&clap::Command| !command.is_hide_set() && command.get_name() != "help";
        let mut children = command.get_subcommands().filter(is_told).peekable();
        if children.peek().is_none() {
            return to.push((name.to_owned(), command.clone()));
        }
        children.for_each(|child| leaves(child, &format!("{name} {}", child.get_name()), to));
    }

    fn all() -> Vec<(String, clap::Command)> {
        let mut all = Vec::new();
        leaves(&Lunas::command(), "lunas", &mut all);
        all
    }

    #[test]
    fn p10_every_command_speaks_json() {
        for (name, command) in all() {
            let has_json = command.get_arguments().any(|argument| argument.get_long() == Some("json"));
            assert!(has_json, "{name} has no --json");
        }
    }

    /// What names a store is read in one place, so that it means the same everywhere.
    #[test]
    fn m11_every_command_that_has_a_store_is_told_of_it_in_the_same_ways() {
        for (name, command) in all() {
            let has = |long: &str| command.get_arguments().any(|argument| argument.get_long() == Some(long));
            let expected: &[&str] = match name.as_str() {
                // A sandbox has no configuration file, and a live gateway no data directory.
                "lunas dev" => &["store", "data-dir"],
                "lunas serve" => &["store", "config"],
                _ if has("store") || has("config") || has("data-dir") => &["store", "config", "data-dir"],
                _ => &[],
            };
            for long in ["store", "config", "data-dir"] {
                assert_eq!(has(long), expected.contains(&long), "{name} --{long}");
            }
        }
    }

    #[test]
    fn every_command_says_what_it_does_and_shows_an_example() {
        fn check(command: &clap::Command) {
            if command.is_hide_set() || command.get_name() == "help" {
                return;
            }
            assert!(command.get_about().is_some(), "{} says nothing", command.get_name());
            let subcommands: Vec<_> = command.get_subcommands().collect();
            if subcommands.is_empty() {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example: lunas "), "{} has no example", command.get_name());
            }
            subcommands.into_iter().for_each(check);
        }
        Lunas::command().get_subcommands().for_each(check);
    }
}
