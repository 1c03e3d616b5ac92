package io.claviger.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Lets the same problem into the log a few times a minute only. While a database is away, what is
 * tried again many times a second fails as often, each time with some kilobytes of stack trace: a
 * night of that would fill the disk. The first line of the next minute says in {@code leftOut} how
 * many there were besides.
 *
 * <p>Only lines with a stack trace are counted, so that no line for a request is ever missing.
 */
public final class RepeatedProblems extends Filter<ILoggingEvent> {
  /** How often one problem is written in one window: enough to see that it goes on. */
  static final int LINES_MAX = 5;

  /** The window, in milliseconds of the lines' own time. */
  static final long WINDOW = Duration.ofMinutes(1).toMillis();

  /** Problems that are told apart; texts of libraries may hold anything. */
  static final int PROBLEMS_MAX = 1_000;

  private static final class Window {
    private long since;
    private long lines;
  }

  /** Whoever uses it holds its lock. */
  private final Map<String, Window> windows = new HashMap<>();

  @Override
  public FilterReply decide(ILoggingEvent event) {
    IThrowableProxy problem = event.getThrowableProxy();
    if (problem == null || !event.getLevel().isGreaterOrEqual(Level.WARN)) {
      return FilterReply.NEUTRAL;
    }
    long leftOut;
    synchronized (windows) {
      Window window = window(nameOf(event, problem));
      long age = event.getTimeStamp() - window.since;
      // Where the clock was set back, what is to come is no window either.
      if (age >= 0 && age < WINDOW) {
        return window.lines++ < LINES_MAX ? FilterReply.NEUTRAL : FilterReply.DENY;
      }
      leftOut = window.lines - LINES_MAX;
      window.since = event.getTimeStamp();
      window.lines = 1;
    }
    if (leftOut > 0 && event instanceof LoggingEvent line) {
      line.addKeyValuePair(new KeyValuePair("leftOut", leftOut));
    }
    return FilterReply.NEUTRAL;
  }

  private Window window(String name) {
    Window known = windows.get(name);
    if (known != null) {
      return known;
    }
    if (windows.size() == PROBLEMS_MAX) {
      windows.clear();
    }
    Window fresh = new Window();
    // So long ago that the first line opens a window.
    fresh.since = Long.MIN_VALUE / 2;
    windows.put(name, fresh);
    return fresh;
  }

  /** What makes two lines the same problem; the numbers in a text do not tell them apart. */
  private static String nameOf(ILoggingEvent event, IThrowableProxy problem) {
    @Nullable Object values = event.getKeyValuePairs();
    return String.join(
        " ",
        event.getLoggerName(),
        event.getMessage(),
        problem.getClassName(),
        values == null ? "" : values.toString());
  }
}
