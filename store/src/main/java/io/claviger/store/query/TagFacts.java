package io.claviger.store.query;

import java.util.List;

/**
 * What is known of the tags of the devices of an application. It says how a query goes about them;
 * which devices it finds is the same whatever this says, so that it may be a moment old.
 */
public interface TagFacts {
  /** Whether {@link DeviceKeySets} are worth while. */
  boolean keySetsAreFew();

  /** Whether few tags have one of these keys and one of these values. */
  boolean areFew(List<String> keys, List<String> values);
}
