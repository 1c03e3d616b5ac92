package io.claviger.core.explain;

/**
 * The smallest change that makes one layer let the question through.
 *
 * @param layer which one
 * @param change what to do, in one sentence
 * @param by who may do it
 */
public record Remedy(Layer layer, String change, By by) {
  /** Who may make a change. */
  public enum By {
    /** The user for whom the credential acts. */
    USER("user"),
    /** Who may edit the tokens or keys of the application. */
    APPLICATION_EDITOR("applicationEditor"),
    /** An administrator of the organization. */
    ORGANIZATION_ADMINISTRATOR("organizationAdministrator"),
    /** Who runs the server. */
    OPERATOR("operator"),
    /** The client itself, by asking otherwise. */
    CLIENT("client"),
    /** Nobody: it cannot be changed. */
    NOBODY("nobody");

    private final String wireName;

    By(String wireName) {
      this.wireName = wireName;
    }

    /** Its name in answers. */
    public String wireName() {
      return wireName;
    }
  }
}
