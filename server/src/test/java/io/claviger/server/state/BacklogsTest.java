package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.TopicFilter;
import io.claviger.server.state.DeviceChannels.Kind;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.server.state.DeviceChannels.Subscription;
import io.claviger.server.state.TopicTaps.Tap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What waits for those who listen is bounded, and who does not read harms nobody else. */
class BacklogsTest {
  private static final Duration NOW = Duration.ZERO;
  private static final ApplicationId SLOW = new ApplicationId("a".repeat(24));
  private static final ApplicationId OTHER = new ApplicationId("b".repeat(24));

  private static TopicFilter everything() {
    return TopicFilter.parse("#").orThrow();
  }

  @Test
  void whoDoesNotReadTakesNoRoomFromAnotherApplication() throws InterruptedException {
    TopicTaps taps = new TopicTaps(true);
    try (Tap slow = taps.open(SLOW, everything());
        Tap other = taps.open(OTHER, everything())) {
      byte[] large = new byte[256 * 1024];
      for (int i = 0; i < Backlogs.MESSAGES; i++) {
        taps.show(SLOW, "topic", large);
      }
      taps.show(OTHER, "topic", new byte[] {1});
      assertThat(other.ended()).isFalse();
      assertThat(other.next(NOW)).isPresent();
      assertThat(slow.ended()).isTrue();
      taps.show(OTHER, "topic", new byte[] {2});
      assertThat(other.next(NOW)).isPresent();
    }
  }

  @Test
  void commandsThatNobodyReadsAreBoundedInBytes() throws InterruptedException {
    DeviceChannels channels = new DeviceChannels();
    List<Subscription> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      slow.add(channels.subscribe(device(i), Kind.COMMAND));
    }
    try (Subscription reading = channels.subscribe(device(9), Kind.COMMAND)) {
      for (int i = 0; i < 4; i++) {
        for (int message = 0; message < Backlogs.MESSAGES; message++) {
          channels.publish(command(i, "x".repeat(100_000)));
        }
      }
      channels.publish(command(9, "\"short\""));
      // 100 MB in all, of which 64 MiB fit.
      assertThat(slow).filteredOn(Subscription::ended).hasSize(2);
      assertThat(reading.next(NOW)).isPresent();
    } finally {
      slow.forEach(Subscription::close);
    }
  }

  @Test
  void whatWasReadMakesRoom() throws InterruptedException {
    Backlogs<Integer> backlogs = new Backlogs<>(100, size -> size);
    try (Backlogs<Integer>.Backlog backlog = backlogs.open()) {
      for (int i = 0; i < 1_000; i++) {
        backlog.offer(60);
        assertThat(backlog.next(NOW)).contains(60);
      }
      backlog.offer(60);
      assertThat(backlog.ended()).isFalse();
      backlog.offer(60);
      assertThat(backlog.ended()).isTrue();
      assertThat(backlog.next(NOW)).isEmpty();
    }
    try (Backlogs<Integer>.Backlog next = backlogs.open()) {
      next.offer(100);
      assertThat(next.next(NOW)).contains(100);
    }
  }

  /** While two make room at once, the second must not believe that the first has found none. */
  @Test
  void whoReadsKeepsItsPlaceWhileManyMakeRoom() throws Exception {
    Backlogs<Integer> backlogs = new Backlogs<>(1_000, size -> size);
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Backlogs<Integer>.Backlog reading = backlogs.open()) {
      reading.offer(1);
      for (int round = 0; round < 20_000; round++) {
        try (Backlogs<Integer>.Backlog one = backlogs.open();
            Backlogs<Integer>.Backlog other = backlogs.open()) {
          Callable<Void> fill =
              () -> {
                for (int i = 0; i < 6; i++) {
                  one.offer(99);
                  other.offer(99);
                }
                return null;
              };
          for (Future<Void> filled : threads.invokeAll(List.of(fill, fill))) {
            filled.get();
          }
        }
        assertThat(reading.ended()).as("round %s", round).isFalse();
      }
    }
  }

  private static DeviceId device(int number) {
    return new DeviceId(Integer.toString(number).repeat(24));
  }

  private static Message command(int device, String payload) {
    return new Message.Command(device(device), Instant.EPOCH, "name", Optional.of(payload), false);
  }
}
