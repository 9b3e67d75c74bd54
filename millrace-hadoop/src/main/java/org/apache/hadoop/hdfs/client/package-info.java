/** A name that ORC's adapter asks about before each of its streams: no stream of ours is one of HDFS. */
package org.apache.hadoop.hdfs.client;
