#!/usr/bin/env bash
# Installs what building and testing Yarrow needs and this machine lacks, and says what and why. A second run installs
# nothing. Needs a stable Rust (rustup's or any other) and, where Debian packages are missing, root or sudo.
#
#   scripts/setup.sh              everything
#   scripts/setup.sh --contracts  only what scripts/build-contracts.sh needs
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly HOST_RUST=1.95
readonly CONTRACT_RUST=1.85.0
readonly CARGO_CONTRACT=5.0.3
readonly NEXTEST=0.9.143
toolchain=$YARROW_CACHE/rust-$CONTRACT_RUST
installed=0

say() { printf 'setup: %s\n' "$*"; }
fail() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}
installing() {
  installed=$((installed + 1))
  say "installing $1: $2"
}
has() { command -v "$1" >/dev/null 2>&1; }
version_at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n1)" = "$1" ]; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif has sudo; then
    sudo "$@"
  else
    fail "root or sudo is needed to run: $*"
  fi
}

apt_updated=
apt_update() {
  if [ -n "$apt_updated" ]; then return; fi
  apt_updated=yes
  as_root apt-get update -qq || fail "apt-get update failed; is there a network?"
}

# apt_packages REASON PACKAGE... installs those that are missing.
apt_packages() {
  local reason=$1 package missing=()
  shift
  for package; do
    if ! dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed'; then missing+=("$package"); fi
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  installing "Debian packages ${missing[*]}" "$reason"
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
}

host_rust() {
  has cargo || fail "no cargo on PATH; install stable Rust $HOST_RUST or newer (https://rustup.rs) and run again"
  local version
  version=$(rustc --version | cut -d' ' -f2)
  version_at_least "$HOST_RUST" "$version" ||
    fail "rustc $version is older than $HOST_RUST; update it (rustup update stable) and run again"
  if ! cargo clippy --version >/dev/null 2>&1 || ! cargo fmt --version >/dev/null 2>&1; then
    fail "clippy or rustfmt is missing; with rustup: rustup component add clippy rustfmt"
  fi
}

# C++ is for wasm-opt, which cargo-contract and drink compile into themselves.
c_toolchain() {
  if has cc && has c++; then return; fi
  has apt-get || fail "a C and a C++ compiler are needed (cc and c++ on PATH)"
  apt_packages "compilers for the C and C++ parts of crates (wasm-opt, zstd)" gcc g++ libc6-dev
}

