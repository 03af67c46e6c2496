#!/usr/bin/env bash
# Builds every ink! contract below contracts/ and every guest model below models/ into artifacts/, and the contracts that only
# tests need (e2e/contracts/, e2e/openbrush/, examples/dapp/) into artifacts/test, byte for byte the same from any folder (docs/building.md says why). For each
# profile of the host chain but the standard one, the contracts' Wasm goes to artifacts/profiles/<profile>.
#
#   scripts/build-contracts.sh          replaces what is in artifacts/
#   scripts/build-contracts.sh --check  leaves artifacts/ alone and fails naming each file that differs from a fresh build
#
# What was built is kept below the target directory under a hash of everything it was built from, and taken from there while
# that hash stays the same.
set -euo pipefail
shopt -s inherit_errexit

# shellcheck source-path=SCRIPTDIR source=contract-env.sh
. "$(dirname "${BASH_SOURCE[0]}")/contract-env.sh"
cd "$YARROW_ROOT"

readonly MAX_WASM_BYTES=102400
# Profiles of the host chain and the cargo features that choose them (contracts/primitives/src/host.rs).
readonly -A PROFILES=([u64]=u64-balance [v1]=v1-calls)
built=$CARGO_TARGET_DIR/built
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

say() { printf 'build-contracts: %s\n' "$*"; }
fail() {
  printf 'build-contracts: error: %s\n' "$*" >&2
  exit 1
}

case ${1-} in
  '' | --check) mode=${1-} ;;
  *) fail "unknown argument $1; usage: scripts/build-contracts.sh [--check]" ;;
esac

# A contract is a package with the feature by which another contract links it as a library.
contract_manifests() { grep -lE '^ink-as-dependency *=' contracts/*/Cargo.toml e2e/contracts/*/Cargo.toml examples/*/Cargo.toml; }
package_name() { sed -n '/^\[package\]/,/^\[/s/^name *= *"\(.*\)"/\1/p' "$1"; }

toolchain_id() {
  "$RUSTC" -vV
  rust-lld -flavor wasm --version
  cargo-contract contract --version
  sha256sum scripts/build-contracts.sh scripts/contract-*
}

# files_hash FOLDER... prints one line per file, independent of where the clone lies.
files_hash() { find "$@" -type f -not -path '*/target/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum; }

# contract_key NAME FEATURES hashes everything a contract is built from: tools, exact versions and features of all crates, and the
# files of our own crates.
contract_key() {
  local tree folders
  tree=$("$CARGO" tree --quiet --locked --package "$1" --features "$2" --edges normal,build --prefix none --format '{p} {f}' | LC_ALL=C sort -u)
  mapfile -t folders < <(grep -oE "\($YARROW_ROOT/[^)]*\)" <<<"$tree" | tr -d '()' | sed "s|^$YARROW_ROOT/||" | sort -u)
  { printf '%s\n' "$toolchain" "${tree//"$YARROW_ROOT"/}"; files_hash "${folders[@]}"; } | sha256sum | cut -c1-32
}

# cargo_contract MANIFEST WHAT FEATURES
cargo_contract() {
  if ! cargo-contract contract build --release --quiet --generate "$2" --features "$3" --manifest-path "$1" >"$out/log" 2>&1; then
    cat "$out/log" >&2
    fail "$1 does not build${3:+ with $3}"
  fi
}

# build_contract MANIFEST NAME WHAT FEATURES
build_contract() {
  local name=$2 target=$CARGO_TARGET_DIR/ink/$2
  # cargo-contract gives each member of a workspace a target directory of its own; shared, the dependencies build once.
  mkdir -p "$CARGO_TARGET_DIR/ink/all"
  ln -sfn all "$target"
  cargo_contract "$1" "$3" "$4"
  local bytes
  bytes=$(stat -c %s "$target/$name.wasm")
  [ "$bytes" -le $MAX_WASM_BYTES ] || fail "contract $name has $bytes bytes of Wasm, more than $MAX_WASM_BYTES"
  say "$name: $bytes bytes of Wasm${4:+ with $4}"
}

