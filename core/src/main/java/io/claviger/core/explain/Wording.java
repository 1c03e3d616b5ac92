package io.claviger.core.explain;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Remedy.By;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is said of the layers of one question. */
final class Wording {
  static final String NOTHING_TO_SAY = "It makes no difference to this question.";
  static final String OWNER_OPEN = "The owner of the resource is open.";
  static final String ADDRESS_NOT_KNOWN = "an address that is not known";

  private final Subject subject;
  private final boolean withScope;
  private final Question question;
  private final Action action;
  private final CredentialWords credential;

  /**
   * Words for one question.
   *
   * @param withScope whether the scope of the credential is told
   */
  Wording(Subject subject, boolean withScope) {
    this.subject = subject;
    this.withScope = withScope;
    this.question = subject.question();
    this.action = question.action();
    this.credential = new CredentialWords(question);
  }

  String detail(Layer layer, Outcome outcome) {
    return switch (outcome) {
      case NOT_APPLICABLE, UNKNOWN -> NOTHING_TO_SAY;
      case PASSED -> passed(layer);
      case REFUSED -> refused(layer);
    };
  }

  private String passed(Layer layer) {
    return switch (layer) {
      case CREDENTIAL -> "It is switched on, has not run out, and its owner is there.";
      case ADDRESS -> "The access key admits " + address() + ".";
      case ACCOUNT -> "The user's address is verified, or need not be.";
      case CREDENTIAL_KIND -> "The action is open to this kind of credential.";
      case SCOPE -> scopes() + " has " + action.id() + ".";
      case RESOURCE -> "What the request names is there.";
      case ORGANIZATION -> OWNER_OPEN;
      case SECOND_FACTOR -> "The second factor that is missing makes no difference here.";
      // Not which role it is: a credential is not told what its user has beyond it.
      case MEMBER_ROLE, MEMBER_OVERRIDE -> "The user's role is enough: it needs " + needed() + ".";
      case CAP, CAP_OVERRIDE -> "The credential may exercise up to " + cap() + ".";
      case DEVICE -> "The device reaches what it asks for.";
      case SPONSOR -> "The credential that vouched for the device may do it too.";
      case TOPIC -> NOTHING_TO_SAY;
    };
  }

  private String refused(Layer layer) {
    return switch (layer) {
      case CREDENTIAL -> credential.invalid();
      case ADDRESS -> "The access key does not admit " + address() + ".";
      case ACCOUNT -> "The user's address is not verified.";
      case CREDENTIAL_KIND -> action.id() + " is not open to this kind of credential.";
      case SCOPE -> scopes() + " does not have " + action.id() + ".";
      case RESOURCE -> missing();
      case ORGANIZATION -> "The organization is disabled, or may only be read.";
      case SECOND_FACTOR -> "The organization asks for a second factor, and the user has none.";
      case MEMBER_ROLE -> "The user's role is " + held() + "; it needs " + needed() + ".";
      case MEMBER_OVERRIDE ->
          "The user's role for this resource is " + held() + "; it needs " + needed() + ".";
      case CAP -> "The maximum role of the credential is " + cap() + "; it needs " + needed() + ".";
      case CAP_OVERRIDE ->
          "The maximum role for this resource is " + cap() + "; it needs " + needed() + ".";
      case DEVICE -> "The device does not reach the other device for that.";
      case SPONSOR -> "The credential that vouched for the device may not do it.";
      case TOPIC -> NOTHING_TO_SAY;
    };
  }

  Remedy remedy(Layer layer) {
    return switch (layer) {
      case CREDENTIAL -> credential.mend();
      case ADDRESS -> admitAddress(question.address());
      case ACCOUNT -> new Remedy(layer, "Verify the address of the account.", By.USER);
      case CREDENTIAL_KIND -> otherKind();
      case SCOPE ->
          new Remedy(
              layer,
              "A scope does not change: make a new credential that has " + action.id() + ".",
              credential.maker());
      case RESOURCE ->
          new Remedy(
              layer, "Name something that is there, and that the credential sees.", By.CLIENT);
      case ORGANIZATION -> openOrganization();
      case SECOND_FACTOR -> new Remedy(layer, "Enable a second factor.", By.USER);
      case MEMBER_ROLE ->
          new Remedy(
              layer,
              "Give the user the role " + needed() + " or higher.",
              By.ORGANIZATION_ADMINISTRATOR);
      case MEMBER_OVERRIDE -> override().ofMember(membership());
      case CAP ->
          question.bearer() instanceof Bearer.OfApplication
              ? new Remedy(
                  layer,
                  "What its maker had stays: have a new token made by somebody with the role "
                      + needed()
                      + ".",
                  By.APPLICATION_EDITOR)
              : new Remedy(
                  layer, "Raise the maximum role of the token to " + needed() + ".", By.USER);
      case CAP_OVERRIDE -> override().ofCap(cap(question.bearer()));
      case DEVICE -> reachDevice();
      case SPONSOR ->
          new Remedy(
              layer, "Let the device log in with an access key, or mend its sponsor.", By.CLIENT);
      case TOPIC -> throw new IllegalArgumentException("no request has a topic");
    };
  }

