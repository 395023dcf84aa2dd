# Sourced by the scripts beside it: where things are, and what every program shall find around it.

clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$clients/../.." && pwd)
# What is installed and built goes below target/, so that the repository stays clean.
into=${CARGO_TARGET_DIR:-$root/target}/clients

# The reader's zone is none of the feeds' zones by default, so that a time taken as floating shows.
export TZ=America/Los_Angeles
# Python's zones come from the tzdata package that requirements.txt pins, not from the machine.
export PYTHONTZPATH=
export PYTHONPATH=$clients
export PYTHONDONTWRITEBYTECODE=1
export LC_ALL=C.UTF-8
