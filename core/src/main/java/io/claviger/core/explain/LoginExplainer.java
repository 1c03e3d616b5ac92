package io.claviger.core.explain;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.DeviceLogin;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Remedy.By;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.OwnerState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Explains whether a device is let in with a key (KEY-42), as {@link Explainer} does the rest. */
public final class LoginExplainer {
  private static final Set<Layer> CONCERNED =
      EnumSet.of(Layer.CREDENTIAL, Layer.ADDRESS, Layer.ORGANIZATION, Layer.DEVICE);

  private LoginExplainer() {}

  /** Explains one answer. Who has not the secret learns of nothing but that. */
  public static Explanation explain(DeviceLogin login) {
    Optional<Denial> refusal = login.refusal();
    Set<Layer> refusing = refusal.map(denial -> refusing(login, denial)).orElse(Set.of());
    List<Finding> findings = new ArrayList<>();
    List<Remedy> remedies = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      Outcome outcome = outcome(layer, refusal, refusing);
      findings.add(new Finding(layer, outcome, detail(layer, outcome, login)));
      if (outcome == Outcome.REFUSED) {
        remedies.add(remedy(layer, login));
      }
    }
    return new Explanation(
        refusal
            .<Decision>map(Decision.Denied::new)
            .orElseGet(() -> new Decision.Allowed(Optional.empty(), new DeviceReach.Everything())),
        findings,
        remedies);
  }

  /** Whether the caller has shown that the key is his. */
  public static boolean proven(DeviceLogin login) {
    return login.refusal().filter(LoginExplainer::unproven).isEmpty();
  }

  private static boolean unproven(Denial refusal) {
    return refusal instanceof Denial.NoCredential || refusal instanceof Denial.WrongSecret;
  }

  private static Outcome outcome(Layer layer, Optional<Denial> refusal, Set<Layer> refusing) {
    if (refusing.contains(layer)) {
      return Outcome.REFUSED;
    }
    return CONCERNED.contains(layer) && refusal.filter(LoginExplainer::unproven).isEmpty()
        ? Outcome.PASSED
        : Outcome.NOT_APPLICABLE;
  }

  private static Set<Layer> refusing(DeviceLogin login, Denial refusal) {
    if (unproven(refusal)) {
      return EnumSet.of(Layer.CREDENTIAL);
    }
    Set<Layer> refusing = EnumSet.noneOf(Layer.class);
    for (Layer layer : CONCERNED) {
      Set<Layer> others = EnumSet.copyOf(CONCERNED);
      others.remove(layer);
      if (without(login, others).refusal().isPresent()) {
        refusing.add(layer);
      }
    }
    return refusing;
  }

  /** The log-in as it would be if nothing stood in its way; for who has the secret. */
  public static DeviceLogin open(DeviceLogin login) {
    DeviceLogin open = without(login, CONCERNED);
    return new DeviceLogin(
        open.key(),
        open.presented(),
        login.device().filter(it -> sameApplication(it, login)).or(open::device),
        login.state(),
        open.address());
  }

  private static boolean sameApplication(DeviceFacts device, DeviceLogin login) {
    return login
        .key()
        .filter(key -> key.application().equals(device.application()))
        .filter(_ -> !device.deleted())
        .isPresent();
  }

  /** The log-in as it would be if these layers let everything through. */
  public static DeviceLogin without(DeviceLogin login, Set<Layer> layers) {
    Optional<AccessKey> key =
        login
            .key()
            .map(it ->
                new AccessKey(
                    it.id(),
                    it.application(),
                    it.secret(),
                    layers.contains(Layer.CREDENTIAL) ? CredentialStatus.ACTIVE : it.status(),
                    layers.contains(Layer.DEVICE) ? new DeviceSelection.All() : it.devices(),
                    layers.contains(Layer.ADDRESS) ? new AddressRule.Anyone() : it.addresses(),
                    it.topics()));
    return new DeviceLogin(
        key,
        login.presented(),
        layers.contains(Layer.DEVICE) ? key.map(LoginExplainer::able) : login.device(),
        layers.contains(Layer.ORGANIZATION) ? OwnerState.OPEN : login.state(),
        login.address());
  }

  private static DeviceFacts able(AccessKey key) {
    return new DeviceFacts(
        new DeviceId("0".repeat(24)),
        key.application(),
        DeviceClass.STANDALONE,
        List.of(),
        Optional.empty(),
        false);
  }

  private static String detail(Layer layer, Outcome outcome, DeviceLogin login) {
    boolean refused = outcome == Outcome.REFUSED;
    if (outcome == Outcome.NOT_APPLICABLE) {
      return Wording.NOTHING_TO_SAY;
    }
    return switch (layer) {
      case CREDENTIAL ->
          !refused
              ? "The access key is switched on."
              : proven(login)
                  ? "The access key is switched off."
                  : "There is no such access key, or the secret is not its own.";
      case ADDRESS ->
          "The access key " + (refused ? "does not admit " : "admits ") + address(login) + ".";
      case ORGANIZATION ->
          refused ? "The organization of the device is disabled." : Wording.OWNER_OPEN;
      case DEVICE ->
          refused
              ? "It is no device that the access key lets in: gone, of another application, of a"
                  + " class that never authenticates, or not one that the key names."
              : "The access key is for the device.";
      case ACCOUNT,
          CREDENTIAL_KIND,
          SCOPE,
          RESOURCE,
          SECOND_FACTOR,
          MEMBER_ROLE,
          MEMBER_OVERRIDE,
          CAP,
          CAP_OVERRIDE,
          SPONSOR,
          TOPIC ->
          Wording.NOTHING_TO_SAY;
    };
  }

  private static String address(DeviceLogin login) {
    return login.address().map(IpAddress::toString).orElse(Wording.ADDRESS_NOT_KNOWN);
  }

  private static Remedy remedy(Layer layer, DeviceLogin login) {
    return switch (layer) {
      case CREDENTIAL ->
          proven(login)
              ? new Remedy(layer, "Switch the access key on again.", By.APPLICATION_EDITOR)
              : new Remedy(layer, "Present an access key that exists, and its secret.", By.CLIENT);
      case ADDRESS -> Wording.admitAddress(login.address());
      case ORGANIZATION -> Wording.openOrganization();
      case DEVICE ->
          new Remedy(
              layer,
              "Use a key that names the device, or give the device a tag that the key names; one that"
                  + " is gone or of a class that never authenticates is let in by no key.",
              By.APPLICATION_EDITOR);
      case ACCOUNT,
          CREDENTIAL_KIND,
          SCOPE,
          RESOURCE,
          SECOND_FACTOR,
          MEMBER_ROLE,
          MEMBER_OVERRIDE,
          CAP,
          CAP_OVERRIDE,
          SPONSOR,
          TOPIC ->
          throw new IllegalArgumentException("says nothing of log-ins: " + layer);
    };
  }
}
