#!/usr/bin/env bash
# Installs the real components that the tests of this directory run against.
#
#   tests/components/install.sh             all of them
#   tests/components/install.sh prometheus  only that one
#
# It needs Debian's or Ubuntu's apt and root or sudo. It may be run again: what is there already costs nothing. To add
# a component, write has_NAME and install_NAME and add NAME to the list.
set -euo pipefail

COMPONENTS=(prometheus pushgateway alertmanager node chromium python curl)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Beside the builds and not in the tree, where the tests look for it from their own place.
target=${CARGO_TARGET_DIR:-$here/../../target}
venv=$target/components/venv

# --- The components -----------------------------------------------------------------------------------------

# The server and promtool.
has_prometheus() { command -v prometheus && command -v promtool; }
install_prometheus() { install_packages prometheus; }

has_pushgateway() { command -v prometheus-pushgateway; }
install_pushgateway() { install_packages prometheus-pushgateway; }

has_alertmanager() { command -v prometheus-alertmanager; }
install_alertmanager() { install_packages prometheus-alertmanager; }

# A StatsD server, the types of Grafana's dashboards with their compiler, and what drives the browser.
node=$target/components/node
has_node() { [[ -x $node/node_modules/.bin/tsc ]] && cmp "$here/package.json" "$node/installed.json"; }
install_node() {
  command -v npm >/dev/null || install_packages nodejs npm
  rm -rf "$node"
  mkdir -p "$node"
  cp "$here/package.json" "$node/"
  npm install --prefix "$node" --silent --no-audit --no-fund --ignore-scripts
  # Last, so that an installation that broke off is done again.
  cp "$here/package.json" "$node/installed.json"
}

# The browser that looks at the live page. Ubuntu has it as a snap only; machines with Google's need no other.
has_chromium() { command -v chromium || command -v google-chrome; }
install_chromium() { install_packages chromium fonts-inter; }

# Python with what checks.py, otlp_receiver.py and smtp_sink.py need, and with rotel, a collector that comes as a
# package of Python.
has_python() { [[ -x $venv/bin/python ]] && cmp "$here/requirements.txt" "$venv/installed.txt"; }
install_python() {
  # Debian's python3 has no ensurepip without this package; other builds of Python bring it along.
  python3 -c 'import ensurepip' 2>/dev/null || install_packages python3 python3-venv
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  # Last, so that an installation that broke off is done again.
  cp "$here/requirements.txt" "$venv/installed.txt"
}

# The gate asks the gateway with it.
has_curl() { command -v curl; }
install_curl() { install_packages curl; }

# --- Packages -----------------------------------------------------------------------------------------------

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  # A fresh machine has no lists, and lists that are too old name packages that are gone.
  as_root apt-get --option DPkg::Lock::Timeout=120 install --yes --no-install-recommends "$@" || {
    as_root apt-get update
    as_root apt-get --option DPkg::Lock::Timeout=120 install --yes --no-install-recommends "$@"
  }
}

# Packages of servers start them where there is an init; the tests start their own.
policy=/usr/sbin/policy-rc.d
forbid_services() {
  if as_root test -e "$policy"; then as_root mv "$policy" "$policy.kept"; fi
  trap allow_services EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}
allow_services() {
  as_root rm -f "$policy"
  if as_root test -e "$policy.kept"; then as_root mv "$policy.kept" "$policy"; fi
}

# --- Main ---------------------------------------------------------------------------------------------------

export DEBIAN_FRONTEND=noninteractive
wanted=("$@")
[[ ${#wanted[@]} != 0 ]] || wanted=("${COMPONENTS[@]}")
missing=()
for component in "${wanted[@]}"; do
  if ! declare -F "install_$component" >/dev/null; then
    echo "install.sh: there is no component \`$component\`; there are ${COMPONENTS[*]}" >&2
    exit 2
  fi
  "has_$component" >/dev/null 2>&1 || missing+=("$component")
done
if [[ ${#missing[@]} == 0 ]]; then
  echo "components: ${wanted[*]} are there"
  exit 0
fi
forbid_services
for component in "${missing[@]}"; do
  echo "components: installing $component"
  "install_$component"
  "has_$component" >/dev/null || { echo "install.sh: $component is still not there" >&2; exit 1; }
done
echo "components: installed ${missing[*]}"
