package io.millrace.cli;

/** Something that is on or off, as people write it. */
enum Toggle {
    on,
    off
}
