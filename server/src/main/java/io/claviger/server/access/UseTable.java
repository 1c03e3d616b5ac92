package io.claviger.server.access;

import java.util.stream.IntStream;

/**
 * A time and a value by id, in columns: some thirty bytes an id, and no object of its own. Each is
 * known to wait or to be written. Not safe for several threads at once.
 */
final class UseTable<V> {
  private static final int CAPACITY_MIN = 4;

  private String[] ids;
  private long[] times;
  private Object[] values;
  private boolean[] waits;
  private int size;
  private int waiting;

  UseTable() {
    this(CAPACITY_MIN);
  }

  /**
   * An empty table.
   *
   * @param capacity a power of two
   */
  private UseTable(int capacity) {
    ids = new String[capacity];
    times = new long[capacity];
    values = new Object[capacity];
    waits = new boolean[capacity];
  }

  /** The hash of an id, spread over all bits: ids that are made together differ in few of them. */
  static int spread(String id) {
    int hash = id.hashCode() * 0x9E3779B9;
    return hash ^ (hash >>> 15);
  }

  /** How many ids there are. */
  int size() {
    return size;
  }

  /**
   * The slot of an id, to be asked of until the next {@link #put}; negative when it is not here.
   */
  int find(String id) {
    int slot = slot(id);
    return ids[slot] == null ? -1 : slot;
  }

  String id(int slot) {
    return ids[slot];
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
   * Puts down the later one of what is known and this; that waits.
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
      waits(slot, true);
    }
    if (size > ids.length / 4 * 3) {
      moveTo(new UseTable<>(2 * ids.length), false);
    }
    return added;
  }

  boolean waits(int slot) {
    return waits[slot];
  }

  /** Says whether a slot waits or is written. */
  void waits(int slot, boolean yes) {
    if (waits[slot] != yes) {
      waits[slot] = yes;
      waiting += yes ? 1 : -1;
    }
  }

  /** Forgets what does not wait, if that is more than half of all. */
  void tidy() {
    if (waiting < size / 2 || waiting == 0) {
      int capacity = CAPACITY_MIN;
      while (waiting > capacity / 2) {
        capacity *= 2;
      }
      moveTo(new UseTable<>(capacity), true);
    }
  }

  /** The slots of all that is here, in no order. */
  IntStream slots() {
    return IntStream.range(0, ids.length).filter(slot -> ids[slot] != null);
  }

  private int slot(String id) {
    int last = ids.length - 1;
    int slot = spread(id) & last;
    while (ids[slot] != null && !ids[slot].equals(id)) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  private void moveTo(UseTable<V> other, boolean onlyWaiting) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] != null && (waits[i] || !onlyWaiting)) {
        int slot = other.slot(ids[i]);
        other.ids[slot] = ids[i];
        other.times[slot] = times[i];
        other.values[slot] = values[i];
        other.waits[slot] = waits[i];
        other.size++;
        other.waiting += waits[i] ? 1 : 0;
      }
    }
    ids = other.ids;
    times = other.times;
    values = other.values;
    waits = other.waits;
    size = other.size;
    waiting = other.waiting;
  }
}
