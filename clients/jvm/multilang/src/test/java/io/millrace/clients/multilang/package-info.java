/** The KCL's daemon for other languages, with the jars and the Python side that the package {@code amazon_kclpy} installs. */
@NullMarked
package io.millrace.clients.multilang;

import org.jspecify.annotations.NullMarked;
