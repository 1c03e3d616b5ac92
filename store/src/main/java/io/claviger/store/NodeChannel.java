package io.claviger.store;

/**
 * Carries messages between the nodes that share a database, at once and without keeping them: who
 * is not there does not get them. For what must not be lost there are tables.
 *
 * <p>Every node gets all messages, its own among them, in one and the same order. A message comes
 * once or not at all.
 */
public interface NodeChannel extends AutoCloseable {
  /** Gets messages. */
  @FunctionalInterface
  interface Receiver {
    /**
     * A message came. Called by one thread; must be quick.
     *
     * @param own whether this node has sent it
     */
    void receive(byte[] message, boolean own);
  }

  /** The channel of a node that is alone with its database. */
  NodeChannel ALONE =
      new NodeChannel() {
        @Override
        public boolean hasPeers() {
          return false;
        }

        @Override
        public boolean send(byte[] message) {
          return false;
        }

        @Override
        public Traffic traffic() {
          return new Traffic(0, 0, 0);
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  /**
   * Counts of messages since the start.
   *
   * @param lost of this node that did not get out, and of others that did not get here
   */
  record Traffic(long sent, long received, long lost) {}

  /** Whether another node has been heard of lately. */
  boolean hasPeers();

  /**
   * Sends a message to all nodes. Never blocks.
   *
   * @return false when there is nobody who could get it, or too much is waiting: it is dropped
   */
  boolean send(byte[] message);

  /** What went through it. */
  Traffic traffic();

  /** Sends and gets nothing any more. */
  @Override
  void close();
}