contract_rust_works() {
  local sources
  sources=$(LD_LIBRARY_PATH=$toolchain/lib "$toolchain/bin/rustc" --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library
  [ -x "$toolchain/bin/rust-lld" ] && [ -x "$toolchain/bin/cargo-clippy" ] && [ -e "$toolchain/complete" ] &&
    [ -e "$sources/core/src/lib.rs" ] &&
    [ "$(LD_LIBRARY_PATH=$toolchain/lib "$toolchain/bin/rustc" --version 2>/dev/null | cut -d' ' -f2)" = "$CONTRACT_RUST" ] &&
    LD_LIBRARY_PATH=$toolchain/lib "$toolchain/bin/cargo" --version >/dev/null 2>&1
}

# Debian 12 has Rust 1.85 as the `-web` packages (built for browsers), beside a newer one that apt would choose. They are
# unpacked into the cache, not installed: installing them would conflict with a `rustc`, `rustup` or newer `rustc-web` package
# and end with the next `apt-get upgrade`.
contract_rust_from_debian() {
  local version folder package
  if ! apt-cache madison rustc-web 2>/dev/null | grep -qF " $CONTRACT_RUST"; then apt_update; fi
  version=$(apt-cache madison rustc-web | cut -d'|' -f2 | tr -d ' ' | grep -F "$CONTRACT_RUST" | head -n1) || return 1

  installing "Rust $CONTRACT_RUST in $toolchain (Debian's rustc-web $version)" \
    "contracts and guests: cargo-contract $CARGO_CONTRACT works with Rust 1.81 to 1.86 only"
  apt_packages "the linker for Wasm, and libraries of Debian's cargo" lld-19 libcurl4 libhttp-parser2.9 libpcre3 libsqlite3-0 libssh2-1
  folder=$(mktemp -d "$YARROW_CACHE/unpack.XXXXXX")
  # In a condition `set -e` does not hold, and this function is called in one: each step says what ends it.
  (
    cd "$folder" || exit 1
    apt-get download -qq -o APT::Sandbox::User=root {rustc-web,cargo-web,rust-web-clippy,rust-web-src}="$version" \
      {libstd-rust-web-dev,libstd-rust-web-"${CONTRACT_RUST%.*}"}="$version" || exit 1
    for package in ./*.deb; do
      dpkg-deb --fsys-tarfile "$package" |
        tar -x --exclude="./usr/src/rustc-$CONTRACT_RUST/src" --exclude="./usr/src/rustc-$CONTRACT_RUST/compiler" --exclude=./usr/share ||
        exit 1
      rm "$package"
    done
    mkdir bin && ln -s usr/lib/*-linux-gnu lib && ln -s ../usr/bin/{rustc,rustdoc,cargo,cargo-clippy,clippy-driver} bin/ &&
      ln -s /usr/bin/lld-19 bin/rust-lld && touch complete
  ) || {
    rm -rf "$folder"
    fail "could not unpack Debian's Rust $version"
  }
  rm -rf "$toolchain"
  mv "$folder" "$toolchain"
  contract_rust_works || fail "Debian's Rust $version does not start: $(LD_LIBRARY_PATH=$toolchain/lib "$toolchain/bin/cargo" --version 2>&1)"
}

contract_rust_from_rustup() {
  local source host
  has rustup || return 1
  if ! rustup run "$CONTRACT_RUST" rustc --version >/dev/null 2>&1; then
    installing "Rust $CONTRACT_RUST with rustup" "contracts and guests: cargo-contract $CARGO_CONTRACT works with Rust 1.81 to 1.86 only"
  fi
  rustup toolchain install "$CONTRACT_RUST" --profile minimal --component rust-src,clippy >/dev/null || return 1
  source=$(rustup run "$CONTRACT_RUST" rustc --print sysroot)
  host=$(rustup run "$CONTRACT_RUST" rustc -vV | sed -n 's/^host: //p')
  rm -rf "$toolchain"
  mkdir -p "$toolchain/bin"
  ln -s "$source"/bin/{rustc,rustdoc,cargo,cargo-clippy,clippy-driver} "$source/lib/rustlib/$host/bin/rust-lld" "$toolchain/bin/"
  touch "$toolchain/complete"
}

contract_rust() {
  if contract_rust_works; then return; fi
  mkdir -p "$YARROW_CACHE"
  if has apt-cache && contract_rust_from_debian; then return; fi
  if contract_rust_from_rustup && contract_rust_works; then return; fi
  fail "Rust $CONTRACT_RUST is to be had neither from Debian 12's packages (rustc-web) nor from rustup"
}

# cargo_tool COMMAND VERSION REASON builds the tool with little optimisation: it is quicker, and good enough.
cargo_tool() {
  installing "$1 $2 in $YARROW_CACHE/tools (built from crates.io)" "$3"
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    cargo install "$1" --version "$2" --locked --root "$YARROW_CACHE/tools" --target-dir "$YARROW_CACHE/tools-build" ||
    fail "cargo could not build $1 $2"
  rm -rf "$YARROW_CACHE/tools-build"
}

cargo_contract_is_right() { has cargo-contract && cargo-contract contract --version | grep -qF " $CARGO_CONTRACT-"; }

cargo_contract() {
  if cargo_contract_is_right; then return; fi
  cargo_tool cargo-contract "$CARGO_CONTRACT" "the compiler of ink! contracts; the last version that makes Wasm (takes 15 minutes on 2 cores)"
  cargo_contract_is_right ||
    fail "another cargo-contract ($(command -v cargo-contract)) comes before $YARROW_CACHE/tools/bin on PATH"
}

nextest() {
  if has cargo-nextest; then return; fi
  cargo_tool cargo-nextest "$NEXTEST" "the test runner: it ends tests that hang"
}

case ${1-} in
  '' | --contracts) ;;
  *) fail "unknown argument $1; usage: scripts/setup.sh [--contracts]" ;;
esac

host_rust
c_toolchain
contract_rust
cargo_contract
if [ "${1-}" != --contracts ]; then nextest; fi

if [ "$installed" -eq 0 ]; then
  say "nothing to install"
else
  say "done"
fi
