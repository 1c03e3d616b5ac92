/**
 * The rules of Claviger as pure functions: no input or output, no clock, no randomness of their
 * own. Facts go in, decisions come out.
 */
module io.claviger.core {
  requires static org.jspecify;

  exports io.claviger.core;
  exports io.claviger.core.network;
  exports io.claviger.core.topic;
}
