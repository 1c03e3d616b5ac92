/** Tests of state and commands. */
@org.jspecify.annotations.NullMarked
package io.claviger.server.state;
