#!/usr/bin/env bash
# The contracts node that tests and local networks run on: substrate-contracts-node 0.42.
#
#   scripts/node.sh                     says where it is: $CONTRACTS_NODE, on PATH, or where install has put it; ends with 3 if nowhere
#   scripts/node.sh install             builds it from crates.io into the cache, which takes about an hour on 2 cores
#   scripts/node.sh install --prepare   does everything before that build: toolchain, wasm32 standard library, sources
#   scripts/node.sh run -- COMMAND...   starts one with a chain of its own on a free port, runs the command with its URL in
#                                       $YARROW_NODE, and stops it again; ends with the command's exit code
set -euo pipefail
shopt -s inherit_errexit

# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly NODE=substrate-contracts-node
readonly CRATE=contracts-node
readonly VERSION=0.42.0
# Seconds that a node may take until it answers: it compiles its runtime first.
readonly PATIENCE=90
usage='usage: scripts/node.sh [install [--prepare] | run -- COMMAND...]'

say() { printf 'node: %s\n' "$*"; }
fail() {
  printf 'node: error: %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The node's program, if there is one. What install builds is on PATH by env.sh.
find_node() {
  if [ -n "${CONTRACTS_NODE-}" ]; then
    [ -x "$CONTRACTS_NODE" ] || fail "CONTRACTS_NODE names $CONTRACTS_NODE, which is no program"
    printf '%s\n' "$CONTRACTS_NODE"
  else
    command -v "$NODE"
  fi
}

# What its C and C++ parts (RocksDB) and its network messages (protobuf) are built with.
native_tools() {
  local missing=()
  has clang || missing+=(clang)
  has protoc || missing+=(protobuf-compiler)
  has cmake || missing+=(cmake)
  [ -n "${LIBCLANG_PATH-}" ] || compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null || missing+=(libclang-dev)
  if [ ${#missing[@]} -eq 0 ]; then return; fi
  has apt-get || fail "needed and missing: ${missing[*]}"
  say "installing Debian packages ${missing[*]}: compilers for RocksDB and protobuf"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -qq || fail 'apt-get update failed; is there a network?'
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
}

# The runtime is Wasm and wants an installed standard library, which Debian's Rust lacks: it is built once from its sources.
wasm_library() {
  local library=$YARROW_CONTRACT_SYSROOT/lib/rustlib/wasm32-unknown-unknown/lib build
  if compgen -G "$library/libstd-*.rlib" >/dev/null; then return; fi
  say "building the standard library for wasm32-unknown-unknown into $library"
  build=$(mktemp -d)
  mkdir "$build/src"
  printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$build/Cargo.toml"
  touch "$build/src/lib.rs"
  if ! (cd "$build" && RUSTC_BOOTSTRAP=1 "$CARGO" build --quiet --release --target wasm32-unknown-unknown \
    -Zbuild-std=std,panic_abort --target-dir "$build/target"); then
    rm -rf "$build"
    fail 'the standard library for wasm32-unknown-unknown does not build'
  fi
  mkdir -p "$library"
  rm "$build"/target/wasm32-unknown-unknown/release/deps/libempty-*
  cp "$build"/target/wasm32-unknown-unknown/release/deps/*.rlib "$library/"
  rm -rf "$build"
}

# The sources with their lock file: cargo unpacks them when it is asked about the crate.
sources() {
  local home=${CARGO_HOME:-$HOME/.cargo} found
  "$CARGO" info --quiet "$CRATE@$VERSION" >/dev/null || fail "cargo cannot get $CRATE $VERSION; is there a network?"
  found=$(find "$home/registry/src" -mindepth 2 -maxdepth 2 -type d -name "$CRATE-$VERSION" | head -n1)
  [ -f "$found/Cargo.lock" ] || fail "$CRATE $VERSION is not below $home/registry/src, or has no Cargo.lock"
  printf '%s\n' "$found"
}

install_node() (
  scripts/setup.sh --contracts
  # shellcheck source-path=SCRIPTDIR source=contract-env.sh
  . scripts/contract-env.sh
  # The wrappers make contracts reproducible, and know nothing of the node.
  unset RUSTC_WRAPPER
  export CARGO=$YARROW_CONTRACT_RUST/bin/cargo
  native_tools
  wasm_library
  WASM_BUILD_WORKSPACE_HINT=$(sources)
  # Without it the runtime is built with the newest of all crates, which do not go together.
  export WASM_BUILD_WORKSPACE_HINT
  # Runtimes that a development chain never runs.
  export SKIP_ROCOCO_RUNTIME_WASM_BUILD=1 SKIP_CONTRACTS_PARACHAIN_RUNTIME_WASM_BUILD=1
  say "fetching the crates of $CRATE $VERSION"
  "$CARGO" fetch --quiet --locked --manifest-path "$WASM_BUILD_WORKSPACE_HINT/Cargo.toml" || fail 'cargo could not fetch them'
  if [ "${1-}" = --prepare ]; then
    say 'ready to build'
    return
  fi
  say "building $CRATE $VERSION with $("$RUSTC" --version): about an hour on 2 cores, 1.6 hours of one"
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    "$CARGO" install "$CRATE@$VERSION" --locked --root "$YARROW_CACHE/tools" --target-dir "$YARROW_CACHE/node-build" ||
    fail "cargo could not build $CRATE $VERSION; what it has built is kept in $YARROW_CACHE/node-build"
  rm -rf "$YARROW_CACHE/node-build"
  say "installed $YARROW_CACHE/tools/bin/$NODE"
)

# answers PORT: whether a node's RPC answers there.
answers() {
  curl --silent --fail --max-time 2 --header 'Content-Type: application/json' \
    --data '{"id":1,"jsonrpc":"2.0","method":"system_health"}' "http://127.0.0.1:$1" >/dev/null 2>&1
}

run_node() {
  local program folder port='' code=0 end=$((SECONDS + PATIENCE))
  program=$(find_node) || { say "there is no $NODE; scripts/node.sh install builds it" >&2; return 3; }
  has curl || fail 'curl is needed'
  folder=$(mktemp -d)
  "$program" --dev --finalize-delay-sec=0 --state-pruning=archive --no-prometheus --port=0 --rpc-port=0 --base-path "$folder/chain" \
    --log=error,sc_rpc_server=info >/dev/null 2>"$folder/log" &
  node=$!
  # shellcheck disable=SC2064 # the folder and the process of now
  trap "kill $node 2>/dev/null; wait $node 2>/dev/null; rm -rf '$folder'" EXIT
  until [ -n "$port" ] && answers "$port"; do
    if ! kill -0 "$node" 2>/dev/null || [ $SECONDS -ge $end ]; then
      tail -n 20 "$folder/log" >&2
      fail "$program does not answer"
    fi
    port=$(sed -n 's/.*addr=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$folder/log" | head -n1)
    sleep 0.2
  done
  YARROW_NODE=ws://127.0.0.1:$port "$@" || code=$?
  return $code
}

cd "$YARROW_ROOT"
case ${1-} in
  '')
    find_node || { say "there is no $NODE: not in \$CONTRACTS_NODE, not on PATH; scripts/node.sh install builds it" >&2; exit 3; }
    ;;
  install)
    case ${2-} in
      '' | --prepare) ;;
      *) fail "unknown argument $2; $usage" ;;
    esac
    if [ -z "${2-}" ] && found=$(find_node); then
      say "already there: $found"
    else
      install_node "${2-}"
    fi
    ;;
  run)
    [ "${2-}" = -- ] && [ $# -gt 2 ] || fail "$usage"
    shift 2
    cd "$OLDPWD"
    run_node "$@"
    ;;
  *) fail "unknown argument $1; $usage" ;;
esac
