# shellcheck shell=bash
# Sourced to work with the contract toolchain (Rust 1.85, see docs/building.md) instead of the host's:
#
#   ( . scripts/contract-env.sh && cd contracts/tao && cargo-contract contract build --release )
#
# Source it in a subshell, as above: the two toolchains must never meet in one environment.

if [ -n "${YARROW_CONTRACT_RUST-}" ]; then return; fi

# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

export YARROW_CONTRACT_RUST=$YARROW_CACHE/rust-1.85.0

# Nothing set for the host's builds may reach the Wasm.
unset RUSTUP_TOOLCHAIN RUSTC_WORKSPACE_WRAPPER YARROW_LOCK CARGO_BUILD_TARGET INK_STATIC_BUFFER_SIZE
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS RUSTDOCFLAGS
for variable in "${!CARGO_PROFILE_@}"; do unset "$variable"; done
unset variable

export PATH=$YARROW_CONTRACT_RUST/bin:$PATH
export LD_LIBRARY_PATH=$YARROW_CONTRACT_RUST/lib
export RUSTC=$YARROW_CONTRACT_RUST/bin/rustc
export RUSTDOC=$YARROW_CONTRACT_RUST/bin/rustdoc
export CARGO=$YARROW_ROOT/scripts/contract-cargo
export RUSTC_WRAPPER=$YARROW_ROOT/scripts/contract-rustc
YARROW_CONTRACT_SYSROOT=$("$RUSTC" --print sysroot)
export YARROW_CONTRACT_SYSROOT
# Below the shared target directory, because cargo-contract's layout depends on it.
export CARGO_TARGET_DIR=$CARGO_TARGET_DIR/contracts
