package io.claviger.core.explain;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.explain.Remedy.By;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is said of a credential that is no good whatever is asked, and what makes it good. */
final class CredentialWords {
  private final Question question;
  private final Bearer bearer;

  CredentialWords(Question question) {
    this.question = question;
    this.bearer = question.bearer();
  }

  /** Who makes such credentials. */
  By maker() {
    return switch (bearer) {
      case Bearer.OfUser _ -> By.USER;
      case Bearer.OfTenant _ -> By.ORGANIZATION_ADMINISTRATOR;
      case Bearer.OfApplication _, Bearer.OfDevice _, Bearer.Anonymous _ -> By.APPLICATION_EDITOR;
    };
  }

  private Optional<Validity> validity() {
    return switch (bearer) {
      case Bearer.Anonymous _ -> Optional.empty();
      case Bearer.OfUser(UserCredential it, var _) -> Optional.of(it.validity());
      case Bearer.OfTenant tenant -> Optional.of(tenant.token().validity());
      case Bearer.OfApplication(ApplicationToken it, boolean _) -> Optional.of(it.validity());
      case Bearer.OfDevice(DeviceSession it, var _, var _) -> Optional.of(it.validity());
    };
  }

  private boolean itselfOff() {
    return validity().filter(it -> it.status() == CredentialStatus.INACTIVE).isPresent();
  }

  private boolean keyOff() {
    return key().filter(it -> it.status() == CredentialStatus.INACTIVE).isPresent();
  }

  private Optional<AccessKey> key() {
    return bearer instanceof Bearer.OfDevice(var _, Warrant.ByKey(var key), var _)
        ? key
        : Optional.empty();
  }

  private boolean expired() {
    return validity().filter(it -> it.expired(question.now())).isPresent();
  }

  /** Whether the account behind it was switched off by its organization. */
  private boolean deactivated() {
    return bearer instanceof Bearer.OfUser(var _, Optional<UserFacts> user)
        && user.filter(UserFacts::deactivated).isPresent();
  }

  private boolean deviceDeleted() {
    return bearer instanceof Bearer.OfDevice(var _, var _, Optional<DeviceFacts> device)
        && device.filter(DeviceFacts::deleted).isPresent();
  }

  /** Whether what it acts for is not there any more, so that another one could not either. */
  private boolean gone() {
    return switch (bearer) {
      case Bearer.OfUser(var _, Optional<UserFacts> user) -> user.isEmpty();
      case Bearer.OfApplication(var _, boolean exists) -> !exists;
      case Bearer.OfDevice(DeviceSession it, var _, Optional<DeviceFacts> device) ->
          device.filter(facts -> facts.application().equals(it.application())).isEmpty();
      case Bearer.OfTenant _, Bearer.Anonymous _ -> false;
    };
  }

  private boolean isSession() {
    return bearer instanceof Bearer.OfUser(UserCredential it, var _)
        && it.kind() == UserCredential.Kind.SESSION;
  }

  private boolean cutOff() {
    return bearer instanceof Bearer.OfUser(UserCredential it, Optional<UserFacts> user)
        && user.flatMap(UserFacts::tokenCutoff).filter(it.issuedAt()::isBefore).isPresent();
  }

  /** Why it is no good. */
  String invalid() {
    if (bearer instanceof Bearer.Anonymous) {
      return "There is no such credential.";
    }
    if (itselfOff() || keyOff()) {
      return "The credential, or the access key behind it, is switched off.";
    }
    if (expired()) {
      return "The credential has run out.";
    }
    return bearer instanceof Bearer.OfTenant
        ? "Whoever made the token has not been an administrator without a break since then."
        : "What the credential stands on is gone or switched off, or its sessions were ended.";
  }

  /** What makes it good; all of it is needed. */
  Remedy mend() {
    if (bearer instanceof Bearer.Anonymous) {
      return remedy("Present a credential that exists.", By.CLIENT);
    }
    if (gone()) {
      return remedy("What the credential acts for is gone for good.", By.NOBODY);
    }
    List<Remedy> steps = new ArrayList<>();
    if (deactivated()) {
      steps.add(remedy("Have the account switched on again.", By.ORGANIZATION_ADMINISTRATOR));
    }
    if (deviceDeleted()) {
      steps.add(remedy("Restore the device.", By.APPLICATION_EDITOR));
    }
    another().ifPresent(steps::add);
    return steps.stream()
        .reduce((first, next) -> remedy(first.change() + " " + next.change(), first.by()))
        .orElseGet(() -> remedy("Make a new credential.", maker()));
  }

  /** What has to be done about the credential itself; empty when nothing. */
  private Optional<Remedy> another() {
    if (expired()) {
      return Optional.of(remedy("An end does not change: make a new credential.", maker()));
    }
    if (isSession() && (itselfOff() || cutOff() || !deactivated())) {
      return Optional.of(remedy("Log in again.", By.USER));
    }
    if (switchable()) {
      return Optional.of(remedy("Switch it on again.", maker()));
    }
    boolean whole = !itselfOff() && (deactivated() || (deviceDeleted() && soundWarrant()));
    return whole ? Optional.empty() : Optional.of(remedy("Make a new credential.", maker()));
  }

  /** API tokens and access keys have a switch; a session that has ended is over. */
  private boolean switchable() {
    return switch (bearer) {
      case Bearer.OfUser(UserCredential it, var _) ->
          itselfOff() && it.kind() == UserCredential.Kind.API_TOKEN;
      case Bearer.OfApplication _ -> itselfOff();
      case Bearer.OfDevice _ -> keyOff() && !itselfOff() && isOwn();
      case Bearer.OfTenant _, Bearer.Anonymous _ -> false;
    };
  }

  private boolean soundWarrant() {
    return bearer instanceof Bearer.OfDevice(var _, Warrant.BySponsor _, var _)
        || (key().isPresent() && !keyOff() && isOwn());
  }

  /** Whether the key is one of the application of the session. */
  private boolean isOwn() {
    return bearer instanceof Bearer.OfDevice(DeviceSession it, var _, var _)
        && key().filter(found -> found.application().equals(it.application())).isPresent();
  }

  private static Remedy remedy(String change, By by) {
    return new Remedy(Layer.CREDENTIAL, change, by);
  }
}
