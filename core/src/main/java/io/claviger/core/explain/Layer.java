package io.claviger.core.explain;

/** What stands between a bearer and a deed; all of them must let it through. */
public enum Layer {
  /** The credential itself: it exists, is switched on, has not run out, and its owner is there. */
  CREDENTIAL("credential"),
  /** The address from which the request comes (KEY-50). */
  ADDRESS("address"),
  /** The user's own address is verified (USR-14). */
  ACCOUNT("account"),
  /** Some actions are not for every kind of credential (UAT-23, USR-16). */
  CREDENTIAL_KIND("credentialKind"),
  /** What the credential was made for. */
  SCOPE("scope"),
  /** What the request names exists, and the credential can be used there at all. */
  RESOURCE("resource"),
  /** Whether the organization is open (ORG-17). */
  ORGANIZATION("organization"),
  /** Whether the organization asks for a second factor that the user does not have (ORG-13). */
  SECOND_FACTOR("secondFactor"),
  /** The role of the member in the organization (ORG-2). */
  MEMBER_ROLE("memberRole"),
  /** The member's role for this one application or dashboard (ORG-3). */
  MEMBER_OVERRIDE("memberOverride"),
  /** The maximum role of the token, or what the maker of an application token had (APT-14). */
  CAP("cap"),
  /** The token's maximum role for this one application or dashboard (UAT-8). */
  CAP_OVERRIDE("capOverride"),
  /** Which devices a device reaches, and for what (KEY-44). */
  DEVICE("device"),
  /** The credential that vouched for the device (KEY-41). */
  SPONSOR("sponsor"),
  /** Which topics a connected device may use (KEY-60 to KEY-68). */
  TOPIC("topic");

  private final String wireName;

  Layer(String wireName) {
    this.wireName = wireName;
  }

  /** Its name in answers. */
  public String wireName() {
    return wireName;
  }
}