contracts() {
  local manifest name kept folder
  mkdir -p "$out/contracts" "$out/test"
  while read -r manifest; do
    name=$(package_name "$manifest")
    kept=$built/$name-$(contract_key "$name" '').contract
    if [ ! -e "$kept" ]; then
      build_contract "$manifest" "$name" all ''
      cp "$CARGO_TARGET_DIR/ink/$name/$name.contract" "$kept.new"
      rm -f "$built/$name"-*.contract
      mv "$kept.new" "$kept"
    fi
    case $manifest in
      e2e/* | examples/*) folder=test ;;
      *) folder=contracts ;;
    esac
    cp "$kept" "$out/$folder/$name.contract"
  done < <(contract_manifests)
}

profiles() {
  local profile features manifest name kept
  for profile in "${!PROFILES[@]}"; do
    features=${PROFILES[$profile]}
    mkdir -p "$out/profiles/$profile"
    while read -r manifest; do
      name=$(package_name "$manifest")
      kept=$built/$profile-$name-$(contract_key "$name" "$features").wasm
      if [ ! -e "$kept" ]; then
        build_contract "$manifest" "$name" code-only "$features"
        rm -f "$built/$profile-$name"-*.wasm
        cp "$CARGO_TARGET_DIR/ink/$name/$name.wasm" "$kept.new"
        mv "$kept.new" "$kept"
      fi
      cp "$kept" "$out/profiles/$profile/$name.wasm"
    done < <(contract_manifests | grep '^contracts/')
  done
}

# A contract on ink! 4, and therefore in a workspace with a lock file of its own.
openbrush() {
  local key kept
  key=$({ printf '%s\n' "$toolchain"; files_hash e2e/openbrush; } | sha256sum | cut -c1-32)
  kept=$built/openbrush-$key.wasm
  if [ ! -e "$kept" ]; then
    YARROW_LOCK=$PWD/e2e/openbrush/Cargo.lock cargo_contract e2e/openbrush/Cargo.toml code-only ''
    rm -f "$built"/openbrush-*.wasm
    cp "$CARGO_TARGET_DIR/ink/openbrush_caller.wasm" "$kept"
  fi
  cp "$kept" "$out/test/openbrush.wasm"
}

# Guests: no_std cdylibs in a workspace of their own.
models() {
  local key kept
  key=$({ printf '%s\n' "$toolchain"; files_hash models; } | sha256sum | cut -c1-32)
  kept=$built/models-$key
  if [ ! -e "$kept" ]; then
    rm -rf "$built"/models-* "$built/models.new"
    (
      cd models
      RUSTC_BOOTSTRAP=1 "$CARGO" build --quiet --locked --release --target wasm32-unknown-unknown -Zbuild-std=core,alloc \
        -Zbuild-std-features=panic_immediate_abort -Zunstable-options --artifact-dir "$built/models.new"
    ) || fail "the models do not build"
    # A module that ends before its sections do.
    head -c 64 "$built/models.new/adversary-trapper.wasm" >"$built/models.new/adversary-malformed.wasm"
    mv "$built/models.new" "$kept"
  fi
  mkdir -p "$out/models"
  cp "$kept"/*.wasm "$out/models/"
}

mkdir -p "$built"
toolchain=$(toolchain_id)
contracts
profiles
openbrush
models
(cd "$out" && find contracts models profiles -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) >"$out/SHA256SUMS"

if [ "$mode" = --check ]; then
  differs=
  for part in contracts models profiles test SHA256SUMS; do
    diff -rq "$out/$part" "artifacts/$part" | sed "s|$out|a fresh build|" >&2 || differs=yes
  done
  [ -z "$differs" ] || fail "artifacts/ is not what the sources build with $("$RUSTC" --version); run scripts/build-contracts.sh"
  say "$(wc -l <"$out/SHA256SUMS") artifacts are what the sources build"
else
  rm -rf artifacts/contracts artifacts/models artifacts/profiles artifacts/test
  mkdir -p artifacts
  cp -r "$out/contracts" "$out/models" "$out/profiles" "$out/test" "$out/SHA256SUMS" artifacts/
  say "wrote $(wc -l <"$out/SHA256SUMS") artifacts"
fi
