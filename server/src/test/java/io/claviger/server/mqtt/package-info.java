/** Tests of the broker through a client that knows nothing of it. */
@org.jspecify.annotations.NullMarked
package io.claviger.server.mqtt;
