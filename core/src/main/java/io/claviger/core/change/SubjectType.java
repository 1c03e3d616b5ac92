package io.claviger.core.change;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of thing that are changed, with their names in the audit log (AUD-2). */
public enum SubjectType {
  USER("User"),
  SESSION("Session"),
  ORGANIZATION("Organization"),
  MEMBER("Member"),
  INVITATION("OrgInvite"),
  APPLICATION("Application"),
  DASHBOARD("Dashboard"),
  DEVICE("Device"),
  DEVICE_ATTRIBUTE("Attribute"),
  API_TOKEN("ApiToken"),
  ACCESS_KEY("ApplicationKey"),
  OAUTH_CLIENT("OauthClient"),
  OAUTH_TOKEN("OauthToken"),
  TENANT_TOKEN("PersonalAccessToken"),
  /** A person as an organization's identity system describes it. */
  TENANT_USER("ProvisionedUser"),
  BROUGHT_API("Api"),
  SETTING("Setting");

  private final String wireName;

  SubjectType(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire and in the log, capitalised (AUD-3). */
  public String wireName() {
    return wireName;
  }

  /** The type with exactly this wire name, or empty. */
  public static Optional<SubjectType> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }
}
