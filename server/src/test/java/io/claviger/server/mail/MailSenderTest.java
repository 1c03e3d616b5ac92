package io.claviger.server.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.mail.MailSender.Outgoing;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.Warnings;
import io.claviger.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What cannot be sent is tried less and less often, and in the end no more. */
class MailSenderTest {
  private static final Duration DAY = Duration.ofDays(1);

  /** One message, which nobody can make. */
  private static final class Broken implements MailSender.Outbox {
    private final Instant end;
    private Optional<Instant> due;
    private int attempts;
    private final List<Duration> waits = new ArrayList<>();

    Broken(Instant now) {
      this.due = Optional.of(now);
      this.end = now.plus(DAY);
    }

    @Override
    public boolean hasDue(Instant now) {
      return due.filter(time -> !time.isAfter(now)).isPresent();
    }

    @Override
    public void hurry(Transaction transaction) {
      due = due.map(_ -> transaction.now());
    }

    @Override
    public Optional<Outgoing> claim(Transaction transaction, Duration lease) {
      attempts++;
      due = Optional.of(transaction.now().plus(lease));
      return Optional.of(
          new Outgoing(
              "test",
              attempts,
              end,
              () -> {
                throw new IllegalStateException("the secret is canary");
              },
              _ -> due = Optional.empty(),
              (now, next) -> {
                waits.add(Duration.between(now.now(), next));
                due = Optional.of(next);
              }));
    }
  }

  @Test
  void whatCannotBeMadeIsGivenUpInTheEnd() {
    try (TestServer server = TestServer.start();
        var warnings = new Warnings()) {
      var outbox = new Broken(server.clock().instant());
      server.wiring().mail().add(outbox);
      while (outbox.due.isPresent()) {
        server.wiring().mail().run();
        server.clock().advanceMillis(Duration.ofMinutes(31).toMillis());
        assertThat(outbox.attempts).isLessThan(100);
      }
      assertThat(outbox.waits).startsWith(Duration.ofSeconds(30), Duration.ofMinutes(1));
      assertThat(outbox.waits).endsWith(Duration.ofMinutes(30));
      assertThat(warnings.lines()).isNotEmpty().noneMatch(line -> line.contains("canary"));
    }
  }
}
