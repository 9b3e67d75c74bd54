# Sourced by ./millrace and ./mvnw: sets JAVA_HOME to a Java 25 or newer, or says where it looked and leaves.
# With java_wanted=javac it has to be a whole JDK, which building takes; with java_wanted=java a runtime will do.

java_release_min=25

# Prints the feature release of the Java in folder $1, from its own release file, so that no JVM is started to ask.
java_release() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/$java_wanted" ] && [ -r "$1/release" ] || return 1
    sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release"
}

java_is_new_enough() {
    release=$(java_release "$1") && [ -n "$release" ] && [ "$release" -ge "$java_release_min" ]
}

java_of_path() {
    on_path=$(command -v "$java_wanted" 2>/dev/null) || return 1
    on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
    dirname "$(dirname "$on_path")"
}

find_java() {
    for candidate in "${MILLRACE_JAVA_HOME-}" "${JAVA_HOME-}" "$(java_of_path)" \
        /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk* /opt/java/* /usr/local/*jdk* \
        "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*; do
        if [ -n "$candidate" ] && java_is_new_enough "$candidate"; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return 0
        fi
    done
    case $java_wanted in javac) what="a JDK" ;; *) what="Java" ;; esac
    echo "Millrace needs $what $java_release_min or newer; looked in MILLRACE_JAVA_HOME, JAVA_HOME, PATH, /usr/lib/jvm, /opt, /usr/local, ~/.sdkman, ~/.jdks and /Library/Java. Install one (for example Temurin $java_release_min) or set MILLRACE_JAVA_HOME." >&2
    exit 1
}

find_java
