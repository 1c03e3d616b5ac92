package io.claviger.server.http;

import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionWatchTest {
  /** A watch that has stopped looking would leave the server to slow clients. */
  @Test
  void whatCannotBeClosedDoesNotEndTheWatch() {
    AtomicInteger looks = new AtomicInteger();
    try (ConnectionWatch watch = new ConnectionWatch(HttpLimits.DEFAULT)) {
      watch.add(_ -> {
        throw new IllegalStateException("on purpose");
      });
      watch.add(_ -> looks.incrementAndGet());
      await().until(() -> looks.get() >= 2);
    }
  }
}
