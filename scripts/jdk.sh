# Finds a JDK 25 or newer and exports JAVA_HOME. Sourced by the launcher and by check.
# Looks at JAVA_HOME, at the java on the PATH and under /usr/lib/jvm; says what is missing when there is none.

java_version_of() {
  "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
}

find_jdk() {
  candidates="${JAVA_HOME:-}"
  if command -v javac >/dev/null 2>&1; then
    candidates="$candidates
$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")"
  fi
  for candidate in /usr/lib/jvm/*; do
    candidates="$candidates
$candidate"
  done
  old_ifs=$IFS
  IFS='
'
  for candidate in $candidates; do
    [ -x "$candidate/bin/javac" ] || continue
    version=$(java_version_of "$candidate")
    if [ -n "$version" ] && [ "$version" -ge 25 ]; then
      IFS=$old_ifs
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  IFS=$old_ifs
  echo "Claviger needs a JDK 25 or newer, and none was found." >&2
  echo "Looked at JAVA_HOME (${JAVA_HOME:-not set}), at javac on the PATH and under /usr/lib/jvm." >&2
  echo "Install one (for example Temurin 25) or set JAVA_HOME to where it is." >&2
  return 1
}
