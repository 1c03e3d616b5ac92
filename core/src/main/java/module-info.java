/**
 * The rules of Claviger as pure functions: no input or output, no clock, no randomness of their
 * own. Facts go in, decisions come out.
 */
module io.claviger.core {
  requires static transitive org.jspecify;

  exports io.claviger.core;
  exports io.claviger.core.change;
  exports io.claviger.core.credential;
  exports io.claviger.core.decide;
  exports io.claviger.core.device;
  exports io.claviger.core.explain;
  exports io.claviger.core.id;
  exports io.claviger.core.network;
  exports io.claviger.core.query;
  exports io.claviger.core.role;
  exports io.claviger.core.scim;
  exports io.claviger.core.scope;
  exports io.claviger.core.secret;
  exports io.claviger.core.state;
  exports io.claviger.core.topic;
}
