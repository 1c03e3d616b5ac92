package io.claviger.core.state;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Intervals of one length, side by side from 1970 on, so that the same question asked a little
 * later has the same intervals. The first and the last are cut off by the range that is asked for.
 *
 * @param startMillis the first moment
 * @param endMillis the last moment
 * @param resolutionMillis the length; 0 for one interval that is the whole range
 */
public record Timeline(long startMillis, long endMillis, long resolutionMillis) {
  /** When the interval begins that a moment of the range is in, within the range or before it. */
  public long intervalOf(long timeMillis) {
    return resolutionMillis == 0
        ? startMillis
        : Math.floorDiv(timeMillis, resolutionMillis) * resolutionMillis;
  }

  /**
   * For how many milliseconds a value held, by interval. A value holds from its moment until the
   * next one, and the last one holds on.
   *
   * @param before the last value before the range
   * @param samples within the range, by ascending time
   * @param nowMillis nothing is known of what comes later
   * @return the intervals in which anything is known of the value, with 0 where it was another
   */
  public NavigableMap<Long, Long> timeAt(
      AttributeValue value, Optional<AttributeValue> before, List<Moment> samples, long nowMillis) {
    NavigableMap<Long, Long> held = new TreeMap<>();
    long end = Math.min(endMillis, nowMillis);
    Optional<AttributeValue> current = before;
    long since = startMillis;
    for (Moment sample : samples) {
      add(held, current, value, since, Math.min(sample.timeMillis(), end));
      current = Optional.of(sample.value());
      since = sample.timeMillis();
    }
    add(held, current, value, since, end);
    return held;
  }

  /**
   * A value at its time.
   *
   * @param timeMillis since 1970
   */
  public record Moment(long timeMillis, AttributeValue value) {}

  private void add(
      NavigableMap<Long, Long> held,
      Optional<AttributeValue> current,
      AttributeValue value,
      long from,
      long until) {
    if (current.isEmpty()) {
      return;
    }
    boolean counts = current.get().equals(value);
    long position = from;
    while (position < until) {
      long interval = intervalOf(position);
      long end = resolutionMillis == 0 ? until : Math.min(until, interval + resolutionMillis);
      held.merge(interval, counts ? end - position : 0, Long::sum);
      position = end;
    }
  }

  /** How many intervals there are. */
  public long intervals() {
    if (endMillis < startMillis) {
      return 0;
    }
    return resolutionMillis == 0
        ? 1
        : (intervalOf(endMillis) - intervalOf(startMillis)) / resolutionMillis + 1;
  }
}
