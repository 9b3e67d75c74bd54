package io.millrace.bench.load;

import java.nio.ByteBuffer;

/** A whole request, head and body, ready for the socket. */
record HttpCall(ByteBuffer bytes) {}
