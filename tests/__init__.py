"""The tests; a package, since a library of ours installs another one of that name that would be found first."""
