/**
 * Destinations that are HTTP endpoints: the generic one with Firehose's own contract, Splunk's event collector, the bulk
 * door of OpenSearch and Elasticsearch, and Snowflake's streaming interface. Owns what is sent, what counts as a yes, and the codes of a no. Retrying and the
 * error output are the caller's.
 */
@NullMarked
package io.millrace.firehose.http;

import org.jspecify.annotations.NullMarked;
