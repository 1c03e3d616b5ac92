package io.claviger.server.mqtt;

import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Packets of one connection that wait for the one before them to be decided about. Used by the
 * connection's own thread.
 */
final class PacketQueue {
  /** From here on nothing is read from the connection until the queue is empty again. */
  private static final int FULL = 64;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean held;
  private boolean full;

  /** Whether nothing waits and nothing has to. */
  boolean isOpen() {
    return !held && waiting.isEmpty();
  }

  /** Runs it in its turn. */
  void add(ChannelHandlerContext ctx, Runnable packet) {
    waiting.add(packet);
    if (waiting.size() >= FULL && !full) {
      full = true;
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** From now on packets wait. */
  void hold() {
    held = true;
  }

  /** They go on, until one of them has to wait again. */
  void resume(ChannelHandlerContext ctx) {
    held = false;
    while (!held) {
      Runnable next = waiting.poll();
      if (next == null) {
        break;
      }
      next.run();
    }
    if (full && waiting.isEmpty()) {
      full = false;
      ctx.channel().config().setAutoRead(true);
    }
  }
}
