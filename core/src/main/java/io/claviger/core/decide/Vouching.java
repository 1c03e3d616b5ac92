package io.claviger.core.decide;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether somebody may vouch for a device, so that it gets a session without a key (KEY-41). A
 * sponsor sees the device, and gives no more scope and no more time than it has. What it may do
 * itself is asked again at every request of the device.
 */
public final class Vouching {
  private final ScopeCover cover;

  public Vouching(ScopeCover cover) {
    this.cover = cover;
  }

  /** The answer. */
  public sealed interface Outcome {
    /**
     * The device may have a session.
     *
     * @param latestEnd when the session must end at the latest; empty for never
     */
    record Granted(DeviceFacts device, Optional<Instant> latestEnd) implements Outcome {}

    /** The sponsor is no good, or does not see the device. */
    record Refused(Denial reason) implements Outcome {}

    /** Devices of that class do not connect by themselves (KEY-31). */
    record Unfit(DeviceClass deviceClass) implements Outcome {}

    /**
     * More is asked for than the sponsor has.
     *
     * @param scope the first name that is beyond it
     */
    record Beyond(String scope) implements Outcome {}
  }

  /**
   * Decides.
   *
   * @param seeing whether the bearer may read the device, at the place that the device has
   * @param wanted the scope that the session is to have
   */
  public Outcome decide(Question seeing, ScopeNames wanted) {
    return Authorizer.invalid(seeing.bearer(), seeing.address(), seeing.now())
        .<Outcome>map(Outcome.Refused::new)
        .orElseGet(() -> decideForValid(seeing, wanted));
  }

  /** What a sponsor has to give. */
  private record Means(ScopeNames scope, Validity validity) {}

  private Outcome decideForValid(Question seeing, ScopeNames wanted) {
    Optional<Means> means = means(seeing.bearer());
    if (means.isEmpty()) {
      return new Outcome.Refused(new Denial.CannotVouch());
    }
    if (Authorizer.decide(seeing) instanceof Decision.Denied(Denial reason)) {
      return new Outcome.Refused(reason);
    }
    Optional<DeviceFacts> device = device(seeing.place()).filter(found -> !found.deleted());
    if (device.isEmpty()) {
      return new Outcome.Refused(new Denial.Unseen("Device"));
    }
    if (!device.get().deviceClass().mayAuthenticate()) {
      return new Outcome.Unfit(device.get().deviceClass());
    }
    return cover
        .beyond(means.get().scope(), wanted)
        .<Outcome>map(Outcome.Beyond::new)
        .orElseGet(() -> new Outcome.Granted(device.get(), means.get().validity().expiresAt()));
  }

  /** Devices vouch for nobody, nor does a third party to which a user consented. */
  private static Optional<Means> means(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(var credential, var _) ->
          credential.kind() == UserCredential.Kind.OAUTH_TOKEN
              ? Optional.empty()
              : Optional.of(new Means(credential.grant().names(), credential.validity()));
      case Bearer.OfApplication(var token, var _) ->
          Optional.of(new Means(token.grant().names(), token.validity()));
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ -> Optional.empty();
    };
  }

  private static Optional<DeviceFacts> device(Place place) {
    return place instanceof Place.OfApplication application
        ? application.device().flatMap(Place.NamedDevice::facts)
        : Optional.empty();
  }
}