  private OverrideWords override() {
    return new OverrideWords(resource().orElseThrow(), neededRole());
  }

  private Membership membership() {
    return subject.granted() instanceof Standing.Member(var membership)
        ? membership
        : new Membership(Role.NONE, Overrides.NONE);
  }

  private static RoleCap cap(Bearer bearer) {
    return bearer instanceof Bearer.OfUser(UserCredential it, var _) ? it.cap() : RoleCap.UNCAPPED;
  }

  private Remedy otherKind() {
    return OtherKind.isNeeded(question) && action.forTenants()
        ? new Remedy(
            Layer.CREDENTIAL_KIND,
            "Use a personal access token of the organization: users are managed with nothing else.",
            By.ORGANIZATION_ADMINISTRATOR)
        : new Remedy(Layer.CREDENTIAL_KIND, "Log in and use that session.", By.USER);
  }

  static Remedy admitAddress(Optional<IpAddress> address) {
    return new Remedy(
        Layer.ADDRESS,
        address.isPresent()
            ? "Admit the address in the access key."
            : "Connect from an address that the server can tell, or have the access key admit all.",
        By.APPLICATION_EDITOR);
  }

  static Remedy reachDevice() {
    return new Remedy(
        Layer.DEVICE,
        "Give the other device a tag that the access key names, or use a key that names it;"
            + " a device reports for itself and its peripherals only.",
        By.APPLICATION_EDITOR);
  }

  static Remedy openOrganization() {
    return new Remedy(Layer.ORGANIZATION, "Open the organization again.", By.OPERATOR);
  }

  private String missing() {
    return switch (question.place()) {
      case Place.Absent(String kind, var _) ->
          kind + ": there is none with that name, or none that is seen with this credential.";
      case Place.Account _ -> "The request names no resource, and the action needs one.";
      case Place.OfOwner _, Place.OfApplication _, Place.OfDashboard _ ->
          "It is not there, or lies outside of what this kind of credential can ever be used for.";
    };
  }

  private String needed() {
    return neededRole().wireName();
  }

  /** Where a role is looked at, none is too little for anything. */
  private Role neededRole() {
    return action.minRole().filter(role -> role != Role.NONE).orElse(Role.VIEW);
  }

  private String held() {
    Standing standing = subject.granted();
    return resource().map(it -> standing.over(it).wireName()).orElse(Role.NONE.wireName());
  }

  private String cap() {
    return switch (question.bearer()) {
      case Bearer.OfUser(UserCredential it, var _) ->
          resource().map(to -> it.cap().over(to).wireName()).orElse(Role.NONE.wireName());
      case Bearer.OfApplication(ApplicationToken it, boolean _) ->
          question.place() instanceof Place.OfDashboard place
              ? it.ceiling().over(place.dashboard().id()).wireName()
              : it.ceiling().role().wireName();
      case Bearer.OfTenant _ -> Role.ADMIN.wireName();
      case Bearer.Anonymous _, Bearer.OfDevice _ -> Role.NONE.wireName();
    };
  }

  private Optional<Resource> resource() {
    return Explainer.role(question.place());
  }

  private String address() {
    return question.address().map(IpAddress::toString).orElse(ADDRESS_NOT_KNOWN);
  }

  private String scopes() {
    return withScope ? "The scope " + names() : "The scope";
  }

  private String names() {
    return switch (question.bearer()) {
      case Bearer.Anonymous _ -> "";
      case Bearer.OfUser(UserCredential it, var _) -> names(it.grant());
      case Bearer.OfTenant tenant ->
          tenant.token().scopes().stream()
              .sorted()
              .map(TenantScope::wireName)
              .collect(Collectors.joining(", "));
      case Bearer.OfApplication(ApplicationToken it, boolean _) -> names(it.grant());
      case Bearer.OfDevice(DeviceSession it, var _, var _) -> names(it.grant());
    };
  }

  private static String names(Grant grant) {
    return String.join(", ", grant.names().names());
  }
}
