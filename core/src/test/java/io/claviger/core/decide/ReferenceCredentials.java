package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.Validity;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Standing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whether a credential is any good at all, slowly and one rule after the other (ERR-3, UAT-5,
 * UAT-15, USR-11, KEY-46, KEY-54, LUC-14).
 */
final class ReferenceCredentials {
  private ReferenceCredentials() {}

  static String problem(Bearer bearer, Optional<IpAddress> address, Instant now) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> "NoCredential";
      case Bearer.OfTenant it -> tenantProblem(it, now);
      case Bearer.OfUser it -> userProblem(it, now);
      case Bearer.OfApplication it -> {
        String used = used(it.token().validity(), now);
        yield used.isEmpty() && !it.applicationExists() ? "OwnerGone" : used;
      }
      case Bearer.OfDevice it -> deviceProblem(it, address, now);
    };
  }

  private static String used(Validity validity, Instant now) {
    if (validity.status().name().equals("INACTIVE")) {
      return "CredentialInactive";
    }
    if (validity.expiresAt().isPresent()
        && now.toEpochMilli() >= validity.expiresAt().get().toEpochMilli()) {
      return "CredentialExpired";
    }
    return "";
  }

  private static String userProblem(Bearer.OfUser bearer, Instant now) {
    String used = used(bearer.credential().validity(), now);
    if (!used.isEmpty()) {
      return used;
    }
    if (bearer.user().isEmpty()) {
      return "OwnerGone";
    }
    Optional<Instant> cutoff = bearer.user().get().tokenCutoff();
    boolean session = bearer.credential().kind().name().equals("SESSION");
    if (session
        && cutoff.isPresent()
        && bearer.credential().issuedAt().toEpochMilli() < cutoff.get().toEpochMilli()) {
      return "CutOff";
    }
    return "";
  }

  /** LUC-14: good as long as its maker has been an administrator without a break. */
  private static String tenantProblem(Bearer.OfTenant bearer, Instant now) {
    String used = used(bearer.token().validity(), now);
    if (!used.isEmpty()) {
      return used;
    }
    if (bearer.user().isEmpty()) {
      return "OwnerGone";
    }
    if (bearer.user().get().deactivated()) {
      return "Deactivated";
    }
    boolean same = bearer.tenure().isPresent() && bearer.tenure().get() == bearer.token().tenure();
    boolean administrator =
        bearer.standing() instanceof Standing.Member(var membership)
            && ReferenceAuthorizer.name(membership.role()).equals("admin");
    return same && administrator ? "" : "NoAdministrator";
  }

  private static String deviceProblem(
      Bearer.OfDevice bearer, Optional<IpAddress> address, Instant now) {
    String used = used(bearer.session().validity(), now);
    if (!used.isEmpty()) {
      return used;
    }
    if (bearer.device().isEmpty()
        || bearer.device().get().deleted()
        || !bearer.device().get().application().equals(bearer.session().application())) {
      return "OwnerGone";
    }
    if (bearer.warrant() instanceof Bearer.Warrant.BySponsor(Bearer sponsor)) {
      return problem(sponsor, address, now);
    }
    Optional<AccessKey> key = ReferenceReach.key(bearer);
    if (key.isEmpty()
        || key.get().status().name().equals("INACTIVE")
        || !key.get().application().equals(bearer.session().application())) {
      return "OwnerGone";
    }
    return fromHere(key.get().addresses(), address) ? "" : "AddressRefused";
  }

  /** KEY-51; an address that is not known is outside every list and inside every other (KEY-53). */
  private static boolean fromHere(AddressRule rule, Optional<IpAddress> address) {
    return switch (rule) {
      case AddressRule.Anyone _ -> true;
      case AddressRule.Only only -> address.isPresent() && listed(only.ranges(), address.get());
      case AddressRule.Except not -> address.isPresent() && !listed(not.ranges(), address.get());
    };
  }

  private static boolean listed(List<Cidr> ranges, IpAddress address) {
    for (Cidr range : ranges) {
      if (range.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
