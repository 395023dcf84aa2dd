# Sourced after env.sh: the chatcal under test. CHATCAL may name another one than this checkout's.

if [ -z "${CHATCAL:-}" ]; then
  (cd "$root" && cargo build --release --quiet)
  CHATCAL=${CARGO_TARGET_DIR:-$root/target}/release/chatcal
fi
export CHATCAL CLIENTS_WORK=$into
