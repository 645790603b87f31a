#!/bin/sh
# Spark and fakesnow, each in an environment of its own below build/engines; again only when its list changed.
# Prints the lines that make them known.
set -eu
cd "$(dirname "$0")/../.."
export DO_NOT_TRACK=1

python=$PWD/.venv/bin/python

install() {
    if uv --version >/dev/null 2>&1; then
        uv venv --quiet --no-project --python "$python" "$1"
        uv pip install --quiet --python "$1/bin/python" -r "$2"
    else
        "$python" -m venv "$1"
        "$1/bin/python" -m pip install --quiet --disable-pip-version-check -r "$2"
    fi
}

for name in spark fakesnow; do
    folder=$PWD/build/engines/$name
    wanted=generators/workers/$name.txt
    if ! cmp -s "$wanted" "$folder/.installed"; then
        rm -rf "$folder"
        mkdir -p "${folder%/*}"
        install "$folder" "$wanted"
        cp "$wanted" "$folder/.installed"
    fi
    echo "export DFOPS_$(echo "$name" | tr '[:lower:]' '[:upper:]')=$folder/bin/python"
done
command -v java >/dev/null 2>&1 || echo 'Spark needs Java 17: apt install openjdk-17-jre-headless' >&2
