/** The AWS SDK for Java v2 over the HTTP client of the AWS Common Runtime, which is written in C. */
@NullMarked
package io.millrace.clients.crt;

import org.jspecify.annotations.NullMarked;
