package io.claviger.store.usage;

import java.util.Optional;

/**
 * Whose credential something was done with, and who may see that it was.
 *
 * @param credential id of the credential; blank when it does not exist
 * @param kind of the credential, as on the wire
 * @param account the user it acts for, or in whose sandbox its application is
 * @param organization the organization whose administrators may see it
 * @param application the application that it was used in or belongs to
 */
public record CredentialParty(
    String credential,
    String kind,
    Optional<String> account,
    Optional<String> organization,
    Optional<String> application) {
  /** A credential that does not exist. */
  public static final CredentialParty UNKNOWN =
      new CredentialParty("", "unknown", Optional.empty(), Optional.empty(), Optional.empty());

  /** The same without the place where it was used. */
  public CredentialParty anywhere() {
    return new CredentialParty(credential, kind, account, organization, Optional.empty());
  }

  /** The same without anybody but the owner of the credential. */
  public CredentialParty unseen() {
    return new CredentialParty(credential, kind, account, Optional.empty(), Optional.empty());
  }
}
