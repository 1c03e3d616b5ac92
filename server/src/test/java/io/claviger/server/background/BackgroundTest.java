package io.claviger.server.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work that nobody waits for must not stop in silence. */
class BackgroundTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long PATIENCE_SECONDS = 10;

  @Test
  void whatFailsComesBack() throws InterruptedException {
    var thrice = new CountDownLatch(3);
    try (var background = new Background("test")) {
      background.every(
          SOON,
          "it fails as it should",
          () -> {
            thrice.countDown();
            throw new IllegalStateException("the work failed");
          });
      assertThat(thrice.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void anErrorEndsNeitherThePieceNorTheThread() throws InterruptedException {
    var thrice = new CountDownLatch(3);
    try (var background = new Background("test")) {
      background.every(
          SOON,
          "it fails as it should",
          () -> {
            thrice.countDown();
            throw new StackOverflowError();
          });
      assertThat(thrice.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closingWaitsForThePieceInProgress() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    var background = new Background("test");
    background.once(
        "never",
        () -> {
          begun.countDown();
          await(mayEnd);
          ended.set(true);
        });
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    Thread closing = Thread.ofPlatform().start(background::close);
    while (!background.closed()) {
      Thread.onSpinWait();
    }
    mayEnd.countDown();
    closing.join();
    assertThat(ended).isTrue();
  }

  @Test
  void nothingBeginsAfterClosing() {
    var done = new AtomicInteger();
    var background = new Background("test");
    background.every(NEVER, "never", done::incrementAndGet);
    background.close();
    background.once("never", done::incrementAndGet);
    assertThat(done).hasValue(0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
