package io.claviger.store.dashboard;

import io.claviger.core.id.ApplicationId;

/** Which dashboards are wanted, by the application they stand in (APP-5). */
public sealed interface ApplicationFilter {
  /** All of them. */
  record Any() implements ApplicationFilter {}

  /** Those that stand in none. */
  record None() implements ApplicationFilter {}

  /** Those of one application. */
  record Of(ApplicationId id) implements ApplicationFilter {}
}
