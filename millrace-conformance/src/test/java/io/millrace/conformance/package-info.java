/**
 * Millrace as its clients meet it: through the front door and no other way.
 *
 * <p>The tests tagged {@code sdk} use the AWS SDK for Java and run twice, in CBOR and in JSON. The others send requests by hand,
 * because the SDK hides what they look at, or could not be made to send what they send.
 */
package io.millrace.conformance;
