# shellcheck shell=bash
# Sourced by the other scripts: where things are, and what they need from PATH.
#
#   YARROW_ROOT       the clone
#   YARROW_CACHE      what setup.sh makes, outside the clone and shared by all clones of this user
#   YARROW_DATA       data of tasks that cargo does not carry (fetch-data.sh); kept if set
#   CARGO_TARGET_DIR  the one target directory of every step; kept if set, else `target` in the clone

YARROW_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
YARROW_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/yarrow
export YARROW_ROOT YARROW_CACHE
export YARROW_DATA=${YARROW_DATA:-$YARROW_CACHE/data}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$YARROW_ROOT/target}

# A tool of the user's own comes before one that setup.sh built.
case :$PATH: in
  *:"$YARROW_CACHE/tools/bin":*) ;;
  *) export PATH=$PATH:$YARROW_CACHE/tools/bin ;;
esac
