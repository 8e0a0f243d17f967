# Sourced by the scripts of bin/: choose a Python, make this checkout's virtual environment.
# POSIX sh; expects $root, the folder of the checkout.

say() { printf '%s\n' "$*" >&2; }

die() { say "$*"; exit 1; }

# The shims of version managers exist for Pythons that are not enabled, and Debian splits venv off: run it to know.
is_usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_usable "$PYTHON" || die "PYTHON=$PYTHON does not run, is older than 3.11 or lacks the venv module."
        printf '%s\n' "$PYTHON"
        return
    fi
    for candidate in python3.13 python3.12 python3.11 python3; do
        if is_usable "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    die "No Python 3.11 or newer with its venv module on PATH (tried python3.13, 3.12, 3.11, python3)." \
        "On Debian: apt-get install python3 python3-venv. Elsewhere name one: PYTHON=/path/to/python3 $0"
}

# make_venv EXTRA: have the package and an extra ("dev", or "" for none) installed; sets $venv.
# A Python named by $PYTHON gets an environment of its own, so that several can be kept side by side.
# The stamp says what was installed: place and interpreter (else made anew), dependencies and extra (else brought up).
make_venv() {
    python=$(choose_python) || exit 1
    version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
    venv=$root/.venv
    [ -z "${PYTHON:-}" ] || venv=$root/.venv-${version%.*}
    declared="$root $version $(cksum <"$root/pyproject.toml")"
    has=$(cat "$venv/.stamp" 2>/dev/null || true)
    # The environment for development can do all that the smaller one can.
    if [ "$has" = "$declared $1" ] || [ "$has" = "$declared dev" ]; then
        return
    fi
    case $has in
        '' | "$root $version "*) clear= ;;
        *) clear=--clear ;;
    esac
    say "Preparing $venv with Python $version: about a minute, once ..."
    "$python" -m venv $clear "$venv" || die "$python -m venv $venv failed."
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --editable "$root${1:+[$1]}" ||
        die "pip could not install what pyproject.toml asks for; see above."
    printf '%s\n' "$declared $1" >"$venv/.stamp"
}
