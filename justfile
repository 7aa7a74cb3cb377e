# The daily commands, each one line of what the project has: `just` lists them, and each line can be typed without it.

[private]
default:
    @just --list --unsorted

# From a clone to a running stack
[group('stack')]
start:
    ./scripts/start-dev-environment.sh

# Start the stack, or bring it up to what the code says
[group('stack')]
up *ARGUMENTS:
    nix run .#up -- {{ ARGUMENTS }}

# What runs, and what does not
[group('stack')]
status *ARGUMENTS:
    nix run .#status -- {{ ARGUMENTS }}

# The logs of a node process or a workload
[group('stack')]
logs *ARGUMENTS:
    nix run .#logs -- {{ ARGUMENTS }}

# The console in a browser
[group('stack')]
open *ARGUMENTS:
    nix run .#open -- {{ ARGUMENTS }}

# Stop everything and keep the data
[group('stack')]
down:
    nix run .#down

# The requirements as checks on the running stack
[group('proof')]
validate *ARGUMENTS:
    nix run .#validate -- {{ ARGUMENTS }}

# Measure: cluster, events, observability or services
[group('proof')]
bench NAME *ARGUMENTS:
    nix run .#bench -- {{ NAME }} {{ ARGUMENTS }}

# The pipeline, stage by stage, without what has passed already
[group('proof')]
ci *ARGUMENTS:
    nix run .#ci -- {{ ARGUMENTS }}

# What images and programs are made of, compared with advisories
[group('proof')]
scan *ARGUMENTS:
    nix run .#scan -- {{ ARGUMENTS }}

# Everything that must hold, as CI runs it nightly
[group('proof')]
all:
    ./scripts/test.sh

# The stack on machines of Debian's packages
[group('proof')]
machines *NAMES:
    ./scripts/test.sh --machines {{ NAMES }}

# The launcher of this checkout with the stack that Nix built, in `nix develop`: just dev status
[group('code')]
dev *ARGUMENTS:
    dev run {{ ARGUMENTS }}

# Format Rust and Nix
[group('code')]
fmt:
    cargo fmt --all
    nix fmt

# The lints of all crates, tests included
[group('code')]
lint:
    cargo clippy --workspace --all-targets --locked -- --deny warnings

# The crates' tests; one crate: just test -p groundwork-events
[group('code')]
test *ARGUMENTS='--workspace':
    cargo test --locked {{ ARGUMENTS }}

# The same tests, each in a process of its own and all that fail in one list
[group('code')]
nextest *ARGUMENTS='--workspace':
    scripts/cargo-tool.sh cargo-nextest nextest run --locked {{ ARGUMENTS }}

# The console's page: lint, types and tests, in its folder after `npm ci --ignore-scripts`
[group('code')]
page:
    npm --prefix services/console/page run lint
    npm --prefix services/console/page run typecheck
    npm --prefix services/console/page test

# What --help and wrong use print, written anew: look at it with git diff
[group('code')]
transcripts:
    UPDATE_EXPECT=1 cargo test --locked -p groundwork --test command_line

# The property tests with other input than ever before
[group('code')]
properties CASES='20000':
    PROPTEST_CASES={{ CASES }} cargo test --locked --workspace properties

# Input at random for each fuzz target
[group('habits')]
fuzz SECONDS='60':
    scripts/fuzz.sh {{ SECONDS }}

# Misspelt words
[group('habits')]
typos:
    scripts/cargo-tool.sh typos

# Licences, sources and known vulnerabilities of all crates
[group('habits')]
deny:
    scripts/cargo-tool.sh cargo-deny check

# Bring in the sources that the Nix store lacks
[group('pins')]
fetch:
    ./scripts/fetch-sources.sh

# The same, and write the hashes of what has another version now
[group('pins')]
update-hashes:
    ./scripts/fetch-sources.sh --update

# Today's versions of Debian's packages
[group('pins')]
lock-debian:
    ./scripts/lock-debian.sh

# Today's versions of the programs that `nix develop .#service` has from PyPI
[group('pins')]
lock-pypi:
    ./scripts/lock-pypi.sh
