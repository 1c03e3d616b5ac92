package io.claviger.core.scope;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of actions of one {@link Catalogue}: what a scope covers. One bit for each
 * action, so asking costs a shift and no allocation whatever the number of scope names was.
 *
 * <p>Sets of different catalogues must not be mixed: an action is known here by its position only.
 */
public final class ActionSet {
  private static final ActionSet NONE = new ActionSet(new long[0]);

  // INVARIANT: the last word is not 0, so that equal sets have equal arrays.
  private final long[] words;

  private ActionSet(long[] words) {
    this.words = words;
  }

  /** The set without any action: permits nothing. */
  public static ActionSet none() {
    return NONE;
  }

  /** The set of the given actions. */
  public static ActionSet of(Collection<Action> actions) {
    int indexMax = -1;
    for (Action action : actions) {
      indexMax = Math.max(indexMax, action.index());
    }
    var words = new long[(indexMax >> 6) + 1];
    for (Action action : actions) {
      // A long shift uses the low six bits of the distance: the place inside the word.
      words[action.index() >> 6] |= 1L << action.index();
    }
    return words.length == 0 ? NONE : new ActionSet(words);
  }

  /** Whether the action is in the set. */
  public boolean contains(Action action) {
    int word = action.index() >> 6;
    return word < words.length && (words[word] & (1L << action.index())) != 0;
  }

  /** Whether every action of {@code other} is in this set too. */
  public boolean containsAll(ActionSet other) {
    if (other.words.length > words.length) {
      return false;
    }
    for (int i = 0; i < other.words.length; i++) {
      if ((other.words[i] & ~words[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  /** The actions that are in either set. */
  public ActionSet union(ActionSet other) {
    if (containsAll(other)) {
      return this;
    }
    if (other.containsAll(this)) {
      return other;
    }
    var united = Arrays.copyOf(words, Math.max(words.length, other.words.length));
    for (int i = 0; i < other.words.length; i++) {
      united[i] |= other.words[i];
    }
    return new ActionSet(united);
  }

  /** Whether no action is in the set. */
  public boolean isEmpty() {
    return words.length == 0;
  }

  /** The number of actions in the set. */
  public int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ActionSet set && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return "ActionSet[" + size() + " actions]";
  }
}
