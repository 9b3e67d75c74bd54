/**
 * What the AWS services say, without a word on how it travels or what it means: the operations, the constraints on
 * their members, the errors, and the callers who use them.
 *
 * <p>Requests and responses are the AWS SDK's own model classes; only the hot operations (PutRecord, PutRecords,
 * GetRecords) have flat types of their own here. Does not know HTTP or what an operation does.
 */
@NullMarked
package io.millrace.model;

import org.jspecify.annotations.NullMarked;
