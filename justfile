# Names only: what each one does is written in xtask.

# Show the names.
default:
    @just --list

# Every check, in order.
test:
    cargo xtask test

# Rewrite the sources as rustfmt wants them.
format:
    cargo fmt --all

fmt:
    cargo xtask fmt

tidy:
    cargo xtask tidy

clippy:
    cargo xtask clippy

doc:
    cargo xtask doc

unit:
    cargo xtask unit

package:
    cargo xtask package

deb:
    cargo xtask deb

proxies:
    cargo xtask proxies

nodes:
    cargo xtask nodes

failover:
    cargo xtask failover

postgres:
    cargo xtask postgres

e2e:
    cargo xtask e2e

# Run cargo while a PostgreSQL for tests runs.
with-postgres *WORDS:
    cargo xtask with-postgres {{WORDS}}

# Start the sandbox.
dev *ARGS:
    cargo run --release -- dev {{ARGS}}
