package io.claviger.server.access;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A time and a value by id, in three columns: twelve to forty bytes an id, and no object of its
 * own. Ids are never taken out one by one. Not safe for several threads at once.
 */
final class UseTable<V> {
  private static final int CAPACITY_MIN = 4;

  private String[] ids = new String[CAPACITY_MIN];
  private long[] times = new long[CAPACITY_MIN];
  private Object[] values = new Object[CAPACITY_MIN];
  private int size;

  /** The hash of an id, spread over all bits: ids that are made together differ in few of them. */
  static int spread(String id) {
    int hash = id.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  /**
   * The slot of an id, to be asked of until the next {@link #put}; negative when it is not here.
   */
  int find(String id) {
    int slot = slot(id);
    return ids[slot] == null ? -1 : slot;
  }

  /** The time of a slot, in milliseconds since 1970. */
  long at(int slot) {
    return times[slot];
  }

  @SuppressWarnings("unchecked") // Only put writes there.
  V value(int slot) {
    return (V) values[slot];
  }

  /**
   * Puts down the later one of what is known and this.
   *
   * @return whether the id is new
   */
  @SuppressWarnings("ReferenceEquality") // See below.
  boolean put(String id, long at, V value) {
    int slot = slot(id);
    boolean added = ids[slot] == null;
    if (added) {
      ids[slot] = id;
      size++;
    }
    if (added || at >= times[slot]) {
      times[slot] = at;
      // A reference that stays as it is costs the collector nothing.
      if (values[slot] != value) {
        values[slot] = value;
      }
    }
    if (size > ids.length / 4 * 3) {
      grow();
    }
    return added;
  }

  /** The ids, in no order. */
  Stream<String> ids() {
    return Arrays.stream(ids).filter(Objects::nonNull);
  }

  private int slot(String id) {
    int last = ids.length - 1;
    int slot = spread(id) & last;
    while (ids[slot] != null && !ids[slot].equals(id)) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private void grow() {
    String[] fewerIds = ids;
    long[] fewerTimes = times;
    Object[] fewerValues = values;
    ids = new String[2 * fewerIds.length];
    times = new long[ids.length];
    values = new Object[ids.length];
    for (int i = 0; i < fewerIds.length; i++) {
      if (fewerIds[i] != null) {
        int slot = slot(fewerIds[i]);
        ids[slot] = fewerIds[i];
        times[slot] = fewerTimes[i];
        values[slot] = fewerValues[i];
      }
    }
  }
}
