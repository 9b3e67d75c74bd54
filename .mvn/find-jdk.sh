# Sourced by ./millrace and ./mvnw: sets JAVA_HOME to a JDK 25 or newer, or says where it looked and leaves.

jdk_wanted=25

# Prints the feature release of the JDK in folder $1, from its own release file, so that no JVM is started to ask.
jdk_release() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release"
}

jdk_is_new_enough() {
    release=$(jdk_release "$1") && [ -n "$release" ] && [ "$release" -ge "$jdk_wanted" ]
}

jdk_of_path() {
    java_on_path=$(command -v javac 2>/dev/null) || return 1
    java_on_path=$(readlink -f "$java_on_path" 2>/dev/null || echo "$java_on_path")
    dirname "$(dirname "$java_on_path")"
}

find_jdk() {
    for candidate in "${MILLRACE_JAVA_HOME-}" "${JAVA_HOME-}" "$(jdk_of_path)" \
        /usr/lib/jvm/*25* /usr/lib/jvm/* /opt/*jdk* /opt/java/* /usr/local/*jdk* \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*; do
        if [ -n "$candidate" ] && jdk_is_new_enough "$candidate"; then
            JAVA_HOME=$candidate
            export JAVA_HOME
            return 0
        fi
    done
    echo "Millrace needs a JDK $jdk_wanted or newer (with javac); looked in MILLRACE_JAVA_HOME, JAVA_HOME, PATH, /usr/lib/jvm, /opt, /usr/local, ~/.sdkman, ~/.jdks and /Library/Java: install one (for example Temurin $jdk_wanted) or set MILLRACE_JAVA_HOME." >&2
    exit 1
}

find_jdk
