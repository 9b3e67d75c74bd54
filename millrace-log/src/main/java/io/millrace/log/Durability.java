package io.millrace.log;

/** When an append counts as safe. */
public enum Durability {
    /** When the device has it (fdatasync): survives the loss of power. */
    FSYNC,
    /** When the operating system has it: survives the end of the process, not of the machine. */
    OS
}
