package io.claviger.store.audit;

import io.claviger.core.change.SubjectType;
import java.util.List;

/** What the compatible interface names as targets of a change (AUD-2). */
public final class AuditTargets {
  /** What stands in an application and goes by its own name. */
  public static final List<SubjectType> SECONDARY =
      List.of(
          SubjectType.API_TOKEN, SubjectType.ACCESS_KEY, SubjectType.DASHBOARD, SubjectType.DEVICE);

  private AuditTargets() {}
}
