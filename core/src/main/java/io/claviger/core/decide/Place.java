package io.claviger.core.decide;

import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Standing;
import java.util.Optional;

/** Where something is to be done, with what the bearer's user is there. */
public sealed interface Place {
  /** How the owner of the place is at the moment (ORG-17). */
  default OwnerState state() {
    return switch (this) {
      case OfOwner place -> place.state;
      case OfApplication place -> place.state;
      case OfDashboard place -> place.state;
      case Account _, Absent _ -> OwnerState.OPEN;
    };
  }

  /**
   * No resource in particular: the own account, or a collection that the answer is drawn from.
   * Where a collection action needs a role on the owner named in the body, the question is asked
   * again at that {@link OfOwner}. An action whose path names an application, an organization or a
   * dashboard is never done here.
   */
  record Account() implements Place {}

  /**
   * The path names something that does not exist.
   *
   * @param kind what was named, for people: {@code Application}
   * @param within the application that the path leads through, if that exists: who does not see it
   *     must not learn from the answer that it is there (ERR-5, ERR-6)
   */
  record Absent(String kind, Optional<OfApplication> within) implements Place {
    /** Absent, and named by itself. */
    public Absent(String kind) {
      this(kind, Optional.empty());
    }
  }

  /**
   * An organization or a sandbox as a whole.
   *
   * @param member the user whose membership the question is about; empty when it is about none
   */
  record OfOwner(Owner owner, Standing standing, Optional<UserId> member, OwnerState state)
      implements Place {
    /** An owner that is open. */
    public OfOwner(Owner owner, Standing standing, Optional<UserId> member) {
      this(owner, standing, member, OwnerState.OPEN);
    }

    /** An owner that is open, and no single member of it. */
    public OfOwner(Owner owner, Standing standing) {
      this(owner, standing, Optional.empty());
    }
  }

  /**
   * An application, perhaps one device of it.
   *
   * @param device empty when the question is about no single device
   */
  record OfApplication(
      Owner owner,
      ApplicationId id,
      Standing standing,
      Optional<NamedDevice> device,
      OwnerState state)
      implements Place {
    /** An application of an owner that is open. */
    public OfApplication(
        Owner owner, ApplicationId id, Standing standing, Optional<NamedDevice> device) {
      this(owner, id, standing, device, OwnerState.OPEN);
    }
  }

  /**
   * A dashboard.
   *
   * @param open whether anyone may read it: it is public, or its password was given (APP-4)
   */
  record OfDashboard(
      Resource.Dashboard dashboard, Standing standing, boolean open, OwnerState state)
      implements Place {
    /** A dashboard of an owner that is open. */
    public OfDashboard(Resource.Dashboard dashboard, Standing standing, boolean open) {
      this(dashboard, standing, open, OwnerState.OPEN);
    }
  }

  /**
   * The one device that the question is about.
   *
   * @param facts empty when there is no such device in the application
   */
  record NamedDevice(Optional<DeviceFacts> facts) {}
}
