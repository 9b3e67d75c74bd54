package io.millrace.bench.suite;

import io.millrace.bench.figure.Figure;

/** Who was measured doing what, and how: the same in all repeats. */
record Subject(String server, String scenario, String encoding, int shards, int connections) {
    static Subject of(Figure figure) {
        return new Subject(
                figure.text("server"),
                figure.text("scenario"),
                figure.text("encoding"),
                (int) figure.number("shards").orElse(0),
                (int) figure.number("connections").orElse(0));
    }
}
