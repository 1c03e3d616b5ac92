package io.claviger.store.application;

import java.time.Instant;
import java.util.Optional;

/**
 * What an application says about itself.
 *
 * @param content Markdown; empty until it is written
 * @param written when and by whom it was written last
 */
public record Readme(String content, Optional<Written> written) {
  /** The last change. */
  public record Written(Instant at, Author by) {}
}
