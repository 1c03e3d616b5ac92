package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What is tried again and again while something is broken must not fill the disk with its log. */
final class RepeatedProblemsTest {
  private static final long NOW = 1_800_000_000_000L;

  private final LoggerContext context = new LoggerContext();
  private final RepeatedProblems filter = new RepeatedProblems();

  @Test
  void aProblemIsWrittenAFewTimesAMinute() {
    long written = 0;
    for (int i = 0; i < 600; i++) {
      written +=
          written(warning("cannot follow", new IllegalStateException("gone"), NOW + i)) ? 1 : 0;
    }

    assertThat(written).isEqualTo(RepeatedProblems.LINES_MAX);
  }

  @Test
  void theNextMinuteTellsHowManyWereLeftOut() {
    for (int i = 0; i < RepeatedProblems.LINES_MAX + 7; i++) {
      written(warning("cannot follow", new IllegalStateException("gone"), NOW));
    }
    LoggingEvent next =
        warning("cannot follow", new IllegalStateException("gone"), NOW + RepeatedProblems.WINDOW);

    assertThat(written(next)).isTrue();
    assertThat(next.getKeyValuePairs())
        .extracting(pair -> pair.key + "=" + pair.value)
        .containsExactly("leftOut=7");

    LoggingEvent after =
        warning(
            "cannot follow", new IllegalStateException("gone"), NOW + 2 * RepeatedProblems.WINDOW);
    assertThat(written(after)).isTrue();
    assertThat(after.getKeyValuePairs()).isNull();
  }

  @Test
  void aClockThatIsSetBackHidesNothing() {
    for (int i = 0; i < 100; i++) {
      written(warning("cannot follow", new IllegalStateException("gone"), NOW));
    }
    long hourBefore = NOW - 60 * RepeatedProblems.WINDOW;

    assertThat(written(warning("cannot follow", new IllegalStateException("gone"), hourBefore)))
        .isTrue();
  }

  @Test
  void anotherProblemIsWrittenAllTheSame() {
    for (int i = 0; i < 100; i++) {
      written(warning("cannot follow", new IllegalStateException("gone"), NOW));
    }
    LoggingEvent elsewhere = warning("cannot follow", new IllegalStateException("gone"), NOW);
    elsewhere.setKeyValuePairs(List.of(new KeyValuePair("route", "me.get")));

    assertThat(written(warning("another", new IllegalStateException("gone"), NOW))).isTrue();
    assertThat(written(warning("cannot follow", new IllegalArgumentException("odd"), NOW)))
        .isTrue();
    assertThat(written(elsewhere)).isTrue();
  }

  @Test
  void linesWithoutAStackTraceAreAllWritten() {
    for (int i = 0; i < 100; i++) {
      assertThat(written(warning("request", null, NOW))).isTrue();
    }
  }

  @Test
  void whatIsToldApartIsBounded() {
    for (int i = 0; i < 3 * RepeatedProblems.PROBLEMS_MAX; i++) {
      assertThat(written(warning("text " + i, new IllegalStateException("gone"), NOW))).isTrue();
    }
  }

  private boolean written(LoggingEvent event) {
    return filter.decide(event) != FilterReply.DENY;
  }

  private LoggingEvent warning(String message, @Nullable Throwable problem, long at) {
    LoggingEvent event =
        new LoggingEvent("test", context.getLogger("test"), Level.WARN, message, problem, null);
    event.setTimeStamp(at);
    return event;
  }
}
