/** The AWS SDK for Java v1: CBOR unless it is switched off, over HTTP/1.1. */
@NullMarked
package io.millrace.clients.sdk1;

import org.jspecify.annotations.NullMarked;
